package main

import (
	"fmt"
	"os"

	ximage "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"lianxin/backend/receipt/typeface"
)

// lastRune is the end of the planes that hold Chinese characters.
const lastRune = 0x3FFFF

// font is an original font file.
type font struct {
	name    string
	sfnt    *sfnt.Font
	buf     sfnt.Buffer
	metrics typeface.Metrics
}

func open(name string) (*font, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	parsed, err := sfnt.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &font{name: name, sfnt: parsed}
	em := fixed.I(int(parsed.UnitsPerEm()))
	m, err := parsed.Metrics(&f.buf, em, ximage.HintingNone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	box, err := parsed.Bounds(&f.buf, em, ximage.HintingNone)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f.metrics = typeface.Metrics{
		UnitsPerEm: int(parsed.UnitsPerEm()),
		Ascent:     m.Ascent.Round(), Descent: -m.Descent.Round(), CapHeight: m.CapHeight.Round(),
		Box: [4]int{box.Min.X.Floor(), -box.Max.Y.Ceil(), box.Max.X.Ceil(), -box.Min.Y.Floor()},
	}
	return f, nil
}

func (f *font) index(r rune) sfnt.GlyphIndex {
	g, err := f.sfnt.GlyphIndex(&f.buf, r)
	if err != nil {
		panic(fmt.Errorf("%s: U+%04X: %w", f.name, r, err))
	}
	return g
}

func (f *font) has(r rune) bool { return f.index(r) != 0 }

// glyphs returns the outlines of the font's characters that want accepts.
func (f *font) glyphs(want func(rune) bool) map[rune]typeface.Outline {
	glyphs := map[rune]typeface.Outline{}
	for r := rune(0x20); r <= lastRune; r++ {
		if (r >= 0x7F && r < 0xA0) || (r >= 0xD800 && r < 0xF900) || !want(r) {
			continue // control characters, surrogates and private use have no agreed form
		}
		if g := f.index(r); g != 0 {
			glyphs[r] = f.outline(r, g)
		}
	}
	return glyphs
}

// scaled returns what glyphs returns, on the grid of the text typeface.
func (f *font) scaled(want func(rune) bool) map[rune]typeface.Outline {
	glyphs := f.glyphs(want)
	for r, o := range glyphs {
		glyphs[r] = o.Scaled(f.metrics.UnitsPerEm, textUnits).Tidy()
	}
	return glyphs
}

func (f *font) outline(r rune, g sfnt.GlyphIndex) typeface.Outline {
	em := fixed.I(f.metrics.UnitsPerEm)
	segments, err := f.sfnt.LoadGlyph(&f.buf, g, em, nil)
	if err != nil {
		panic(fmt.Errorf("%s: U+%04X: %w", f.name, r, err))
	}
	var contours []path
	for _, s := range segments {
		last := len(contours) - 1
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			contours = append(contours, path{{at: s.Args[0], on: true}})
		case sfnt.SegmentOpLineTo:
			contours[last] = append(contours[last], knot{s.Args[0], true})
		case sfnt.SegmentOpQuadTo:
			contours[last] = append(contours[last], knot{s.Args[0], false}, knot{s.Args[1], true})
		default:
			panic(fmt.Errorf("%s: U+%04X is not made of quadratic curves", f.name, r))
		}
	}
	advance, err := f.sfnt.GlyphAdvance(&f.buf, g, em, ximage.HintingNone)
	if err != nil {
		panic(fmt.Errorf("%s: U+%04X: %w", f.name, r, err))
	}
	o := typeface.Outline{Advance: advance.Round()}
	for _, c := range contours {
		if closed := c.closed(); len(closed) > 1 {
			o.Contours = append(o.Contours, closed)
		}
	}
	return o
}

// path is a contour as the font library hands it out: y downwards, in 1/64
// units, with the points that TrueType leaves unwritten.
type path []knot

type knot struct {
	at fixed.Point26_6
	on bool
}

// closed returns the contour without repeated and unwritten points.
func (p path) closed() typeface.Contour {
	if n := len(p); n > 1 && p[n-1].on && p[0].at == p[n-1].at {
		p = p[:n-1]
	}
	var c typeface.Contour
	for i, k := range p {
		before, after := p[(i+len(p)-1)%len(p)], p[(i+1)%len(p)]
		if k.on && !before.on && !after.on &&
			2*k.at.X == before.at.X+after.at.X && 2*k.at.Y == before.at.Y+after.at.Y {
			continue
		}
		c = append(c, typeface.Point{X: k.at.X.Round(), Y: -k.at.Y.Round(), On: k.on})
	}
	return c
}
