package main

import (
	"math"
	"testing"

	"lianxin/backend/receipt/typeface"
)

// circle is 64 curves: far more points than a printer can show.
func circle(radius float64) typeface.Contour {
	const n = 64
	var c typeface.Contour
	for i := range n {
		for _, half := range []float64{0, 0.5} {
			r := radius
			if half > 0 {
				r /= math.Cos(math.Pi / n)
			}
			a := -2 * math.Pi * (float64(i) + half) / n
			c = append(c, typeface.Point{X: 512 + int(math.Round(r*math.Cos(a))), Y: 512 + int(math.Round(r*math.Sin(a))), On: half == 0})
		}
	}
	return c
}

func TestCoarseStaysNearTheOriginal(t *testing.T) {
	const radius = 400.0
	o := coarse(typeface.Outline{Advance: 1024, Contours: []typeface.Contour{circle(radius)}}, 1024)
	if o.Advance != rareUnits || len(o.Contours) != 1 {
		t.Fatalf("advance %d, %d contours", o.Advance, len(o.Contours))
	}
	points := o.Contours[0]
	if len(points) > 50 {
		t.Errorf("%d points left of 128", len(points))
	}
	const grid = sourceEm / rareUnits
	for i, p := range points {
		q := points[(i+1)%len(points)]
		for _, at := range []float64{0, 0.5} { // corners and the middle of sides
			x := (float64(p.X)+(float64(q.X)-float64(p.X))*at)*grid - 512
			y := (float64(p.Y)+(float64(q.Y)-float64(p.Y))*at)*grid - 512
			if d := math.Abs(math.Hypot(x, y) - radius); d > tolerance+grid {
				t.Errorf("point %d is %.1f of 1024 units off", i, d)
			}
		}
	}
}

func TestCoarseDropsWhatVanishes(t *testing.T) {
	speck := typeface.Contour{{X: 10, Y: 10, On: true}, {X: 10, Y: 11, On: true}, {X: 11, Y: 10, On: true}}
	if o := coarse(typeface.Outline{Advance: 1024, Contours: []typeface.Contour{speck}}, 1024); len(o.Contours) != 0 {
		t.Errorf("a speck of one unit became %v", o.Contours)
	}
}

func TestBoldHoldsWhatHeadingsNeed(t *testing.T) {
	for _, r := range "A9，。：（《签到暂缓献血鉴é" {
		if !isCommon(r) {
			t.Errorf("%c would be missing in bold", r)
		}
	}
	for _, r := range "龑㛃𬭎가﷽" {
		if isCommon(r) {
			t.Errorf("%c would be stored in bold", r)
		}
	}
}
