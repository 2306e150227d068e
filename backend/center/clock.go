package center

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	text, err := os.ReadFile(c.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, fmt.Errorf("the time it was: %w", err)
	}
	var before kept
	if err == nil && json.Unmarshal(text, &before) != nil {
		before = kept{} // cut off by a power failure: as good as none
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

// keep writes down what time it is, in one step; not synced, for a center that lost power
// was not away for long.
func (c *clock) keep() error {
	text, err := json.Marshal(kept{c.now().UTC()})
	if err != nil {
		return err
	}
	next := c.file + ".next"
	if err = os.WriteFile(next, text, 0o600); err == nil { // on a full disk what was kept stays
		err = os.Rename(next, c.file)
	}
	if err != nil {
		return fmt.Errorf("keep what time it is: %w", err)
	}
	return nil
}
