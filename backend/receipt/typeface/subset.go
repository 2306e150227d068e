package typeface

import (
	"encoding/binary"
	"fmt"
)

// maxGlyphs is what two bytes can number; glyph 0 is the missing character.
const maxGlyphs = 0xFFFF

// Subset is the part of one weight that one document uses. Glyphs are numbered
// from 1 in the order of their first use, so that the same document gives the
// same file. A Subset serves one document and one goroutine.
type Subset struct {
	family   *Family
	weight   Weight
	numbers  map[form]int
	runes    []rune
	outlines []Outline
}

// Subset starts an empty subset of weight w.
func (f *Family) Subset(w Weight) *Subset {
	return &Subset{family: f, weight: w, numbers: map[form]int{}}
}

// Encode returns text as glyph numbers, two bytes each, as a PDF's Identity-H
// encoding has them. Ignorable characters are left out. A character nobody can
// draw is an error: callers ask Family.Has first.
func (s *Subset) Encode(text string) ([]byte, error) {
	var codes []byte
	for _, f := range forms(text) {
		n, err := s.number(f)
		if err != nil {
			return nil, err
		}
		codes = binary.BigEndian.AppendUint16(codes, uint16(n))
	}
	return codes, nil
}

// Width returns the width of text in units of Em.
func (s *Subset) Width(text string) (int, error) {
	width := 0
	for _, f := range forms(text) {
		n, err := s.number(f)
		if err != nil {
			return 0, err
		}
		width += s.outlines[n-1].Advance
	}
	return width, nil
}

func (s *Subset) number(f form) (int, error) {
	if n, ok := s.numbers[f]; ok {
		return n, nil
	}
	o, ok, err := s.family.Outline(s.weight, f.r)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fmt.Errorf("typeface: no form for U+%04X", f.r)
	}
	if f.narrow {
		o = narrowed(f.r, o)
	}
	if len(s.runes) == maxGlyphs {
		return 0, fmt.Errorf("typeface: more than %d different characters in one document", maxGlyphs)
	}
	s.runes = append(s.runes, f.r)
	s.outlines = append(s.outlines, o)
	s.numbers[f] = len(s.runes)
	return len(s.runes), nil
}

// Runes returns the character of each glyph; the first glyph has number 1. A
// mark that stands in two forms is listed twice.
func (s *Subset) Runes() []rune { return s.runes }

// Advances returns the widths of the glyphs in units of Em, in the order of Runes.
func (s *Subset) Advances() []int {
	widths := make([]int, len(s.outlines))
	for i, o := range s.outlines {
		widths[i] = o.Advance
	}
	return widths
}

// Metrics returns the measures of the typeface in units of Em.
func (s *Subset) Metrics() Metrics { return s.family.Metrics(s.weight) }
