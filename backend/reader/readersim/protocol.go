//go:build linux

package readersim

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// Command is what a host asks of the reader, by its CMD and PARA bytes.
type Command uint16

// The commands of GA 450 that the simulator answers.
const (
	Reset         Command = 0x10FF
	Status        Command = 0x11FF
	Find          Command = 0x2001
	Select        Command = 0x2002
	ReadCard      Command = 0x3001
	NewestAddress Command = 0x3003
	// Damaged and BadLength stand for commands that arrive with a wrong check or
	// length.
	Damaged   Command = 0
	BadLength Command = 1
)

// Status codes the simulator gives by itself.
const (
	ok            = 0x90
	cardFound     = 0x9F
	noCard        = 0x80
	selectFailed  = 0x81
	readFailed    = 0x41
	noContent     = 0x91
	badChecksum   = 0x10
	badLength     = 0x11
	unknown       = 0x24
	commandLength = 3 // CMD PARA and the check
)

var start = []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69}

// commands cuts what the host sends into commands.
type commands struct{ held []byte }

func (c *commands) feed(b []byte) { c.held = append(c.held, b...) }

func (c *commands) next() (Command, bool) {
	at := bytes.Index(c.held, start)
	if at < 0 || len(c.held) < at+len(start)+2 {
		return 0, false
	}
	frame := c.held[at+len(start):]
	length := int(binary.BigEndian.Uint16(frame))
	if length != commandLength {
		c.held = slices.Clone(frame)
		return BadLength, true
	}
	if len(frame) < 2+length {
		return 0, false
	}
	c.held = slices.Clone(frame[2+length:])
	if check(frame[:2+length]) != 0 {
		return Damaged, true
	}
	return Command(binary.BigEndian.Uint16(frame[2:])), true
}

func check(b []byte) byte {
	var x byte
	for _, c := range b {
		x ^= c
	}
	return x
}

// frame is a whole answer: SW1 and SW2 are always 0.
func frame(status byte, data []byte) []byte {
	out := append(slices.Clone(start), 0, 0, 0, 0, status)
	out = append(out, data...)
	binary.BigEndian.PutUint16(out[len(start):], uint16(3+len(data)+1))
	return append(out, check(out[len(start):]))
}

// answer plays the reader: what it says to the command, with the card there is.
func (s *Simulator) answer(c Command, e Effect) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Status != 0 {
		if c == Select || c == ReadCard {
			s.done, s.selected = true, false
		}
		return frame(e.Status, nil)
	}
	switch c {
	case Reset:
		s.selected = false
		return frame(ok, nil)
	case Status:
		return frame(ok, nil)
	case Find:
		return s.find()
	case Select:
		if s.card == nil {
			return frame(selectFailed, nil)
		}
		s.selected = true
		return frame(ok, make([]byte, 8))
	case ReadCard:
		return s.read()
	case NewestAddress:
		return frame(noContent, nil)
	case Damaged:
		return frame(badChecksum, nil)
	case BadLength:
		return frame(badLength, nil)
	}
	return frame(unknown, nil)
}

func (s *Simulator) find() []byte {
	if s.card == nil || s.done && !s.opt.KeepFinding {
		return frame(noCard, nil)
	}
	return frame(cardFound, make([]byte, 4))
}

func (s *Simulator) read() []byte {
	if s.card == nil || !s.selected {
		return frame(readFailed, nil)
	}
	s.done = true
	data := binary.BigEndian.AppendUint16(nil, textBytes)
	data = binary.BigEndian.AppendUint16(data, photoBytes)
	data = append(data, s.card.text()...)
	return frame(ok, append(data, photo()...))
}
