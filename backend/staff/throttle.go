package staff

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"lianxin/backend/fault"
)

const (
	freeFailures = 3 // a person mistypes; the first failures cost nothing
	firstDelay   = time.Second
	maxDelay     = time.Minute
	forgetAfter  = 24 * time.Hour // failures this long ago count no more
	maxOrigins   = 256            // how many origins of failures are remembered of a member
)

// Throttle slows down guessing at one account from one origin. The delay doubles
// with each failure up to a minute and never becomes a lock. At the longest delay
// it allows 1,440 guesses a day, each at a password and a code of six digits at once.
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
		if over <= 6 { // 1 s doubled six times is over the longest delay
			delay = min(firstDelay<<(over-1), maxDelay)
		}
	}
	t.NotBefore = now.Add(delay).UTC()
	return t
}

// Origin is where attempts at logging in come from: a network, a device that has
// logged this member in before, or a login that is open. Whoever fails on purpose
// slows down their own origin only, and so cannot keep the member out.
type Origin string

// Throttles slow down guessing at one account, each origin by itself.
type Throttles map[Origin]Throttle

// Fail returns the throttles after one more failure from an origin. What counts no
// more is forgotten, and of too many origins those that failed least.
func (t Throttles) Fail(from Origin, now time.Time) Throttles {
	next := maps.Clone(t)
	if next == nil {
		next = Throttles{}
	}
	next[from] = next[from].Fail(now)
	maps.DeleteFunc(next, func(_ Origin, one Throttle) bool { return now.Sub(one.NotBefore) > forgetAfter })
	if len(next) <= maxOrigins {
		return next
	}
	others := slices.Collect(maps.Keys(next))
	least := slices.MinFunc(others, func(a, b Origin) int {
		if a == from || b == from { // whoever fails now is never the one forgotten
			return map[bool]int{true: 1, false: -1}[a == from]
		}
		return cmp.Or(cmp.Compare(next[a].Failures, next[b].Failures), next[a].NotBefore.Compare(next[b].NotBefore), cmp.Compare(a, b))
	})
	delete(next, least)
	return next
}

// Clear returns the throttles without those of an origin that got in.
func (t Throttles) Clear(from Origin) Throttles {
	next := maps.Clone(t)
	delete(next, from)
	return next
}
