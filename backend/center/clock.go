package center

import (
	"fmt"
	"path/filepath"
	gosync "sync"
	"time"
)

const (
	// stepped is how far a clock may be set while the program runs, or back while it does not.
	stepped = 24 * time.Hour
	// longestRest is how long a center may not have run until its clock is doubted.
	longestRest = 62 * 24 * time.Hour
)

// clock is the time a serving center goes by: its machine's, as long as that can follow
// what was before. Points, vouchers and codes end by it, and kiosks take it for theirs; what
// is done by a time years ahead cannot be undone. So a clock that leaps is not followed: the
// time is then what it was and what has passed since, until the clock is right again.
type clock struct {
	wall    func() time.Time
	elapsed func() time.Duration // never set, never back
	file    string

	mu    gosync.Mutex
	last  time.Time     // taken for right; zero before any
	at    time.Duration // elapsed then
	read  bool          // last was read since the program runs
	doubt bool
}

// clockFile lies in the data folder: each instance has a machine, and a clock, of its own,
// and a database from a backup says nothing of the time.
const clockFile = "clock.json"

// kept is what outlives the program.
type kept struct {
	Last time.Time `json:"last"`
}

// openClock takes up the time where the program ended. Where the clock is trusted it is
// followed wherever it leapt, and wentBack tells that the center was ahead of it.
func openClock(config Config) (c *clock, wentBack bool, err error) {
	c = &clock{wall: config.Now, elapsed: config.Elapsed, file: filepath.Join(config.Data, clockFile)}
	before, err := readKept[kept](c.file)
	if err != nil {
		return nil, false, fmt.Errorf("the time it was: %w", err)
	}
	c.last, c.at = before.Last, c.elapsed()
	if config.TrustClock {
		wentBack = c.wall().Before(c.last.Add(-stepped))
		c.last = time.Time{}
	}
	return c, wentBack, nil
}

// now is the time to go by.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall, passed := c.wall().Round(0), c.elapsed()
	expected, most := c.last.Add(passed-c.at), longestRest
	if c.read {
		most = stepped
	}
	ahead := wall.Sub(expected)
	if c.doubt = !c.last.IsZero() && (ahead < -stepped || ahead > most); c.doubt {
		return expected
	}
	c.last, c.at, c.read = wall, passed, true
	return wall
}

// doubted tells whether the machine's clock is not followed, and how far it is off then.
func (c *clock) doubted() (bool, time.Duration) {
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.doubt, c.wall().Sub(now)
}

// keep writes down what time it is.
func (c *clock) keep() error {
	if err := writeKept(c.file, kept{c.now().UTC()}); err != nil {
		return fmt.Errorf("keep what time it is: %w", err)
	}
	return nil
}
