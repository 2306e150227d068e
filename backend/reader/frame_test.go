package reader

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func bytesOf(t testing.TB, hexText string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(hexText, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The frames as vendors' manuals print them.
func TestCommandFrames(t *testing.T) {
	for _, c := range []struct {
		command command
		want    string
	}{
		{cmdReset, "AA AA AA 96 69 00 03 10 FF EC"},
		{cmdStatus, "AA AA AA 96 69 00 03 11 FF ED"},
		{cmdFind, "AA AA AA 96 69 00 03 20 01 22"},
		{cmdSelect, "AA AA AA 96 69 00 03 20 02 21"},
		{cmdRead, "AA AA AA 96 69 00 03 30 01 32"},
	} {
		if got := c.command.frame(); !bytes.Equal(got, bytesOf(t, c.want)) {
			t.Errorf("%s: % X, want %s", c.command.name, got, c.want)
		}
	}
}

const (
	found   = "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97"
	none    = "AA AA AA 96 69 00 04 00 00 80 84"
	granted = "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"
)

func feed(s *scanner, b []byte) {
	for len(b) > 0 {
		n := copy(s.space(), b)
		s.took(n)
		b = b[n:]
	}
}

func TestScanner(t *testing.T) {
	for name, c := range map[string]struct {
		input   string
		sw3     byte // 0: no frame
		size    int
		damaged bool
		giveUp  bool // the frame only comes after waiting was given up
	}{
		"found":                        {input: found, sw3: 0x9F, size: 4},
		"none":                         {input: none, sw3: 0x80},
		"selected":                     {input: granted, sw3: 0x90, size: 8},
		"nothing":                      {},
		"half":                         {input: found[:30]},
		"stray before":                 {input: "00 FF 69 96" + none, sw3: 0x80},
		"stray AAs before":             {input: "AA AA" + none, sw3: 0x80},
		"half a preamble before":       {input: "AA AA AA 96" + none, sw3: 0x80},
		"wrong check":                  {input: "AA AA AA 96 69 00 04 00 00 80 85", damaged: true},
		"wrong check, then a good one": {input: "AA AA AA 96 69 00 04 00 00 80 85" + none, sw3: 0x80, damaged: true},
		"length 0":                     {input: "AA AA AA 96 69 00 00" + none, sw3: 0x80, damaged: true},
		"length beyond all":            {input: "AA AA AA 96 69 FF FF" + none, sw3: 0x80, damaged: true},
		"cut short, then a good one":   {input: "AA AA AA 96 69 05 08 00 00 90" + none, sw3: 0x80, damaged: true, giveUp: true},
	} {
		var s scanner
		feed(&s, bytesOf(t, c.input))
		r, ok := s.next()
		if c.giveUp {
			if ok || !s.isWaiting() {
				t.Errorf("%s: a frame before giving up", name)
			}
			r, ok = s.giveUp()
		}
		if ok != (c.sw3 != 0) || r.sw3 != c.sw3 || len(r.data) != c.size || s.damaged != c.damaged {
			t.Errorf("%s: %v % X (%d bytes), damaged %v; want %+v", name, ok, r.sw3, len(r.data), s.damaged, c)
		}
	}
}

// replyFrame is written anew here so that the scanner is not tested by itself.
func replyFrame(sw3 byte, data []byte) []byte {
	n := len(data) + 4
	out := []byte{0xAA, 0xAA, 0xAA, 0x96, 0x69, byte(n >> 8), byte(n), 0, 0, sw3}
	out = append(out, data...)
	x := byte(0)
	for _, b := range out[5:] {
		x ^= b
	}
	return append(out, x)
}

func TestScannerFindsEveryFrameHoweverSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.SliceOfN(rapid.SampledFrom([]byte{0xAA, 0x96, 0x00, 0x69, 0xFF}), 0, 40)
		var stream []byte
		var want [][]byte
		for range rapid.IntRange(1, 4).Draw(t, "frames") {
			stray := noise.Filter(func(b []byte) bool { return !bytes.Contains(b, preamble) }).Draw(t, "stray")
			data := rapid.SliceOfN(rapid.Byte(), 0, 1400).Draw(t, "data")
			stream = append(append(stream, stray...), replyFrame(0x90, data)...)
			want = append(want, data)
		}
		var s scanner
		var got [][]byte
		for len(stream) > 0 {
			n := min(len(stream), rapid.IntRange(1, chunkBytes).Draw(t, "piece"))
			feed(&s, stream[:n])
			stream = stream[n:]
			for r, ok := s.next(); ok; r, ok = s.next() {
				got = append(got, bytes.Clone(r.data))
			}
		}
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("%d frames of %d came out whole", len(got), len(want))
		}
	})
}

func FuzzScanner(f *testing.F) {
	for _, s := range []string{found, none, granted, "AA AA" + found, "AA AA AA 96 69 05 08" + none, "AA AA AA 96 69 00 00"} {
		f.Add(bytesOf(f, s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, stream []byte, piece uint8) {
		var s scanner
		for len(stream) > 0 {
			n := min(len(stream), int(piece)+1)
			feed(&s, stream[:n])
			stream = stream[n:]
			for r, ok := s.next(); ok; r, ok = s.next() {
				if len(r.data) > mostLength {
					t.Fatalf("%d bytes of data", len(r.data))
				}
			}
		}
		for _, ok := s.giveUp(); ok; _, ok = s.giveUp() {
		}
		if s.isWaiting() {
			t.Fatal("still waiting after giving up")
		}
		if s.wipe(); !isZero(s.memory[:]) {
			t.Fatal("bytes left behind")
		}
	})
}

func isZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }
