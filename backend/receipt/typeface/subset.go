package typeface

import (
	"fmt"
	"strings"
)

// maxGlyphs keeps glyph numbers, which stand in for characters inside a PDF,
// below the surrogates of UTF-16.
const maxGlyphs = 0xD000

// Subset is the part of one weight that one document uses. Glyphs are numbered
// from 1 in the order of their first use, so that the same document gives the
// same file. A Subset serves one document and one goroutine.
type Subset struct {
	family   *Family
	weight   Weight
	numbers  map[rune]int
	runes    []rune
	outlines []Outline
}

// Subset starts an empty subset of weight w.
func (f *Family) Subset(w Weight) *Subset {
	return &Subset{family: f, weight: w, numbers: map[rune]int{}}
}

// Encode returns the glyph numbers of text as a string whose characters are
// those numbers. Ignorable characters are left out. A character nobody can
// draw is an error: callers ask Family.Has first.
func (s *Subset) Encode(text string) (string, error) {
	var b strings.Builder
	for _, r := range text {
		if Ignorable(r) {
			continue
		}
		n, err := s.number(r)
		if err != nil {
			return "", err
		}
		b.WriteRune(rune(n))
	}
	return b.String(), nil
}

// Width returns the width of text in units of Em.
func (s *Subset) Width(text string) (int, error) {
	width := 0
	for _, r := range text {
		if Ignorable(r) {
			continue
		}
		n, err := s.number(r)
		if err != nil {
			return 0, err
		}
		width += s.outlines[n-1].Advance
	}
	return width, nil
}

func (s *Subset) number(r rune) (int, error) {
	if n, ok := s.numbers[r]; ok {
		return n, nil
	}
	o, ok, err := s.family.Outline(s.weight, r)
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, fmt.Errorf("typeface: no form for U+%04X", r)
	}
	if len(s.runes) == maxGlyphs {
		return 0, fmt.Errorf("typeface: more than %d different characters in one document", maxGlyphs)
	}
	s.runes = append(s.runes, r)
	s.outlines = append(s.outlines, o)
	s.numbers[r] = len(s.runes)
	return len(s.runes), nil
}

// Runes returns the characters of the subset; the first has glyph number 1.
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
