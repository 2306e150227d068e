package demand

// intermittentFrom is the mean number of weeks from one with requests to the next from
// which a series counts as intermittent (Syntetos, Boylan and Croston 2005).
const intermittentFrom = 1.32

// Forecast is what is expected of a series.
type Forecast struct {
	Method Method
	// Weekly is the expected demand of each coming week, counted from the one after
	// the series' last.
	Weekly []float64
	// Variance is that of one week, from the errors of one-week forecasts.
	Variance float64
}

// Predict forecasts a series for so many weeks.
func Predict(series []int, weeks int) Forecast {
	y := make([]float64, len(series))
	asked := 0
	for i, n := range series {
		y[i] = float64(n)
		if n > 0 {
			asked++
		}
	}
	method, best := chosen(y, asked)
	f := Forecast{Method: method, Weekly: make([]float64, weeks)}
	for i := range f.Weekly {
		f.Weekly[i] = best.next(i + 1)
	}
	f.Variance = best.variance()
	return f
}

// chosen is the method for a series with its best constants. A trend must have been
// better by a tenth in the last third, for a trend that is none costs stock.
func chosen(y []float64, asked int) (Method, fit) {
	if asked == 0 || float64(len(y))/float64(asked) >= intermittentFrom {
		return Intermittent, bestOf(y, slowWeights, fitIntermittent)
	}
	level, trend := bestOf(y, weights, fitLevel), bestOf(y, weights, fitTrend)
	if len(y) >= 12 && trend.lateError() < 0.9*level.lateError() {
		return Trend, trend
	}
	return Level, level
}

func bestOf(y, tried []float64, method func([]float64, float64) fit) fit {
	best := method(y, tried[0])
	for _, alpha := range tried[1:] {
		if f := method(y, alpha); f.errors < best.errors {
			best = f
		}
	}
	return best
}

// Within returns mean and variance of the demand of the next days; the last week of
// the forecast stands for all after it.
func (f Forecast) Within(days int) (mean, variance float64) {
	for week := 0; days > 0; week++ {
		share := float64(min(days, 7)) / 7
		mean += share * f.week(week)
		variance += share * f.Variance
		days -= 7
	}
	return mean, variance
}

func (f Forecast) week(i int) float64 {
	if len(f.Weekly) == 0 {
		return 0
	}
	return f.Weekly[min(i, len(f.Weekly)-1)]
}
