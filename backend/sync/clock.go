package sync

import (
	"sync"
	"time"

	"lianxin/backend/fault"
)

const (
	// leap is how far the center's word may lie from what was heard before until
	// a second witness is asked for.
	leap = 365 * 24 * time.Hour
	// accord is how near the device's own clock must be to count as that witness.
	accord = 24 * time.Hour
	// quick is the longest journey of which half is taken for the way back.
	quick = 10 * time.Second
)

// Clock is what a device knows of the time. Its own clock may be years off and may
// be set while the program runs; so, once the center has spoken, the time is the
// center's word plus what has passed since on a clock nobody can set.
type Clock struct {
	Wall    func() time.Time     // the device's own clock
	Elapsed func() time.Duration // never set, never back; nil: since the first use
	Built   time.Time            // when this program was made; zero: not known

	once  sync.Once
	mu    sync.Mutex
	last  time.Time     // the center's last word that was believed, over restarts too
	shift time.Duration // the center's clock minus Wall, as it was when the program ended
	heard bool          // the center was believed since the program runs
	word  time.Time     // what it said
	at    time.Duration // Elapsed then
	doubt bool          // its last word was not believed
}

// restore takes over what was remembered when the program ended.
func (c *Clock) restore(from remembered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last, c.shift = from.Last, from.Shift
}

// passed reads the clock nobody can set.
func (c *Clock) passed() time.Duration {
	c.once.Do(func() {
		if c.Elapsed == nil {
			began := time.Now()
			c.Elapsed = func() time.Duration { return time.Since(began) }
		}
	})
	return c.Elapsed()
}

// wall is the device's own clock, without the reading that hides when it is set.
func (c *Clock) wall() time.Time { return c.Wall().Round(0) }

// Now is the center's time as well as it is known.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.heard {
		return c.word.Add(c.passed() - c.at)
	}
	// The clock may have been set while the program did not run.
	wall := c.wall()
	if shifted := wall.Add(c.shift); c.likely(shifted) || !c.likely(wall) {
		return shifted
	}
	return wall
}

// likely tells whether a time may follow what is past, before the center is heard again.
func (c *Clock) likely(t time.Time) bool {
	past := later(c.last, c.Built)
	return past.IsZero() || !t.Before(past.Add(-accord)) && !t.After(past.Add(leap))
}

// remembered is what of a clock outlives the program.
type remembered struct {
	Last  time.Time     `json:"last"`  // the center's last word that was believed
	Shift time.Duration `json:"shift"` // the center's clock minus the device's
}

func (c *Clock) remember() remembered {
	c.mu.Lock()
	defer c.mu.Unlock()
	return remembered{Last: c.last, Shift: c.now().Sub(c.wall()).Round(time.Millisecond)}
}

// Offset is Now minus the device's own clock.
func (c *Clock) Offset() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now().Sub(c.wall()).Round(time.Millisecond)
}

// Past is a time that is over for certain, whatever any clock says: the center's
// last word or, before any, the making of this program. It may be zero.
func (c *Clock) Past() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return later(c.last, c.Built)
}

// Heard tells whether the center was believed since the program runs, and still is.
func (c *Clock) Heard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard && !c.doubt
}

// Doubted tells whether the center's last word about the time was not believed.
func (c *Clock) Doubted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.doubt
}

// hear takes the center's word about the time, said within the journey that just
// ended; a journey that waited at the center tells less. Fault "sync.center_clock"
// when it is not believed, the time then stays what it was.
func (c *Clock) hear(said time.Time, journey time.Duration, waited bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.credible(said) {
		c.doubt = true
		return fault.New(fault.Unavailable, "sync.center_clock").With("said", said.Unix()).With("expected", c.now().Unix())
	}
	now := c.now()
	switch most := said.Add(journey); {
	case !waited && journey <= quick:
		now = said.Add(journey / 2)
	case now.Before(said):
		now = said
	case now.After(most):
		now = most
	}
	c.word, c.at, c.heard, c.doubt = now, c.passed(), true, false
	c.last = said
	return nil
}

// credible judges the center's word. No center is older than the program that asks
// it, and none says a time after lastSecond. A leap of years against what was heard is believed only when the device's own
// clock says the same: then it is the earlier word that was wrong.
func (c *Clock) credible(said time.Time) bool {
	if said.IsZero() || said.Before(c.Built.Add(-accord)) || said.Unix() >= lastSecond {
		return false
	}
	strange := said.Before(c.last.Add(-leap))
	if c.heard {
		strange = said.Sub(c.now()).Abs() > leap
	}
	return !strange || said.Sub(c.wall()).Abs() < accord
}

// times are those a certificate may be judged by, the best first. They differ only
// when the device's own clock and the center's word do: right after a start with a
// clock that is off, its own clock comes first, and what the center's word makes of
// it second. A device that never heard a center has one time only.
func (c *Clock) times() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	past := later(c.last, c.Built)
	own := later(c.wall(), past)
	switch {
	case c.heard:
		return []time.Time{later(c.now(), past), own}
	case c.last.IsZero():
		return []time.Time{own}
	}
	return []time.Time{own, later(c.now(), past)}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
