package consent

import (
	"encoding/json"
	"math"
	"testing"

	"lianxin/backend/fault"
)

// A signature comes from the page: what passes is on the pad, forward in time, and more than a dot.
func FuzzCheckSignature(f *testing.F) {
	f.Add([]byte(`[[{"x":1,"y":2,"t":0},{"x":9000,"y":2,"t":5}]]`))
	f.Add([]byte(`[[],[{"x":-1,"y":10001,"t":600001}]]`))
	f.Add([]byte(`[[{"x":0,"y":0,"t":0},{"x":900,"y":0,"t":1},{"x":0,"y":0,"t":2},{"x":900,"y":0,"t":3},{"x":0,"y":0,"t":4},{"x":900,"y":0,"t":5},{"x":0,"y":0,"t":6},{"x":900,"y":0,"t":7}]]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var strokes []Stroke
		if json.Unmarshal(text, &strokes) != nil {
			return
		}
		if err := CheckSignature(strokes); err != nil {
			if from := fault.From(err); from.Kind != fault.Invalid && from.Kind != fault.TooLarge {
				t.Fatal(err)
			}
			return
		}
		points, last := 0, 0
		for _, s := range strokes {
			for _, p := range s {
				if p.X < 0 || p.X > Scale || p.Y < 0 || p.Y > Scale || p.T < last {
					t.Fatalf("%+v passed", p)
				}
				points, last = points+1, p.T
			}
		}
		if drawn := length(strokes); points < MinPoints || points > MaxPoints || math.IsNaN(drawn) || drawn < MinLength {
			t.Fatalf("%d points over %f passed", points, length(strokes))
		}
	})
}
