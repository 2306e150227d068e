package sync_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	gosync "sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/sync"
)

// waiting is many devices that pull as kiosks do, each at a site of its own.
type waiting struct {
	center *center
	heard  atomic.Int64
	last   [devices]atomic.Value // what each heard last
	end    func()
}

const devices = 500

// wait lets the devices pull until end is called.
func wait(t *testing.T, c *center) *waiting {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &waiting{center: c}
	var running gosync.WaitGroup
	for i := range devices {
		running.Go(func() {
			scopes := []string{sync.Everywhere, fmt.Sprint("site-", i), sync.Notices}
			for cursor := ""; ; {
				out, err := c.publisher.Pull(ctx, scopes, cursor, 25*time.Second)
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				cursor = out.Cursor
				for _, change := range out.Changes {
					w.heard.Add(1)
					w.last[i].Store(change.ID)
				}
			}
		})
	}
	w.end = func() { cancel(); running.Wait() }
	synctest.Wait()
	return w
}

// statements counts what goes to the database while something happens.
func (w *waiting) statements(do func()) int64 {
	before := w.center.Statements()
	do()
	synctest.Wait()
	return w.center.Statements() - before
}

func atMost(t *testing.T, what string, got, most int64) {
	t.Helper()
	t.Logf("%s: %d statements", what, got)
	if got > most {
		t.Errorf("%s: %d statements, more than %d", what, got, most)
	}
}

// Many devices that wait cost the database about what one costs.
func TestWaitingDevicesAreCheap(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		c.saveSite(t, sync.Everywhere, "seed", "1")
		w := wait(t, c)
		defer w.end()
		atMost(t, "a minute of nothing", w.statements(func() { time.Sleep(time.Minute) }), 60+6)
		atMost(t, "one change for all", w.statements(func() {
			c.saveSite(t, sync.Notices, "arrival", "1")
			time.Sleep(400 * time.Millisecond)
		}), 10)
		for i := range devices {
			if got := w.last[i].Load(); got != "arrival" {
				t.Fatalf("device %d heard %v", i, got)
			}
		}
		heard := w.heard.Load()
		atMost(t, "one change for one site", w.statements(func() { c.saveSite(t, "site-7", "own", "1") }), 10)
		equal(t, "who heard", []any{w.last[7].Load(), w.heard.Load() - heard}, []any{"own", int64(1)})
	})
}

// Changes that follow one another closely are told together, each device hears of
// all of them, and none twice.
func TestChangesInARowAreAllHeard(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		w := wait(t, c)
		defer w.end()
		const changes = 40
		for i := range changes {
			c.saveSite(t, sync.Notices, fmt.Sprint("arrival-", i), "1")
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		equal(t, "heard", w.heard.Load(), int64(changes*devices))
	})
}

func TestNobodyLooksWhileNobodyWaits(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		w := wait(t, c)
		w.end()
		equal(t, "statements", w.statements(func() { c.publisher.Wake(); time.Sleep(time.Hour) }), int64(0))
	})
}

// A change between the look of the first one who waits and its waiting is not missed.
func TestNothingIsMissedOnTheWayToWaiting(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		heads := c.publisher.Heads
		looks := 0
		c.publisher.Heads = func(ctx context.Context) (map[string]int64, error) {
			seqs, err := heads(ctx)
			if looks++; looks == 1 {
				c.saveSite(t, "here", "between", "1")
			}
			return seqs, err
		}
		began := time.Now()
		out, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 25*time.Second)
		equal(t, "heard", []any{ids(out.Changes), err, time.Since(began)}, []any{[]string{"between"}, nil, time.Duration(0)})
	})
}

// A database that fails is told to the devices, and is not asked over and over.
func TestWhoWaitsHearsThatTheDatabaseFails(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		broken := errors.New("test failure of the database")
		heads, fails, asked := c.publisher.Heads, atomic.Bool{}, atomic.Int64{}
		c.publisher.Heads = func(ctx context.Context) (map[string]int64, error) {
			asked.Add(1)
			if fails.Load() {
				return nil, broken
			}
			return heads(ctx)
		}
		failed := make(chan error, 3)
		for range cap(failed) {
			go func() {
				_, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 25*time.Second)
				failed <- err
			}()
		}
		synctest.Wait()
		fails.Store(true)
		asked.Store(0)
		for range cap(failed) {
			if err := <-failed; !errors.Is(err, broken) {
				t.Errorf("told %v", err)
			}
		}
		if got := asked.Load(); got > int64(cap(failed))+1 {
			t.Errorf("asked %d times", got)
		}
	})
}

// A new epoch reaches who waits: another instance found that the database went back.
func TestWhoWaitsHearsOfANewEpoch(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		c.saveSite(t, "here", "a", "1")
		var epoch atomic.Value
		epoch.Store("epoch-1")
		c.publisher.Epoch = func(context.Context) (string, error) { return epoch.Load().(string), nil }
		cursor := c.pull(t, "", "here").Cursor
		answered := make(chan sync.PullResponse)
		go func() {
			out, err := c.publisher.Pull(t.Context(), []string{"here"}, cursor, 25*time.Second)
			if err != nil {
				t.Error(err)
			}
			answered <- out
		}()
		synctest.Wait()
		epoch.Store("epoch-2")
		out := <-answered
		if got := ids(out.Changes); !slices.Equal(got, []string{"a"}) {
			t.Errorf("told %v", got)
		}
	})
}
