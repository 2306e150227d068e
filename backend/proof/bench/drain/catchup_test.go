package drain

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"flag"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/donation"
	"lianxin/backend/node"
	"lianxin/backend/policy"
	"lianxin/backend/proof/figure"
	"lianxin/backend/screening"
	"lianxin/backend/sync"
)

var (
	few       = flag.Int("few", 200, "donors of a small center")
	many      = flag.Int("many", 1000, "donors of a large one")
	documents = flag.Int("documents", 1100, "documents of the peer")
	times     = flag.Int("times", 2, "how often a kiosk catches up in a round")
)

// changes is what a kiosk catches up on.
const changes = 100

// A kiosk that has everything takes 100 changes of the list of who is held back, from a
// center with few and from one with many donors: over HTTP, and written to its disk.
func TestCatchUp(t *testing.T) {
	small, large := newHolder(t, *few), newHolder(t, *many)
	var atFew, atMany, theirs []float64
	for range *rounds {
		var few, many []time.Duration
		for range *times {
			few, many = append(few, small.catchUp()), append(many, large.catchUp())
		}
		atFew, atMany = append(atFew, figure.Percentile(few, 0.5)), append(atMany, figure.Percentile(many, 0.5))
		if *peers {
			theirs = append(theirs, replicated(t, "catchup", documentsOf(t, []screening.Entry{small.entry(small.keys[0])}), *documents).Seconds()*1000)
		}
	}
	between := figure.Figure{Work: "catch up on 100 changes, 1,000,000 donors beside 10,000", Unit: "ms", Ours: figure.SpreadOf(atMany...),
		Peer: "ours with 10,000", Theirs: figure.SpreadOf(atFew...), Aim: figure.Aim{RatioAtMost: 1.2, AtMost: 25}}
	beside := figure.Figure{Work: "catch up on 100 changes, 1,000,000 donors", Unit: "ms", Ours: figure.SpreadOf(atMany...),
		Peer: "PouchDB 9.0.0, 100 documents after 100,000", Theirs: figure.SpreadOf(theirs...)}
	t.Logf("%d donors: %+v ms; %d donors: %+v ms, ratio %.2f; PouchDB with %d documents: %+v ms", *few, between.Theirs, *many, between.Ours, between.Ratio(),
		*documents, beside.Theirs)
	if *peers {
		must(t, figure.Keep(between, beside))
	}
}

// holder is a center that holds many people back, and a kiosk that knows all of them.
type holder struct {
	t    *testing.T
	c    *center.Center // beside the one that serves, as a command is
	k    node.Idle
	keys []string
	next int
}

func newHolder(t *testing.T, donors int) *holder {
	t.Helper()
	h := &holder{t: t}
	h.k, h.c = enrolled(t)
	h.keys = make([]string, donors)
	for n := range h.keys {
		key := make([]byte, 16)
		_, err := rand.Read(key)
		must(t, err)
		h.keys[n] = base64.RawURLEncoding.EncodeToString(key)
	}
	began := time.Now()
	const part = 5000
	for first := 0; first < donors; first += part {
		h.hold(h.keys[first:min(first+part, donors)])
	}
	filled := time.Since(began)
	for before := "nothing"; before != h.k.Status().Progress.Cursor; {
		before = h.k.Status().Progress.Cursor
		must(t, h.k.Pull(t.Context()))
	}
	t.Logf("%d donors: held back in %v, all on the kiosk in %v", donors, filled.Round(time.Second), (time.Since(began) - filled).Round(time.Second))
	return h
}

// entry is a person who is held back for a while.
func (h *holder) entry(key string) screening.Entry {
	return screening.Entry{Key: key, Holds: []policy.Hold{{Product: donation.WholeBlood, RuleID: "test-rule", Until: h.c.Today().AddDays(100)}}}
}

// hold says of people that they are held back, by rules of today.
func (h *holder) hold(keys []string) {
	h.t.Helper()
	must(h.t, h.c.InTx(h.t.Context(), func(ctx context.Context) error {
		entries, marks := make([]screening.Entry, len(keys)), make([]sync.Mark, len(keys))
		for i, key := range keys {
			entries[i] = h.entry(key)
			marks[i] = sync.Mark{Scope: sync.Everywhere, Noun: sync.Gate, ID: key}
		}
		if err := h.c.Store().SaveEntries(ctx, entries...); err != nil {
			return err
		}
		return h.c.Store().MarkChanged(ctx, marks...)
	}))
}

// catchUp changes what is said of 100 people and says how long the kiosk takes to have it.
func (h *holder) catchUp() time.Duration {
	h.t.Helper()
	first := h.next
	h.next = (h.next + changes) % (len(h.keys) - changes)
	h.hold(h.keys[first : first+changes])
	before := h.k.Status().Progress.Cursor
	began := time.Now()
	must(h.t, h.k.Pull(h.t.Context()))
	took := time.Since(began)
	if h.k.Status().Progress.Cursor == before {
		h.t.Fatal(fmt.Errorf("nothing came"))
	}
	return took
}
