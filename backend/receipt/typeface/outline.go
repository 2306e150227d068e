// Package typeface holds the letterforms of printed pages: compressed glyph
// packs that are read a few characters at a time, the search for a character
// over several packs, and small TrueType files with only the glyphs one
// document needs.
//
// The PDF library of this program reads a whole font for every document and
// cannot address characters above U+FFFF. A donor named 王𬭎 still needs a
// receipt, so fonts are cut down here, before the library sees them.
package typeface

import "math"

// Point is one point of a contour in font units, y upwards. A point that is
// off the curve is the control point of a quadratic curve, as in TrueType:
// between two such points lies one more, unwritten, halfway.
type Point struct {
	X, Y int
	On   bool
}

// Contour is a closed line; filled areas lie to the right of its direction.
type Contour []Point

// Outline is the form of one character.
type Outline struct {
	Advance  int // width to the next character in font units
	Contours []Contour
}

// box returns the rectangle around all points.
func (o Outline) box() (xMin, yMin, xMax, yMax int) {
	first := true
	for _, c := range o.Contours {
		for _, p := range c {
			if first {
				xMin, yMin, xMax, yMax, first = p.X, p.Y, p.X, p.Y, false
				continue
			}
			xMin, xMax = min(xMin, p.X), max(xMax, p.X)
			yMin, yMax = min(yMin, p.Y), max(yMax, p.Y)
		}
	}
	return xMin, yMin, xMax, yMax
}

// Scaled returns o enlarged from one number of units per em to another.
func (o Outline) Scaled(from, to int) Outline {
	if from == to {
		return o
	}
	scale := func(v int) int { return int(math.Round(float64(v) * float64(to) / float64(from))) }
	scaled := Outline{Advance: scale(o.Advance), Contours: make([]Contour, len(o.Contours))}
	for i, c := range o.Contours {
		moved := make(Contour, len(c))
		for j, p := range c {
			moved[j] = Point{scale(p.X), scale(p.Y), p.On}
		}
		scaled.Contours[i] = moved
	}
	return scaled
}

// Tidy returns o without points that repeat the one before them, without points
// on a straight line between their neighbours, and without points that a reader
// of TrueType finds by itself, halfway between two control points. Rounding to a
// grid moves those by up to half a unit; they are put back where they were meant.
func (o Outline) Tidy() Outline {
	tidy := Outline{Advance: o.Advance}
	for _, c := range o.Contours {
		c = c.without(func(before, p, _ Point) bool { return p == before })
		c = c.without(func(before, p, after Point) bool {
			return before.On && p.On && after.On && between(before, p, after)
		})
		c = c.without(func(before, p, after Point) bool {
			return p.On && !before.On && !after.On && halfway(before, p, after)
		})
		if len(c) > 1 {
			tidy.Contours = append(tidy.Contours, c)
		}
	}
	return tidy
}

// without drops the points that drop names; before is the last point kept.
func (c Contour) without(drop func(before, p, after Point) bool) Contour {
	var kept Contour
	for i, p := range c {
		before := c[(i+len(c)-1)%len(c)]
		if n := len(kept); n > 0 {
			before = kept[n-1]
		}
		if len(c) > 2 && drop(before, p, c[(i+1)%len(c)]) {
			continue
		}
		kept = append(kept, p)
	}
	return kept
}

// between tells whether p lies on the straight way from a to b.
func between(a, p, b Point) bool {
	cross := (p.X-a.X)*(b.Y-p.Y) - (p.Y-a.Y)*(b.X-p.X)
	dot := (p.X-a.X)*(b.X-p.X) + (p.Y-a.Y)*(b.Y-p.Y)
	return cross == 0 && dot >= 0
}

// halfway tells whether p lies in the middle of a and b, to half a unit.
func halfway(a, p, b Point) bool {
	dx, dy := a.X+b.X-2*p.X, a.Y+b.Y-2*p.Y
	return max(dx, -dx, dy, -dy) <= 1
}

// perimeter returns the length of all edges, control points taken as corners.
func (o Outline) perimeter() float64 {
	length := 0.0
	for _, c := range o.Contours {
		for i, p := range c {
			q := c[(i+1)%len(c)]
			length += math.Hypot(float64(q.X-p.X), float64(q.Y-p.Y))
		}
	}
	return length
}

// usualPerimeter is the length of edges, in units of Em, up to which a
// character takes the full weight. Beyond it strokes lie so close that the
// white between them would fill up: every character gets the same ink at most.
const usualPerimeter = 12 * Em

// Emboldened returns o with every edge moved outwards by the given number of
// units, less where strokes are dense. Rare characters come from a lighter typeface than the text around
// them; hairlines of it would not survive a 203 dpi thermal head.
func (o Outline) Emboldened(units float64) Outline {
	if p := o.perimeter(); p > usualPerimeter {
		units *= usualPerimeter / p
	}
	bold := Outline{Advance: o.Advance, Contours: make([]Contour, len(o.Contours))}
	for i, c := range o.Contours {
		moved := make(Contour, len(c))
		for j, p := range c {
			before, after := c[(j+len(c)-1)%len(c)], c[(j+1)%len(c)]
			dx, dy := outward(before, p, after)
			moved[j] = Point{p.X + int(math.Round(dx*units)), p.Y + int(math.Round(dy*units)), p.On}
		}
		bold.Contours[i] = moved
	}
	return bold
}

// outward returns the direction that keeps both edges at p parallel to
// themselves, limited at sharp corners so that no spike grows.
func outward(before, p, after Point) (dx, dy float64) {
	const longest = 1.6
	ax, ay := normal(before, p)
	bx, by := normal(p, after)
	sx, sy := ax+bx, ay+by
	length := sx*sx + sy*sy
	if length < 1e-6 {
		return ax, ay
	}
	dx, dy = 2*sx/length, 2*sy/length
	if l := math.Hypot(dx, dy); l > longest {
		dx, dy = dx/l*longest, dy/l*longest
	}
	return dx, dy
}

// normal returns the unit vector to the left of the edge from a to b: outside,
// because TrueType fills to the right.
func normal(a, b Point) (x, y float64) {
	ex, ey := float64(b.X-a.X), float64(b.Y-a.Y)
	l := math.Hypot(ex, ey)
	if l == 0 {
		return 0, 0
	}
	return -ey / l, ex / l
}
