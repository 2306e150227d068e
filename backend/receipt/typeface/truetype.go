package typeface

import (
	"encoding/binary"
	"maps"
	"slices"
)

var be = binary.BigEndian

// TrueType returns the subset as a TrueType file for embedding into a PDF:
// only the tables that the PDF standard asks for (ISO 32000-1 §9.9), with the
// characters addressed by glyph number.
func (s *Subset) TrueType() []byte {
	var glyf, loca []byte
	points, contours := 0, 0
	loca = be.AppendUint32(loca, 0)
	loca = be.AppendUint32(loca, 0) // glyph 0, the missing character, is empty
	for _, o := range s.outlines {
		glyf = appendGlyph(glyf, o)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		loca = be.AppendUint32(loca, uint32(len(glyf)))
		n := 0
		for _, c := range o.Contours {
			n += len(c)
		}
		points, contours = max(points, n), max(contours, len(o.Contours))
	}
	return assemble(map[string][]byte{
		"head": s.head(), "hhea": s.hhea(), "hmtx": s.hmtx(),
		"maxp": s.maxp(points, contours), "loca": loca, "glyf": glyf,
	})
}

func (s *Subset) head() []byte {
	m := s.Metrics()
	b := be.AppendUint32(nil, 0x00010000) // version
	b = be.AppendUint32(b, 0x00010000)    // font revision
	b = be.AppendUint32(b, 0)             // checksum adjustment, which PDF readers ignore
	b = be.AppendUint32(b, 0x5F0F3CF5)    // magic
	b = be.AppendUint16(b, 0x0003)        // base line and left side bearing at zero
	b = be.AppendUint16(b, Em)
	b = append(b, make([]byte, 16)...) // creation and change: none, files are the same every time
	for _, v := range m.Box {
		b = appendInt16(b, v)
	}
	b = be.AppendUint16(b, 0) // style
	b = be.AppendUint16(b, 6) // smallest readable size in pixels
	b = be.AppendUint16(b, 2) // direction
	b = be.AppendUint16(b, 1) // long offsets in loca
	return be.AppendUint16(b, 0)
}

func (s *Subset) hhea() []byte {
	m := s.Metrics()
	b := be.AppendUint32(nil, 0x00010000)
	b = appendInt16(b, m.Ascent)
	b = appendInt16(b, m.Descent)
	b = append(b, 0, 0) // line gap
	widest := 0
	for _, o := range s.outlines {
		widest = max(widest, o.Advance)
	}
	b = be.AppendUint16(b, uint16(widest))
	b = append(b, make([]byte, 6)...) // bearings and extent: hints for layout only
	b = be.AppendUint16(b, 1)         // caret upright
	b = append(b, make([]byte, 14)...)
	return be.AppendUint16(b, uint16(len(s.runes)+1))
}

func (s *Subset) hmtx() []byte {
	b := be.AppendUint16(nil, Em)
	b = append(b, 0, 0)
	for _, o := range s.outlines {
		b = be.AppendUint16(b, uint16(o.Advance))
		left, _, _, _ := o.box()
		b = appendInt16(b, left)
	}
	return b
}

func (s *Subset) maxp(points, contours int) []byte {
	b := be.AppendUint32(nil, 0x00010000)
	b = be.AppendUint16(b, uint16(len(s.runes)+1))
	b = be.AppendUint16(b, uint16(points))
	b = be.AppendUint16(b, uint16(contours))
	b = append(b, 0, 0, 0, 0) // no composite glyphs
	b = be.AppendUint16(b, 2) // zones
	return append(b, make([]byte, 16)...)
}

func appendInt16(b []byte, v int) []byte { return be.AppendUint16(b, uint16(int16(v))) }

// assemble writes the table directory and the tables, sorted by name.
func assemble(tables map[string][]byte) []byte {
	names := slices.Sorted(maps.Keys(tables))
	power, log := 1, 0
	for power*2 <= len(names) {
		power, log = power*2, log+1
	}
	b := be.AppendUint32(nil, 0x00010000)
	for _, v := range []int{len(names), power * 16, log, (len(names) - power) * 16} {
		b = be.AppendUint16(b, uint16(v))
	}
	at := len(b) + 16*len(names)
	for _, name := range names {
		t := tables[name]
		b = append(b, name...)
		b = be.AppendUint32(b, checksum(t))
		b = be.AppendUint32(b, uint32(at))
		b = be.AppendUint32(b, uint32(len(t)))
		at += (len(t) + 3) &^ 3
	}
	for _, name := range names {
		b = append(b, tables[name]...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
	}
	return b
}

func checksum(table []byte) uint32 {
	var sum uint32
	for len(table) >= 4 {
		sum += be.Uint32(table)
		table = table[4:]
	}
	var rest [4]byte
	copy(rest[:], table)
	return sum + be.Uint32(rest[:])
}
