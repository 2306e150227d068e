package staff

import (
	"time"

	"lianxin/backend/fault"
)

const (
	freeFailures = 3 // a person mistypes; the first failures cost nothing
	firstDelay   = time.Second
	maxDelay     = 15 * time.Minute
	forgetAfter  = 24 * time.Hour // failures this long ago count no more
)

// Throttle slows down guessing at one account. The delay doubles with each
// failure up to a quarter of an hour and never becomes a lock: whoever guesses
// at an account must not be able to keep its owner out for good. At the longest
// delay it allows 96 guesses a day.
type Throttle struct {
	Failures  int
	NotBefore time.Time
}

// Check fails with "staff.too_soon" and the seconds to wait.
func (t Throttle) Check(now time.Time) error {
	wait := t.NotBefore.Sub(now)
	if wait <= 0 {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	return fault.New(fault.TooMany, "staff.too_soon").With("retry_seconds", seconds)
}

// Fail returns the throttle after one more failure.
func (t Throttle) Fail(now time.Time) Throttle {
	if now.Sub(t.NotBefore) > forgetAfter {
		t.Failures = 0
	}
	t.Failures++
	delay := time.Duration(0)
	if over := t.Failures - freeFailures; over > 0 {
		delay = maxDelay
		if over <= 10 { // 1 s doubled ten times is over the longest delay
			delay = min(firstDelay<<(over-1), maxDelay)
		}
	}
	t.NotBefore = now.Add(delay).UTC()
	return t
}
