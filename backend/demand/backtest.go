package demand

import "math"

// Accuracy says how forecasts went in weeks they had not seen, beside "as last week".
type Accuracy struct {
	Series int `json:"series" doc:"Gifts that could be judged"`
	Weeks  int `json:"weeks" doc:"Weeks forecast, over all of them"`
	// MASE is the mean absolute error over that of "as last week" in the weeks learnt
	// from: below 1 is better (Hyndman and Koehler 2006). Naive is the same of "as
	// last week" in the weeks judged.
	MASE  float64 `json:"mase" doc:"Mean absolute scaled error; below 1 is better than as last week"`
	Naive float64 `json:"mase_naive" doc:"The same of as last week"`
	// Pinball is the mean pinball loss of the quantile orders are made by, in pieces;
	// PinballNaive is that of last week's demand taken as the mean of a Poisson count.
	Pinball      float64 `json:"pinball" doc:"Mean pinball loss of the quantile orders are made by, pieces"`
	PinballNaive float64 `json:"pinball_naive" doc:"The same of last week's demand taken as a Poisson mean"`
}

// learnt is how many weeks a series must have before the first that is judged.
const learnt = 12

// Backtest forecasts each of the last weeks of every series from those before it.
func Backtest(series [][]int, last int, level float64) Accuracy {
	a := Accuracy{}
	var scaled, naive float64
	for _, s := range series {
		if len(s) < learnt+last {
			continue
		}
		scale := naiveError(s[:len(s)-last])
		if scale == 0 {
			continue // never asked for, or always the same: no error to compare with
		}
		a.Series++
		ours, theirs := 0.0, 0.0
		for i := len(s) - last; i < len(s); i++ {
			f := Predict(s[:i], 1)
			actual, before := float64(s[i]), float64(s[i-1])
			ours += math.Abs(actual - f.Weekly[0])
			theirs += math.Abs(actual - before)
			a.Pinball += pinball(actual, float64(Quantile(f.Weekly[0], f.Variance, level)), level)
			a.PinballNaive += pinball(actual, float64(Quantile(before, before, level)), level)
			a.Weeks++
		}
		scaled += ours / float64(last) / scale
		naive += theirs / float64(last) / scale
	}
	if a.Series > 0 {
		a.MASE, a.Naive = scaled/float64(a.Series), naive/float64(a.Series)
		a.Pinball, a.PinballNaive = a.Pinball/float64(a.Weeks), a.PinballNaive/float64(a.Weeks)
	}
	return a
}

func naiveError(s []int) float64 {
	sum := 0.0
	for i := 1; i < len(s); i++ {
		sum += math.Abs(float64(s[i] - s[i-1]))
	}
	return sum / float64(len(s)-1)
}

// pinball is the loss of a quantile: too little costs level, too much the rest.
func pinball(actual, quantile, level float64) float64 {
	if actual >= quantile {
		return level * (actual - quantile)
	}
	return (1 - level) * (quantile - actual)
}
