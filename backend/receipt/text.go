package receipt

import (
	"lianxin/backend/receipt/typeface"
)

// millimetres per typographic point.
const point = 25.4 / 72

// style is how a piece of text looks.
type style struct {
	size   float64 // points
	weight typeface.Weight
	colour colour
	latin  bool // only Latin letters, which stand closer
}

// display is the size in points from which text is a number to be seen from
// afar: it has no descenders and needs no room for them.
const display = 40

// lineHeight returns the distance from line to line in millimetres.
func (s style) lineHeight() float64 {
	if s.size > display {
		return s.size * point * 0.94
	}
	if s.latin {
		return s.size * point * 1.24
	}
	return s.size * point * 1.38
}

// baseline returns how far below the top of its line the text stands. The
// square of a Chinese character reaches from 0.88 above to 0.12 below it; a
// capital letter is 0.73 high.
func (s style) baseline() float64 {
	em := s.size * point
	if s.size > display {
		return 0.84 * em
	}
	return (s.lineHeight()-em)/2 + 0.88*em
}

// typesetter measures and encodes text for one document.
type typesetter struct {
	weights [2]*typeface.Subset
	err     error // the first failure; later results mean nothing
}

func newTypesetter(f *typeface.Family) *typesetter {
	return &typesetter{weights: [2]*typeface.Subset{f.Subset(typeface.Regular), f.Subset(typeface.Bold)}}
}

// width returns the width of text in millimetres.
func (t *typesetter) width(s style, text string) float64 {
	units, err := t.weights[s.weight].Width(text)
	t.keep(err)
	return float64(units) / typeface.Em * s.size * point
}

// set returns text on its base line at (x, y).
func (t *typesetter) set(s style, x, y float64, text string) drawn {
	codes, err := t.weights[s.weight].Encode(text)
	t.keep(err)
	return drawn{x: x, y: y, text: &run{string(codes), s}}
}

// lines breaks text to a width in millimetres.
func (t *typesetter) lines(s style, text string, limit float64) []string {
	return breakLines(text, limit, func(piece string) float64 { return t.width(s, piece) })
}

func (t *typesetter) keep(err error) {
	if t.err == nil {
		t.err = err
	}
}
