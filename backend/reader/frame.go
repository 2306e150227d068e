package reader

import (
	"bytes"
	"encoding/binary"
)

// A frame is: preamble, length, content, check. The length (2 bytes, big
// endian) counts content and check; the check is the exclusive or of length and
// content. A command's content is CMD PARA; a reply's SW1 SW2 SW3 DATA.
var preamble = []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

const (
	preambleBytes = 5
	lengthBytes   = 2
	leastLength   = 4    // SW1 SW2 SW3 and the check
	mostLength    = 4096 // text, photo and two fingerprints are about 2,300; more is noise
	chunkBytes    = 1024
)

// command is what the driver may ask.
type command struct {
	name    string
	content [2]byte // CMD and PARA
	least   int     // bytes of data in a reply that grants it
}

var (
	cmdReset  = command{"reset", [2]byte{0x10, 0xFF}, 0}
	cmdStatus = command{"status", [2]byte{0x11, 0xFF}, 0}
	cmdFind   = command{"find card", [2]byte{0x20, 0x01}, 0}
	cmdSelect = command{"select card", [2]byte{0x20, 0x02}, 0}
	cmdRead   = command{"read card", [2]byte{0x30, 0x01}, lengthsBytes + textBytes}
)

// frame returns the bytes that go to the reader.
func (c command) frame() []byte {
	out := append(bytes.Clone(preamble), 0, byte(len(c.content)+1), c.content[0], c.content[1])
	return append(out, checksum(out[len(preamble):]))
}

func checksum(b []byte) byte {
	var x byte
	for _, c := range b {
		x ^= c
	}
	return x
}

// reply is one frame from the reader. Its data lies in the scanner's memory and
// is gone with the next call of the scanner.
type reply struct {
	sw3  byte
	data []byte
}

// scanner finds replies in the bytes of a port: split anywhere, with stray
// bytes before them, with what looks like a preamble in the noise. Its memory
// is fixed, so that no copy of a card's content stays behind in freed memory.
type scanner struct {
	memory  [preambleBytes + lengthBytes + mostLength + chunkBytes]byte
	start   int
	end     int
	damaged bool // a whole frame had a wrong check or an impossible length
}

// space is where the next bytes are to be read into.
func (s *scanner) space() []byte {
	if s.start > 0 {
		n := copy(s.memory[:], s.memory[s.start:s.end])
		clear(s.memory[n:s.end])
		s.start, s.end = 0, n
	}
	return s.memory[s.end:min(s.end+chunkBytes, len(s.memory))]
}

// took says that n bytes were read into space.
func (s *scanner) took(n int) { s.end += n }

// next returns the next whole frame with a right check.
func (s *scanner) next() (reply, bool) {
	for s.seek() {
		b := s.memory[s.start+len(preamble) : s.end]
		if len(b) < lengthBytes {
			return reply{}, false
		}
		length := int(binary.BigEndian.Uint16(b))
		if length < leastLength || length > mostLength {
			s.skip()
			continue
		}
		if len(b) < lengthBytes+length {
			return reply{}, false
		}
		b = b[:lengthBytes+length]
		if checksum(b) != 0 { // content and its own check cancel out
			s.skip()
			continue
		}
		s.start += len(preamble) + len(b)
		return reply{sw3: b[lengthBytes+2], data: b[lengthBytes+3 : len(b)-1]}, true
	}
	return reply{}, false
}

// skip passes over a preamble that begins no good frame; a good one may hide
// in what it claimed as its content.
func (s *scanner) skip() {
	s.damaged = true
	s.start++
}

// isWaiting tells whether a frame has begun and more of it is expected.
func (s *scanner) isWaiting() bool { return s.end-s.start >= len(preamble) }

// giveUp stops waiting for the rest of the frame that has begun and looks for
// another one inside it.
func (s *scanner) giveUp() (reply, bool) {
	for s.isWaiting() {
		s.skip()
		if r, ok := s.next(); ok {
			return r, true
		}
	}
	return reply{}, false
}

// seek moves start to the next preamble; without one it keeps the tail that
// may be the beginning of one.
func (s *scanner) seek() bool {
	at := bytes.Index(s.memory[s.start:s.end], preamble)
	if at >= 0 {
		s.start += at
		return true
	}
	for s.start < s.end && !bytes.HasPrefix(preamble, s.memory[s.start:min(s.end, s.start+len(preamble))]) {
		s.start++
	}
	return false
}

// wipe zeroes everything that came from a card.
func (s *scanner) wipe() {
	clear(s.memory[:])
	s.start, s.end, s.damaged = 0, 0, false
}
