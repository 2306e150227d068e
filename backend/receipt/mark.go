package receipt

import (
	"math"

	"lianxin/backend/receipt/fonts"
	"lianxin/backend/receipt/typeface"
)

// logo is the character our mark is printed as. Read aloud or copied it is
// U+1FA78 DROP OF BLOOD, which is what it shows.
const logo = "\U0001FA78"

// drawnUnits is the grid the symbols of this file are drawn on.
const drawnUnits = 1000

// family returns the letterforms of all pages. ☑ and its relatives are missing
// in the typeface and drawn here.
func family(packs fonts.Set) *typeface.Family {
	return typeface.NewFamily(packs.Regular, packs.Bold, packs.Rare, map[rune]typeface.Outline{
		'\U0001FA78': dropOutline().Scaled(drawnUnits, typeface.Em),
		'☐':          boxOutline().Scaled(drawnUnits, typeface.Em),
		'☑':          boxOutline(tickContour()).Scaled(drawnUnits, typeface.Em),
		'☒':          boxOutline(crossContours()...).Scaled(drawnUnits, typeface.Em),
	})
}

// boxOutline is a square frame, as tall as a Chinese character, with marks in it.
func boxOutline(marks ...typeface.Contour) typeface.Outline {
	o := typeface.Outline{Advance: drawnUnits, Contours: []typeface.Contour{
		square(90, -30, 820), reversed(square(160, 40, 680)),
	}}
	o.Contours = append(o.Contours, marks...)
	return o
}

// square runs clockwise from its lower left corner.
func square(x, y, side int) typeface.Contour {
	return lines(x, y, x, y+side, x+side, y+side, x+side, y)
}

func tickContour() typeface.Contour {
	return lines(250, 395, 315, 460, 445, 330, 720, 625, 785, 560, 448, 200)
}

func crossContours() []typeface.Contour {
	return []typeface.Contour{
		lines(290, 225, 240, 275, 710, 745-50, 760, 645),
		lines(240, 645, 290, 695, 760, 275, 710, 225),
	}
}

func lines(xy ...int) typeface.Contour {
	c := make(typeface.Contour, len(xy)/2)
	for i := range c {
		c[i] = typeface.Point{X: xy[2*i], Y: xy[2*i+1], On: true}
	}
	return c
}

func reversed(c typeface.Contour) typeface.Contour {
	r := make(typeface.Contour, len(c))
	for i, p := range c {
		r[len(c)-1-i] = p
	}
	return r
}

// dropOutline is the mark: a drop with two hearts' worth of curve cut out of
// it, one line that joins both sides (连心: hearts joined).
func dropOutline() typeface.Outline {
	const middle, bottom, tip, radius = 500.0, 330.0, 900.0, 380.0
	drop := curve(64, func(t float64) (x, y float64) {
		// A circle whose upper part is drawn out to the tip.
		angle := math.Pi/2 - 2*math.Pi*t
		x, y = middle+radius*math.Cos(angle), bottom+radius*math.Sin(angle)
		if lift := math.Sin(angle); lift > 0 {
			pull := math.Pow(lift, 2.2)
			x = middle + (x-middle)*(1-0.55*pull)
			y += (tip - bottom - radius) * math.Pow(lift, 3)
		}
		return x, y
	})
	heart := curve(48, func(t float64) (x, y float64) {
		a := 2 * math.Pi * t
		x = 16 * math.Pow(math.Sin(a), 3)
		y = 13*math.Cos(a) - 5*math.Cos(2*a) - 2*math.Cos(3*a) - math.Cos(4*a)
		return middle + x*12.2, 318 + y*12.2
	})
	return typeface.Outline{Advance: drawnUnits, Contours: []typeface.Contour{drop, reversed(heart)}}
}

// curve samples a closed clockwise line.
func curve(points int, at func(t float64) (x, y float64)) typeface.Contour {
	c := make(typeface.Contour, points)
	for i := range c {
		x, y := at(float64(i) / float64(points))
		c[i] = typeface.Point{X: int(math.Round(x)), Y: int(math.Round(y)), On: true}
	}
	return c
}
