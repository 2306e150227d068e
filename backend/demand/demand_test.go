package demand

import (
	"math"
	"math/rand/v2"
	"testing"

	"lianxin/backend/calendar"
	"pgregory.net/rapid"
)

func TestWeeks(t *testing.T) {
	w := WeeksBefore(calendar.MustParse("2026-11-29"), 2) // a Sunday: its week is not over
	for _, c := range []struct {
		day string
		i   int
		ok  bool
	}{{"2026-11-08", 0, false}, {"2026-11-09", 0, true}, {"2026-11-15", 0, true}, {"2026-11-16", 1, true}, {"2026-11-22", 1, true}, {"2026-11-23", 2, false}} {
		if i, ok := w.Index(calendar.MustParse(c.day)); ok != c.ok || ok && i != c.i {
			t.Errorf("%s: week %d, %v", c.day, i, ok)
		}
	}
}

// rates makes Poisson counts around a rate of each week.
func rates(seed uint64, weeks int, rate func(week int) float64) []int {
	random := rand.New(rand.NewPCG(seed, 7))
	series := make([]int, weeks)
	for i := range series {
		limit, product := math.Exp(-rate(i)), random.Float64()
		for product > limit {
			series[i]++
			product *= random.Float64()
		}
	}
	return series
}

func TestPredict(t *testing.T) {
	steady := func(r float64) func(int) float64 { return func(int) float64 { return r } }
	for _, c := range []struct {
		name     string
		series   []int
		method   Method
		low, top float64 // of next week's
	}{
		{"never asked for", make([]int, 26), Intermittent, 0, 0},
		{"once a month", rates(1, 52, steady(0.25)), Intermittent, 0.05, 0.6},
		{"steady", rates(2, 52, steady(8)), Level, 6.5, 9.5},
		{"rising by five a week", rates(3, 40, func(w int) float64 { return 10 + 5*float64(w) }), Trend, 190, 235},
		{"asked for no longer", append(rates(4, 26, steady(3)), make([]int, 26)...), Intermittent, 0, 0.4},
		{"one week", []int{5}, Level, 5, 5},
		{"nothing known", nil, Intermittent, 0, 0},
	} {
		f := Predict(c.series, 4)
		if f.Method != c.method || f.Weekly[0] < c.low || f.Weekly[0] > c.top {
			t.Errorf("%s: %s, %.2f of %v", c.name, f.Method, f.Weekly[0], c.series)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		mean, variance, p float64
		want              int
	}{
		{0, 0, 0.95, 0}, {1, 1, 0.5, 1}, {1, 1, 0.95, 3}, {5, 5, 0.95, 9}, {10, 10, 0.99, 18}, // tables of the Poisson distribution
		{5, 25, 0.95, 15},       // negative binomial: r = 1.25, q = 0.8
		{1000, 1000, 0.5, 1000}, // normal
	} {
		if got := Quantile(c.mean, c.variance, c.p); got != c.want {
			t.Errorf("%v: %d", c, got)
		}
	}
}

// More scatter, more demand or more safety never asks for less stock.
func TestQuantileGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean, scatter := rapid.Float64Range(0.01, 390).Draw(t, "mean"), rapid.Float64Range(1, 20).Draw(t, "scatter")
		p := rapid.Float64Range(0.5, 0.99).Draw(t, "p")
		at := Quantile(mean, mean*scatter, p)
		if more := Quantile(mean, mean*scatter, p+0.005); more < at {
			t.Fatalf("%d for more safety, %d before", more, at)
		}
		if float64(at) < mean*0.2-2 && scatter < 2 {
			t.Fatalf("%d of %.1f", at, mean)
		}
	})
}

// Forecasts are numbers, never below zero, whatever the series.
func TestForecastsAreAmounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		series := rapid.SliceOfN(rapid.IntRange(0, 50), 0, 80).Draw(t, "series")
		f := Predict(series, 8)
		mean, variance := f.Within(45)
		for _, x := range append(f.Weekly, mean, variance) {
			if x < 0 || math.IsNaN(x) || math.IsInf(x, 0) {
				t.Fatalf("%v of %v", f, series)
			}
		}
	})
}

func TestForecastsAreBetterThanAsLastWeek(t *testing.T) {
	var all [][]int
	random := rand.New(rand.NewPCG(5, 5))
	for i := range 200 {
		base, slope := random.ExpFloat64()*3, (random.Float64()-0.5)*0.1
		all = append(all, rates(uint64(i), 52, func(w int) float64 { return max(base*(1+slope*float64(w)), 0.02) }))
	}
	a := Backtest(all, 12, 0.95)
	t.Logf("%+v", a)
	if a.Series < 150 || a.MASE >= 0.85*a.Naive || a.Pinball >= 0.9*a.PinballNaive {
		t.Errorf("%+v", a)
	}
}
