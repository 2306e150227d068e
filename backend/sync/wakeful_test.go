package sync_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lianxin/backend/site"
	"lianxin/backend/sync"
)

// waiting starts a pull and returns when it waits.
func (c *center) waiting(t *testing.T, cursor string, scopes ...string) chan sync.PullResponse {
	answered := make(chan sync.PullResponse, 1)
	go func() {
		out, err := c.publisher.Pull(t.Context(), scopes, cursor, 25*time.Second)
		if err != nil {
			t.Error(err)
		}
		answered <- out
	}()
	synctest.Wait()
	return answered
}

// A check-in is told to its own site and to everybody: its own site does not wait
// until everybody's turn has come.
func TestOwnSiteIsToldAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		scopes := []string{sync.Everywhere, "here", sync.Notices}
		answered, began := c.waiting(t, "", scopes...), time.Now()
		if err := c.MarkChanged(t.Context(), sync.Mark{Scope: "here", Noun: sync.Visit, ID: "v", Deleted: true},
			sync.Mark{Scope: sync.Notices, Noun: sync.Arrival, ID: "a", Deleted: true}); err != nil {
			t.Fatal(err)
		}
		c.publisher.Wake()
		equal(t, "told", ids((<-answered).Changes), []string{"v deleted", "a deleted"})
		equal(t, "after", time.Since(began), time.Duration(0))
	})
}

// A page that many asked for is not handed out again in another epoch, although its
// places have the same numbers: the database is another one.
func TestSharedPageEndsWithItsEpoch(t *testing.T) {
	bubble(t, func(t *testing.T, c *center) {
		isHidden := false
		heads := c.publisher.Heads
		c.publisher.Heads = func(ctx context.Context) (map[string]int64, error) {
			if isHidden {
				return map[string]int64{}, nil
			}
			return heads(ctx)
		}
		answered := c.waiting(t, "epoch-1;*=0", sync.Everywhere)
		c.saveSite(t, sync.Everywhere, "a", "1")
		if out := <-answered; len(out.Changes) != 1 {
			t.Fatalf("%+v", out)
		}
		isHidden, c.epoch = true, "epoch-2"
		if err := c.SaveSite(t.Context(), site.Site{ID: "a", District: "110102", Phone: "2"}); err != nil {
			t.Fatal(err)
		}
		answered = c.waiting(t, "epoch-2;*=0", sync.Everywhere)
		isHidden = false
		c.publisher.Wake()
		if out := <-answered; len(out.Changes) != 1 || !strings.Contains(string(out.Changes[0].Data), `"phone":"2"`) {
			t.Errorf("told %+v", out.Changes)
		}
	})
}
