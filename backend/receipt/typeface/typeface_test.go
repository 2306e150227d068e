package typeface_test

import (
	"bytes"
	"math"
	"testing"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"lianxin/backend/receipt/typeface"
)

var metrics = typeface.Metrics{UnitsPerEm: 1000, Ascent: 880, Descent: -120, CapHeight: 730, Box: [4]int{0, -120, 1000, 900}}

func polygon(on bool, xy ...int) typeface.Contour {
	var c typeface.Contour
	for i := 0; i < len(xy); i += 2 {
		c = append(c, typeface.Point{X: xy[i], Y: xy[i+1], On: on || i%4 == 0})
	}
	return c
}

func square(x, y, side int) typeface.Contour {
	return polygon(true, x, y, x, y+side, x+side, y+side, x+side, y)
}

// glyphs spans several ranges and, at 2 to a block, several blocks.
func glyphs() map[rune]typeface.Outline {
	return map[rune]typeface.Outline{
		' ':          {Advance: 250},
		'A':          {Advance: 600, Contours: []typeface.Contour{square(0, 0, 700)}},
		'B':          {Advance: 610, Contours: []typeface.Contour{square(-300, -120, 900), square(50, 50, 200)}},
		'王':          {Advance: 1000, Contours: []typeface.Contour{polygon(false, 0, 0, 0, 400, 400, 400, 400, 0)}},
		'，':          {Advance: 1000, Contours: []typeface.Contour{square(80, -100, 200)}},
		'（':          {Advance: 1000, Contours: []typeface.Contour{square(650, -50, 250)}},
		'\U0002CB4E': {Advance: 1000, Contours: []typeface.Contour{square(100, 0, 800)}},
	}
}

func pack(t testing.TB, g map[rune]typeface.Outline) *typeface.Pack {
	t.Helper()
	data, err := typeface.Build(metrics, 2, g)
	if err != nil {
		t.Fatal(err)
	}
	p, err := typeface.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func same(a, b typeface.Outline) bool {
	if a.Advance != b.Advance || len(a.Contours) != len(b.Contours) {
		return false
	}
	for i := range a.Contours {
		if len(a.Contours[i]) != len(b.Contours[i]) {
			return false
		}
		for j := range a.Contours[i] {
			if a.Contours[i][j] != b.Contours[i][j] {
				return false
			}
		}
	}
	return true
}

func TestPackGivesBackWhatWasBuilt(t *testing.T) {
	p := pack(t, glyphs())
	for r, want := range glyphs() {
		got, ok, err := p.Outline(r)
		if err != nil || !ok || !same(got, want) {
			t.Errorf("%q: %+v, %v, %v; want %+v", r, got, ok, err, want)
		}
	}
	for _, r := range []rune{0, '!', 'C', '玊', '\U0002CB4D', '\U0002CB4F', 0x10FFFF, -1} {
		if _, ok, err := p.Outline(r); ok || err != nil || p.Has(r) {
			t.Errorf("%U: %v, %v; the pack has no such character", r, ok, err)
		}
	}
	if p.Metrics != metrics {
		t.Errorf("metrics %+v, want %+v", p.Metrics, metrics)
	}
}

func TestPackIsTheSameEveryTime(t *testing.T) {
	first, _ := typeface.Build(metrics, 2, glyphs())
	for range 20 {
		if again, _ := typeface.Build(metrics, 2, glyphs()); !bytes.Equal(first, again) {
			t.Fatal("the same glyphs gave different packs")
		}
	}
}

func FuzzDamagedPack(f *testing.F) {
	whole, _ := typeface.Build(metrics, 2, glyphs())
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	for i := 8; i < len(whole); i += 7 {
		bad := bytes.Clone(whole)
		bad[i] ^= 0x55
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := typeface.Open(data)
		if err != nil {
			return
		}
		for r := range glyphs() {
			p.Outline(r) // must not panic, whatever it says
		}
	})
}

func TestBoldGrowsOutwardsAndLeavesHolesOpen(t *testing.T) {
	ring := typeface.Outline{Advance: 1000, Contours: []typeface.Contour{
		square(100, 100, 800),
		polygon(true, 200, 200, 800, 200, 800, 800, 200, 800), // the other way round: a hole
	}}
	bold := ring.Emboldened(20)
	if got := bold.Contours[0][0]; got != (typeface.Point{X: 80, Y: 80, On: true}) {
		t.Errorf("outer corner at %+v, want 80, 80", got)
	}
	if got := bold.Contours[1][0]; got != (typeface.Point{X: 220, Y: 220, On: true}) {
		t.Errorf("corner of the hole at %+v, want 220, 220", got)
	}
}

func TestDenseCharactersGetLessInk(t *testing.T) {
	dense := typeface.Outline{Advance: 1000}
	for y := range 20 {
		dense.Contours = append(dense.Contours, polygon(true, 0, y*50, 0, y*50+20, 1000, y*50+20, 1000, y*50))
	}
	grown := dense.Emboldened(26).Contours[0][1].Y - 20
	if grown < 1 || grown > 14 {
		t.Errorf("an edge 30 units from the next grew by %d", grown)
	}
}

func TestTidyKeepsTheShape(t *testing.T) {
	o := typeface.Outline{Advance: 500, Contours: []typeface.Contour{
		polygon(true, 0, 0, 0, 0, 0, 50, 0, 100, 100, 100, 100, 0, 50, 0),
	}}
	want := typeface.Outline{Advance: 500, Contours: []typeface.Contour{polygon(true, 0, 0, 0, 100, 100, 100, 100, 0)}}
	if got := o.Tidy(); !same(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// A reader puts a point in the middle of two control points by itself.
func TestTidyLeavesOutWhatIsUnderstood(t *testing.T) {
	curve := func(on ...typeface.Point) typeface.Outline {
		c := typeface.Contour{{X: 0, Y: 0, On: true}, {X: 0, Y: 100}}
		c = append(c, on...)
		return typeface.Outline{Contours: []typeface.Contour{append(c, typeface.Point{X: 101, Y: 101}, typeface.Point{X: 200, Y: 0, On: true})}}
	}
	for _, c := range []struct {
		x, y  int
		stays bool
	}{{50, 100, false}, {51, 101, false}, {51, 100, false}, {52, 100, true}, {50, 102, true}, {49, 100, true}} {
		written := curve(typeface.Point{X: c.x, Y: c.y, On: true})
		want := curve()
		if c.stays {
			want = written
		}
		if got := written.Tidy(); !same(got, want) {
			t.Errorf("%d, %d: %+v", c.x, c.y, got)
		}
	}
	corner := curve(typeface.Point{X: 50, Y: 100, On: true}, typeface.Point{X: 60, Y: 100, On: true})
	if got := corner.Tidy(); len(got.Contours[0]) != 6 {
		t.Errorf("a corner went: %+v", got)
	}
}

func family(t testing.TB) *typeface.Family {
	bold := map[rune]typeface.Outline{'A': {Advance: 650, Contours: []typeface.Contour{square(0, 0, 720)}}}
	rare := map[rune]typeface.Outline{'䶮': {Advance: 1000, Contours: []typeface.Contour{square(0, 0, 1000)}}}
	drawn := map[rune]typeface.Outline{'☑': {Advance: 1000, Contours: []typeface.Contour{square(1, 1, 1)}}}
	return typeface.NewFamily(pack(t, glyphs()), pack(t, bold), pack(t, rare), drawn)
}

func TestFamilyLooksInOrder(t *testing.T) {
	f := family(t)
	for _, c := range []struct {
		weight  typeface.Weight
		r       rune
		advance int
		left    int // x of the first point
	}{
		{typeface.Regular, 'A', 300, 0},
		{typeface.Bold, 'A', 325, 0},
		{typeface.Bold, 'B', 305, -160},  // made bold from regular
		{typeface.Regular, '䶮', 500, -5}, // rare, a little heavier
		{typeface.Bold, '䶮', 500, -13},
		{typeface.Bold, '☑', 1000, 1}, // drawn as it is
	} {
		o, ok, err := f.Outline(c.weight, c.r)
		if err != nil || !ok || o.Advance != c.advance || o.Contours[0][0].X != c.left {
			t.Errorf("%q in weight %d: %+v %v %v, want advance %d, left %d", c.r, c.weight, o, ok, err, c.advance, c.left)
		}
	}
	if f.Has('龘') {
		t.Error("the family says it has what no pack has")
	}
}

func TestSubsetNumbersGlyphsInOrderOfUse(t *testing.T) {
	s := family(t).Subset(typeface.Regular)
	codes, err := s.Encode("BA\u200bA王\U0002CB4E\uFE00")
	if err != nil {
		t.Fatal(err)
	}
	if want := []byte{0, 1, 0, 2, 0, 2, 0, 3, 0, 4}; !bytes.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
	if got := string(s.Runes()); got != "BA王\U0002CB4E" {
		t.Errorf("runes %q", got)
	}
	if _, err := s.Encode("龘"); err == nil {
		t.Error("a character without a form was encoded")
	}
}

func TestAdjacentMarksCloseUp(t *testing.T) {
	const half = typeface.Em / 2
	s := family(t).Subset(typeface.Regular)
	for _, c := range []struct {
		text  string
		width int
	}{
		{"王，王", 6 * half},
		{"，，", 3 * half},  // the first gives up its empty right half
		{"，（", 3 * half},  // so it does before an opening mark
		{"（（", 3 * half},  // the second gives up its empty left half
		{"（王，", 6 * half}, // nothing meets
		{"A，", typeface.Em*6/10 + 2*half},
	} {
		if w, err := s.Width(c.text); err != nil || w != c.width {
			t.Errorf("%q is %d wide (%v), want %d", c.text, w, err, c.width)
		}
	}
}

// TestTrueTypeIsReadByAnotherReader checks the file with a font library that
// knows nothing of ours.
func TestTrueTypeIsReadByAnotherReader(t *testing.T) {
	s := family(t).Subset(typeface.Regular)
	if _, err := s.Encode(" AB王\U0002CB4E"); err != nil {
		t.Fatal(err)
	}
	file := s.TrueType()
	// The library wants the tables a PDF does without.
	f, err := sfnt.Parse(withTables(t, file))
	if err != nil {
		t.Fatal(err)
	}
	var buf sfnt.Buffer
	for i, r := range s.Runes() {
		segments, err := f.LoadGlyph(&buf, sfnt.GlyphIndex(i+1), fixed.I(typeface.Em), nil)
		if err != nil {
			t.Fatalf("%q: %v", r, err)
		}
		want, _, _ := family(t).Outline(typeface.Regular, r)
		if got := extent(segments); got != extentOf(want) {
			t.Errorf("%q: extent %v, want %v", r, got, extentOf(want))
		}
	}
}

func extent(segments sfnt.Segments) [4]int {
	e := [4]int{math.MaxInt, math.MaxInt, math.MinInt, math.MinInt}
	grow := func(p fixed.Point26_6) {
		x, y := p.X.Round(), -p.Y.Round()
		e = [4]int{min(e[0], x), min(e[1], y), max(e[2], x), max(e[3], y)}
	}
	for _, s := range segments {
		grow(s.Args[0])
		if s.Op == sfnt.SegmentOpQuadTo {
			grow(s.Args[1])
		}
	}
	return e
}

func extentOf(o typeface.Outline) [4]int {
	e := [4]int{math.MaxInt, math.MaxInt, math.MinInt, math.MinInt}
	for _, c := range o.Contours {
		for _, p := range c {
			e = [4]int{min(e[0], p.X), min(e[1], p.Y), max(e[2], p.X), max(e[3], p.Y)}
		}
	}
	return e
}
