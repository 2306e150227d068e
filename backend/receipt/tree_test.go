package receipt

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// Fruits are spread as seeds are in a sunflower: none covers another however many there are.
// The file is written by this rule, with -update.
func TestFruitsHangAsSeedsInASunflower(t *testing.T) {
	want := fruitSpread{RoomAtLeast: 9, Largest: 0.18}
	for i := range MostFruits {
		far, turn := math.Sqrt(float64(i)+0.6), float64(i)*math.Pi*(3-math.Sqrt(5))+0.9
		want.Places = append(want.Places, [2]float64{rounded(far * math.Cos(turn)), rounded(far * math.Sin(turn))})
	}
	file, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(file), "],[", "],\n[") + "\n"
	if *update {
		if err := os.WriteFile("fruits.json", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if string(fruitsFile) != text && !*update {
		t.Error("fruits.json is not what the rule gives; run this test with -update")
	}
}

// rounded keeps six digits: sines end differently on different processors.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }
