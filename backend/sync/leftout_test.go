package sync_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

var errSpoilt = errors.New("test: nothing opens this row")

// spoil makes the center's sites of some ids unreadable, and returns what it left out.
func (c *center) spoil(isSpoilt func(id string) bool) *[]string {
	load, left := c.publisher.Loaders[sync.Site], &[]string{}
	c.publisher.Loaders[sync.Site] = func(ctx context.Context, ids []string) (map[string]any, error) {
		for _, id := range ids {
			if isSpoilt(id) {
				return nil, errSpoilt
			}
		}
		return load(ctx, ids)
	}
	c.publisher.LeftOut = func(_ context.Context, mark sync.Placed, err error) {
		if errors.Is(err, errSpoilt) {
			*left = append(*left, fmt.Sprintf("%s %s %d", mark.Scope, mark.ID, mark.Seq))
		}
	}
	return left
}

// One thing that cannot be read is left out, not told as gone, and those behind it come.
func TestPullLeavesOutWhatCannotBeRead(t *testing.T) {
	c := sqliteCenter(t)
	left := c.spoil(func(id string) bool { return id == "b" })
	for _, id := range []string{"a", "b", "c"} {
		c.saveSite(t, "here", id, "1")
	}
	out := c.pull(t, "", "here")
	equal(t, "changes", ids(out.Changes), []string{"a", "c"})
	equal(t, "left out", *left, []string{"here b 2"})
	equal(t, "then nothing", len(c.pull(t, out.Cursor, "here").Changes), 0)
	equal(t, "and it is not tried again", *left, []string{"here b 2"})

	c.publisher.Loaders[sync.Site] = func(context.Context, []string) (map[string]any, error) {
		return map[string]any{"a": func() {}, "b": 1, "c": 1}, nil // no JSON of a function
	}
	equal(t, "what cannot be written", ids(c.pull(t, "", "here").Changes), []string{"b", "c"})
}

// A whole page that cannot be read keeps nobody from the next one, waiting or not.
func TestPullGoesOnBehindAPageThatCannotBeRead(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		c.spoil(func(id string) bool { return id != "last" })
		marks := make([]sync.Mark, sync.PageSize+1)
		for i := range marks {
			marks[i] = sync.Mark{Scope: "here", Noun: sync.Site, ID: fmt.Sprint(i)}
		}
		if err := c.MarkChanged(t.Context(), marks...); err != nil {
			t.Fatal(err)
		}
		out, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 25*time.Second)
		equal(t, "first page", []any{len(out.Changes), out.More, err}, []any{0, true, nil})

		began, answered := time.Now(), make(chan sync.PullResponse, 1)
		go func() {
			out, err := c.publisher.Pull(t.Context(), []string{"here"}, out.Cursor, 25*time.Second)
			if err != nil {
				t.Error(err)
			}
			answered <- out
		}()
		synctest.Wait()
		time.Sleep(5 * time.Second) // of the bubble's clock: it waits, and does not turn
		c.saveSite(t, "here", "last", "1")
		equal(t, "what comes later", ids((<-answered).Changes), []string{"last"})
		equal(t, "at once", time.Since(began), 5*time.Second)
	})
}

// When the database is away nothing is left out: the page fails and is asked for again.
func TestPullFailsWithTheDatabase(t *testing.T) {
	c := sqliteCenter(t)
	left := c.spoil(func(string) bool { return false })
	c.saveSite(t, "here", "a", "1")
	load, gone := c.publisher.Loaders[sync.Site], fault.New(fault.Unavailable, "store.busy")
	for name, fails := range map[string][]error{"at once": {gone}, "one by one": {errSpoilt, gone}} {
		n := 0
		c.publisher.Loaders[sync.Site] = func(ctx context.Context, ids []string) (map[string]any, error) {
			if n++; n <= len(fails) {
				return nil, fails[n-1]
			}
			return load(ctx, ids)
		}
		if _, err := c.publisher.Pull(t.Context(), []string{"here"}, "", 0); !errors.Is(err, gone) {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, name+": the next time", ids(c.pull(t, "", "here").Changes), []string{"a"})
	}
	equal(t, "left out", len(*left), 0)
}
