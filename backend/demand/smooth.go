package demand

import "math"

// Method names how a series is forecast.
type Method string

const (
	Level        Method = "level"        // simple exponential smoothing
	Trend        Method = "trend"        // Holt's linear method with a damped trend
	Intermittent Method = "intermittent" // Teunter, Syntetos and Babai (2011)
)

// fit is a method run over a series.
type fit struct {
	next    func(ahead int) float64 // expected demand of the week so far ahead, from 1
	errors  float64                 // sum of squared one-week errors
	judged  int                     // over how many weeks
	absSum  float64                 // sum of absolute one-week errors over the last third
	absOver int
}

func (f *fit) judge(i, n int, forecast, actual float64) {
	e := actual - forecast
	f.errors += e * e
	f.judged++
	if i >= n-n/3 {
		f.absSum += math.Abs(e)
		f.absOver++
	}
}

// variance is the mean squared error of one week's forecast.
func (f *fit) variance() float64 { return f.errors / float64(max(f.judged, 1)) }

// lateError is the mean absolute error over the last third.
func (f *fit) lateError() float64 { return f.absSum / float64(max(f.absOver, 1)) }

// weights are the smoothing constants that are tried: smaller ones forget slowly.
var weights = []float64{0.05, 0.1, 0.2, 0.3, 0.5}

// slowWeights are those for series that are mostly nothing: with larger ones a single
// request in the last week would count as one in every second.
var slowWeights = weights[:3]

// damping is what is left of a trend a week later; 0.9 lets it die away in two months.
const damping = 0.9

func fitLevel(series []float64, alpha float64) fit {
	f := fit{}
	level := mean(series[:min(4, len(series))])
	for i, y := range series {
		f.judge(i, len(series), level, y)
		level += alpha * (y - level)
	}
	f.next = func(int) float64 { return level }
	return f
}

func fitTrend(series []float64, alpha float64) fit {
	f := fit{}
	level, trend, beta := mean(series[:min(4, len(series))]), 0.0, alpha/2
	for i, y := range series {
		expected := level + damping*trend
		f.judge(i, len(series), max(expected, 0), y)
		next := expected + alpha*(y-expected)
		trend = damping*trend + beta*(next-level-damping*trend)
		level = next
	}
	f.next = func(ahead int) float64 {
		sum, phi := 0.0, 1.0
		for range ahead {
			phi *= damping
			sum += phi
		}
		return max(level+sum*trend, 0)
	}
	return f
}

// fitIntermittent smooths how likely a week with requests is, and how many are asked
// for in such a week. The chance is changed in every week and so fades without requests.
func fitIntermittent(series []float64, alpha float64) fit {
	f := fit{}
	asked, size := 0, 0.0
	for _, y := range series {
		if y > 0 {
			asked++
			size += y
		}
	}
	if asked == 0 {
		f.next = func(int) float64 { return 0 }
		return f
	}
	// A shelf that was soon sold out says little: its first weeks are taken for eight.
	chance, each := float64(asked)/float64(max(len(series), 8)), size/float64(asked)
	for i, y := range series {
		f.judge(i, len(series), chance*each, y)
		if y > 0 {
			chance += alpha * (1 - chance)
			each += alpha * (y - each)
		} else {
			chance -= alpha * chance
		}
	}
	f.next = func(int) float64 { return chance * each }
	return f
}

func mean(series []float64) float64 {
	sum := 0.0
	for _, y := range series {
		sum += y
	}
	return sum / float64(max(len(series), 1))
}
