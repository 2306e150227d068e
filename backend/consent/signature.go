package consent

import (
	"fmt"
	"math"

	"lianxin/backend/fault"
)

// Scale is the width of the signing pad in the units of a Point. Height is
// measured in the same unit, so a signature keeps its shape at any size.
const Scale = 10_000

// Bounds of a signature. The lower ones refuse a dot or a slip of the finger,
// not a short name: "一" drawn over a sixth of the pad passes. The upper ones
// are far above what a person draws and keep a record small.
const (
	MinPoints  = 8
	MinLength  = Scale / 6
	MaxStrokes = 200
	MaxPoints  = 5_000
	MaxMillis  = 10 * 60 * 1_000 // from the first touch to the last
)

// Point is where the finger was and when.
type Point struct {
	X int `json:"x" minimum:"0" maximum:"10000" doc:"From the left edge, in ten-thousandths of the pad's width"`
	Y int `json:"y" minimum:"0" maximum:"10000" doc:"From the top edge, in ten-thousandths of the pad's width"`
	T int `json:"t" minimum:"0" maximum:"600000" doc:"Milliseconds since the first point of the first stroke"`
}

// Stroke is one line from touch to lift.
type Stroke []Point

// CheckSignature refuses what is not a signature: nothing drawn
// (consent.signature_missing), too little (consent.signature_too_short), too
// much (consent.signature_too_large), or points off the pad or going back in
// time (consent.signature_malformed).
func CheckSignature(strokes []Stroke) error {
	points, last := 0, 0
	for i, s := range strokes {
		points += len(s)
		if points > MaxPoints || i >= MaxStrokes {
			return fault.New(fault.TooLarge, "consent.signature_too_large")
		}
		for j, p := range s {
			if p.X < 0 || p.X > Scale || p.Y < 0 || p.Y > Scale || p.T < last || p.T > MaxMillis {
				return fault.New(fault.Invalid, "consent.signature_malformed").
					At(fmt.Sprintf("strokes[%d][%d]", i, j), "out_of_range", "")
			}
			last = p.T
		}
	}
	switch {
	case points == 0:
		return fault.New(fault.Invalid, "consent.signature_missing")
	case points < MinPoints || length(strokes) < MinLength:
		return fault.New(fault.Invalid, "consent.signature_too_short")
	}
	return nil
}

// length is what the finger drew, in units of a Point.
func length(strokes []Stroke) float64 {
	var sum float64
	for _, s := range strokes {
		for i := 1; i < len(s); i++ {
			sum += math.Hypot(float64(s[i].X-s[i-1].X), float64(s[i].Y-s[i-1].Y))
		}
	}
	return sum
}
