package demand

import "math"

// normalFrom is the mean from which a count is taken as normally distributed: adding
// up single chances loses precision there.
const normalFrom = 400

// Quantile is the least number that demand of a mean and variance does not exceed
// with probability p: of a negative binomial distribution, or of a Poisson one when
// the variance is no larger than the mean, as counts scatter at least that much.
func Quantile(mean, variance, p float64) int {
	if mean <= 0 {
		return 0
	}
	variance = max(variance, mean)
	if mean > normalFrom {
		return int(math.Ceil(mean + normal(p)*math.Sqrt(variance)))
	}
	chance, sum := atZero(mean, variance), 0.0
	r := mean * mean / (variance - mean) // +Inf for Poisson
	q := (variance - mean) / variance
	for n := 0; ; n++ {
		if sum += chance; sum >= p || n > 100*normalFrom {
			return n
		}
		if math.IsInf(r, 0) {
			chance *= mean / float64(n+1)
		} else {
			chance *= (float64(n) + r) / float64(n+1) * q
		}
	}
}

// atZero is the probability of no demand at all.
func atZero(mean, variance float64) float64 {
	if variance-mean < 1e-9 {
		return math.Exp(-mean)
	}
	return math.Exp(mean * mean / (variance - mean) * math.Log(mean/variance))
}

// normal is the quantile of the standard normal distribution.
func normal(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
