package fleet

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/node"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// kiosk is a real one in this process, with its own database.
type kiosk struct {
	node.Idle
	t       *testing.T
	number  int
	hurried *hurried
	saved   []string // visits it was told are safe
	trouble *count   // how turns failed
	pushed  atomic.Int64
}

// hurried is a line on which pulls do not wait once nothing more is expected.
type hurried struct {
	line *http.Transport
	yes  atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (h *hurried) RoundTrip(r *http.Request) (*http.Response, error) {
	if query := r.URL.Query(); h.yes.Load() && query.Has("wait") {
		query.Set("wait", "0")
		r = r.Clone(r.Context())
		r.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path, RawQuery: query.Encode()}
	}
	return h.line.RoundTrip(r)
}

// openKiosk enrols a new kiosk at a site through the address all instances share.
func openKiosk(t *testing.T, c *center.Center, base, site string, number int) *kiosk {
	t.Helper()
	ctx := t.Context()
	k := &kiosk{t: t, number: number, hurried: &hurried{line: newLine()}, trouble: &count{}}
	var err error
	k.Idle, err = node.OpenIdle(ctx, node.Config{Data: t.TempDir(), Demo: true, Version: "fleet", HTTP: &http.Client{Transport: k.hurried}})
	must(t, err)
	t.Cleanup(func() { must(t, k.Close()) })
	made, invitation, err := c.Invite(ctx, "kiosk", "kiosk", site, "terminal", 10*time.Minute)
	must(t, err)
	state, err := k.Enrol(ctx, api.EnrolInput{URL: base, Token: string(invitation.Code)})
	must(t, err)
	_, err = c.Approve(ctx, made.ID, state.Fingerprint, "terminal")
	must(t, err)
	must(t, k.Approval(ctx))
	must(t, k.Connect())
	must(t, k.Pull(ctx))
	return k
}

// work checks people in and pushes each at once, and pulls all the time, until ctx ends.
func (k *kiosk) work(ctx context.Context, moved func()) {
	var both sync.WaitGroup
	both.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			k.checkIn(n)
			if k.turn(ctx, k.Push) {
				k.pushed.Add(1)
				moved()
			}
		}
	})
	both.Go(func() {
		for ctx.Err() == nil {
			k.turn(ctx, k.Pull)
		}
	})
	both.Wait()
}

// turn takes one turn; it may fail only because somebody was away for a moment.
func (k *kiosk) turn(ctx context.Context, do func(context.Context) error) bool {
	err := do(ctx)
	if err == nil || ctx.Err() != nil {
		return err == nil
	}
	k.trouble.add(fault.CodeOf(err))
	if fault.From(err).Kind != fault.Unavailable {
		k.t.Errorf("kiosk %d: %v", k.number, err)
	}
	return false
}

// checkIn checks somebody in whom no other kiosk has.
func (k *kiosk) checkIn(n int) {
	ctx := k.t.Context()
	v := storetest.Visit(k.number*10_000 + n)
	v.ID, v.At, v.Day = NewID(), k.Clock().Now().UTC().Truncate(time.Microsecond), k.Clock().Today()
	v.SiteID, v.DeviceID, v.AppointmentID = k.Place().SiteID, k.Place().DeviceID, ""
	saved, err := k.Visits().CheckIn(ctx, v, k.Place().Letter)
	if err != nil {
		k.t.Errorf("kiosk %d: %v", k.number, err)
		return
	}
	k.saved = append(k.saved, saved.ID)
}

// settle sends and takes what is left.
func (k *kiosk) settle() {
	k.t.Helper()
	k.hurried.yes.Store(true)
	must(k.t, k.Push(k.t.Context()))
	for before := ""; ; {
		must(k.t, k.Pull(k.t.Context()))
		now := k.Status().Progress.Cursor
		if now == before {
			return
		}
		before = now
	}
}

// promises checks what a kiosk and the center must agree on: every visit it was told
// is safe waits at the center once, every operation was applied, the center's memory
// ends where the log ends, and the kiosk knows everybody who waits at its site.
func (k *kiosk) promises(c *center.Center) {
	k.t.Helper()
	ctx, today := k.t.Context(), calendar.Of(time.Now())
	theirs, err := c.Store().VisitsAt(ctx, k.Place().SiteID, today)
	must(k.t, err)
	found, own := map[string]int{}, 0
	for _, v := range theirs {
		found[v.ID]++
		if v.Outcome != visit.Waiting {
			k.t.Errorf("visit %s is %s", v.ID, v.Outcome)
		}
		if v.DeviceID == k.Place().DeviceID {
			own++
		}
	}
	for _, id := range k.saved {
		if found[id] != 1 {
			k.t.Errorf("kiosk %d: visit %s is at the center %d times", k.number, id, found[id])
		}
	}
	ours, err := k.Store().VisitsAt(ctx, k.Place().SiteID, today)
	must(k.t, err)
	if own != len(k.saved) || len(ours) != len(theirs) {
		k.t.Errorf("kiosk %d: saved %d, at the center %d; knows %d who wait, the center %d", k.number, len(k.saved), own, len(ours), len(theirs))
	}
	k.logEnds(c)
}

func (k *kiosk) logEnds(c *center.Center) {
	k.t.Helper()
	ctx := k.t.Context()
	ops, err := k.Store().OperationsFrom(ctx, 1, 100_000)
	must(k.t, err)
	applied := int64(0)
	for _, fate := range []outbox.Fate{outbox.Applied, outbox.AlreadyApplied} {
		n, err := k.Store().CountOperations(ctx, fate)
		must(k.t, err)
		applied += n
	}
	d, err := c.Store().Device(ctx, k.Place().DeviceID)
	must(k.t, err)
	last := ops[len(ops)-1]
	if applied != int64(len(ops)) || d.LastSeq != last.Seq || string(d.LastHash) != string(last.Hash) {
		k.t.Errorf("kiosk %d: made %d operations, %d were applied; its log ends at %d, the center's memory of it at %d",
			k.number, len(ops), applied, last.Seq, d.LastSeq)
	}
}
