package figure_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/proof/figure"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   figure.Spread
	}{
		{nil, figure.Spread{}},
		{[]float64{3}, figure.Spread{1, 3, 3, 3}},
		{[]float64{9, 1, 2}, figure.Spread{3, 1, 2, 9}},
		{[]float64{4, 1, 3, 2}, figure.Spread{4, 1, 2.5, 4}},
	} {
		if got := figure.SpreadOf(c.values...); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.values, got, c.want)
		}
	}
}

func TestPercentile(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)*time.Millisecond)
	}
	for share, want := range map[float64]float64{0: 1, 0.5: 51, 0.99: 100, 1: 100} {
		if got := figure.Percentile(hundred, share); got != want {
			t.Errorf("%v of 1 to 100 ms: %v, want %v", share, got, want)
		}
	}
	if hundred[0] != 100*time.Millisecond || figure.Percentile(nil, 0.5) != 0 {
		t.Error("the durations were changed, or nothing has a percentile")
	}
}

func TestHeld(t *testing.T) {
	ours, theirs := figure.SpreadOf(6), figure.SpreadOf(2)
	for _, c := range []struct {
		theirs       figure.Spread
		aim          figure.Aim
		held, wanted bool
	}{
		{theirs, figure.Aim{}, true, false},
		{theirs, figure.Aim{RatioAtMost: 3}, true, true},
		{theirs, figure.Aim{RatioAtMost: 2.9}, false, true},
		{theirs, figure.Aim{RatioAtLeast: 3}, true, true},
		{theirs, figure.Aim{RatioAtLeast: 3.1}, false, true},
		{theirs, figure.Aim{RatioAtMost: 3, AtMost: 5}, false, true},
		{theirs, figure.Aim{AtMost: 6}, true, true},
		{theirs, figure.Aim{AtLeast: 7}, false, true},
		{figure.Spread{}, figure.Aim{AtMost: 6}, true, true},
		{figure.Spread{}, figure.Aim{RatioAtMost: 3}, false, true}, // the peer was not measured
	} {
		held, wanted := figure.Figure{Ours: ours, Theirs: c.theirs, Aim: c.aim}.Held()
		if held != c.held || wanted != c.wanted {
			t.Errorf("%+v against %+v: %v, %v", c.aim, c.theirs, held, wanted)
		}
	}
}

func TestKeepAppends(t *testing.T) {
	name := filepath.Join(t.TempDir(), "row.json")
	t.Setenv(figure.EnvFile, name)
	for _, work := range []string{"one <b>", "two"} {
		if err := figure.Keep(figure.Figure{Work: work, Unit: "ms", Ours: figure.SpreadOf(1)}); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "one <b>") {
		t.Fatalf("%d lines: %s", len(lines), text)
	}
	var f figure.Figure
	if err := json.Unmarshal([]byte(lines[1]), &f); err != nil {
		t.Fatal(err)
	}
	if f.Work != "two" || f.Host.Cores < 1 || f.Host.Go == "" || f.At.IsZero() {
		t.Errorf("%+v", f)
	}
	t.Setenv(figure.EnvFile, t.TempDir())
	if figure.Keep(figure.Figure{}) == nil {
		t.Error("a folder was written to")
	}
}
