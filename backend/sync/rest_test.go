package sync_test

import (
	"errors"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// A device rests as long as the center asks, within reason, and never exactly as
// long as the others.
func TestHowLongADeviceRests(t *testing.T) {
	busy := func(seconds any) error {
		return fault.New(fault.Unavailable, "center.busy").With("retry_after", seconds)
	}
	const own = time.Second
	for name, c := range map[string]struct {
		err         error
		least, most time.Duration
	}{
		"a dead line":      {errors.New("test failure"), own / 2, own + own/2},
		"asked for":        {busy(5.0), 5 * time.Second, 10 * time.Second},
		"asked too much":   {busy(1e9), time.Minute, 2 * time.Minute},
		"asked for less":   {busy(-1.0), own / 2, own + own/2},
		"asked for a word": {busy("soon"), own / 2, own + own/2},
	} {
		seen := map[time.Duration]bool{}
		for range 100 {
			rest := sync.RestAfter(c.err, own)
			if rest < c.least || rest > c.most {
				t.Fatalf("%s: rests %v", name, rest)
			}
			seen[rest] = true
		}
		if len(seen) < 90 {
			t.Errorf("%s: 100 devices rest %d different times", name, len(seen))
		}
	}
}
