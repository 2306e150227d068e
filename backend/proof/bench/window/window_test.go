package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReadTaps(t *testing.T) {
	for text, want := range map[string]int{"10 20\n30 40\n": 2, "": 0, "a b\n": 0, "7\n": 0} {
		file := filepath.Join(t.TempDir(), "taps")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if taps, err := readTaps(file); len(taps) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", text, taps, err)
		}
	}
}

func TestFiguresSetOursBesideTheOthers(t *testing.T) {
	all := []*contender{{name: "ours", painted: []float64{600, 500}, used: []float64{150}},
		{name: "chromium", painted: []float64{1000}, used: []float64{300}}, {name: "empty", painted: []float64{400}, used: []float64{100}}}
	got := figures(all)
	if len(got) != 4 || got[0].Ratio() != 0.55 || got[1].Ratio() != 0.5 || got[2].Peer != "empty" || got[3].Ours.Median != 150 {
		t.Fatalf("%+v", got)
	}
	for i, wanted := range []bool{true, true, false, false} {
		if held, has := got[i].Held(); has != wanted || !held {
			t.Errorf("%d: held %v, wanted %v", i, held, has)
		}
	}
}
