package fleet

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/staff"
	"lianxin/backend/staffcall"
	replication "lianxin/backend/sync"
)

// What one instance is told holds on the others: at once where the database is asked
// every time, otherwise within these times.
const (
	atOnce  = time.Second // for the first question afterwards to be answered
	ofKeys  = 5 * time.Second
	ofAList = time.Second             // of who checked in, and of a number that was called
	ofAFeed = 2500 * time.Millisecond // a second until it is looked for, and a kiosk's turn
)

// patience is large in make test, which measures nothing on a machine that does other things.
var patience = flag.Int("patience", 20, "how many times the stated time it may take until something is known everywhere")

// within measures how long it takes until something is so, asking again and again.
func within(t *testing.T, what string, limit time.Duration, isSo func() (bool, error)) {
	t.Helper()
	began, asked := time.Now(), 0
	for {
		asked++
		ok, err := isSo()
		took := time.Since(began)
		if err != nil || took > time.Duration(*patience)*limit {
			t.Errorf("%s: not within %v: %v", what, limit, err)
			return
		}
		if ok {
			t.Logf("%-55s %6d ms (stated: %v)", what, took.Milliseconds(), limit)
			if limit == atOnce && asked > 1 {
				t.Errorf("%s: only the question number %d was answered so", what, asked)
			}
			return
		}
	}
}

// refusedWith tells whether somebody is refused with a code; being let in is none.
func refusedWith(err error, code string) (bool, error) {
	if err == nil {
		return false, nil
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return refusal.Code == code, nil
	}
	if fault.CodeOf(err) == code {
		return true, nil
	}
	return false, err
}

func TestWhatOneIsToldAllKnow(t *testing.T) {
	p, client := newPark(t), Client()
	must(t, SaveSite(t.Context(), p.Center, "test-site-0"))
	base := func(n int) string { return "http://" + p.running[n].Address }
	for name, run := range map[string]func(*testing.T){
		"revocation": func(t *testing.T) { p.tellRevocation(t, client, base) },
		"logout":     func(t *testing.T) { p.tellLogout(t, client, base) },
		"keys":       func(t *testing.T) { p.tellKeys(t, client, base) },
		"pack":       func(t *testing.T) { p.tellPack(t) },
		"calls":      func(t *testing.T) { p.tellCalls(t, client, base) },
		"reception":  func(t *testing.T) { p.tellReception(t, client, base) },
	} {
		t.Run(name, run)
	}
}

// tellRevocation revokes a device at one instance; the others know its tokens.
func (p *park) tellRevocation(t *testing.T, client *http.Client, base func(int) string) {
	ctx := t.Context()
	d, err := Enrol(ctx, p.Center, "kiosk", "test-site-0")
	must(t, err)
	bearers := p.letIn(t, d, client, base)
	m, err := Hire(ctx, p.Center, "admin-r", staff.Admin)
	must(t, err)
	admin, err := m.LogIn(ctx, client, base(0))
	must(t, err)
	must(t, Ask(ctx, client, http.MethodPost, base(0), "/devices/"+d.ID+"/revoke", admin, nil, nil))
	for n, bearer := range bearers {
		within(t, fmt.Sprintf("device revoked at 0 is refused at %d", n), atOnce, func() (bool, error) {
			return refusedWith(Ask(ctx, client, http.MethodGet, base(n), "/sync/changes", bearer, nil, nil), "token.revoked")
		})
	}
}

// letIn returns a token of the device from each instance and sees that it is good on all.
func (p *park) letIn(t *testing.T, d *Device, client *http.Client, base func(int) string) (bearers []string) {
	t.Helper()
	for n := range instances {
		text, err := d.Assertion(p.at.URL)
		must(t, err)
		var out api.AccessToken
		must(t, Ask(t.Context(), client, http.MethodPost, base(n), "/token", "", map[string]string{"grant_type": api.AssertionGrant, "assertion": text}, &out))
		for other := range instances {
			must(t, Ask(t.Context(), client, http.MethodGet, base(other), "/sync/changes", out.AccessToken, nil, nil))
		}
		bearers = append(bearers, out.AccessToken)
	}
	return bearers
}

func (p *park) tellLogout(t *testing.T, client *http.Client, base func(int) string) {
	ctx := t.Context()
	m, err := Hire(ctx, p.Center, "desk-l", staff.Reception)
	must(t, err)
	bearer, err := m.LogIn(ctx, client, base(1))
	must(t, err)
	me := func(n int) error { return Ask(ctx, client, http.MethodGet, base(n), "/staff/me", bearer, nil, nil) }
	for n := range instances {
		must(t, me(n))
	}
	must(t, Ask(ctx, client, http.MethodPost, base(0), "/staff/logout", bearer, nil, nil))
	for n := range instances {
		within(t, fmt.Sprintf("member logged out at 0 is refused at %d", n), atOnce, func() (bool, error) { return refusedWith(me(n), "token.revoked") })
	}
}

// tellKeys replaces the token keys by a command, as after a leak.
func (p *park) tellKeys(t *testing.T, client *http.Client, base func(int) string) {
	ctx := t.Context()
	d, err := Enrol(ctx, p.Center, "kiosk", "test-site-0")
	must(t, err)
	old := p.letIn(t, d, client, base)[0]
	must(t, p.RollKeys(ctx, "terminal"))
	text, err := d.Assertion(p.at.URL)
	must(t, err)
	fresh, err := p.Exchange(ctx, text)
	must(t, err)
	use := func(n int, bearer string) error {
		return Ask(ctx, client, http.MethodGet, base(n), "/sync/changes", bearer, nil, nil)
	}
	// The one asked last has nothing that makes it look: it is the slowest.
	for n := range instances {
		within(t, fmt.Sprintf("token under the old key is refused at %d", n), ofKeys, func() (bool, error) {
			return refusedWith(use(n, old), "token.key_rolled")
		})
		within(t, fmt.Sprintf("token under the new key is taken at %d", n), atOnce, func() (bool, error) {
			err := use(n, fresh.AccessToken)
			return err == nil, err
		})
	}
}

// heard measures how long after somebody was told it is with who waits for it at
// another instance; the longest of several times.
func heard(t *testing.T, what string, limit time.Duration, wait func(ctx context.Context) (bool, error), tell func(round int) error) {
	t.Helper()
	longest := time.Duration(0)
	for round := range 3 {
		sent, done := make(chan struct{}), make(chan error, 1)
		once := sync.OnceFunc(func() { close(sent) })
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { once() }})
		go func() {
			for {
				if ok, err := wait(ctx); ok || err != nil {
					done <- err
					return
				}
			}
		}()
		<-sent
		began := time.Now()
		must(t, tell(round))
		must(t, <-done)
		longest = max(longest, time.Since(began))
	}
	t.Logf("%-55s %6d ms (stated: %v)", what, longest.Milliseconds(), limit)
	if longest > time.Duration(*patience)*limit {
		t.Errorf("%s: not within %v", what, limit)
	}
}

// tellPack saves packs by a command; a kiosk waits for them at some instance.
func (p *park) tellPack(t *testing.T) {
	k := openKiosk(t, p.Center, p.door.URL, "test-site-0", 9)
	k.settle()
	k.hurried.yes.Store(false)
	has := func() int {
		all, err := k.Store().Packs(t.Context())
		must(t, err)
		return len(all)
	}
	before := has()
	heard(t, "pack saved by a command is on a kiosk that waits", ofAFeed, func(ctx context.Context) (bool, error) {
		err := k.Pull(ctx)
		now := has()
		ok := now > before
		before = now
		return ok, err
	}, func(round int) error {
		version := fmt.Sprintf("fleet-%d", round)
		form := fmt.Sprintf(`{"resourceType":"Questionnaire","url":"https://example.org/short","version":"%s","status":"active","title":"短",
			"item":[{"linkId":"well-today","text":"好吗","type":"boolean","required":true}]}`, version)
		_, err := p.PublishPack(t.Context(), pack.Pack{ID: pack.HealthForm, Version: version, Kind: pack.Questionnaire,
			From: calendar.Of(time.Now()), Content: []byte(form)}, "terminal")
		return err
	})
}

// tellCalls raises a call at one instance while a desk waits at another, and lets the
// desk answer while the kiosk waits at the third.
func (p *park) tellCalls(t *testing.T, client *http.Client, base func(int) string) {
	ctx := t.Context()
	d, err := Enrol(ctx, p.Center, "kiosk", "test-site-0")
	must(t, err)
	m, err := Hire(ctx, p.Center, "desk-c", staff.Reception)
	must(t, err)
	bearer, err := m.LogIn(ctx, client, base(0))
	must(t, err)
	var list api.OpenCallList
	must(t, Ask(ctx, client, http.MethodGet, base(1), "/staff-calls", bearer, nil, &list))
	var raised [3]staffcall.Call
	kiosk := d.Line(client, base(0), p.at.URL)
	_, err = kiosk.Push(ctx, d.Batch()) // has its token
	must(t, err)
	heard(t, "call raised at 0 is seen by a desk that waits at 1", ofAFeed, func(ctx context.Context) (bool, error) {
		before := len(list.Calls)
		err := Ask(ctx, client, http.MethodGet, base(1), "/staff-calls?wait=20&seen="+list.Seen, bearer, nil, &list)
		return len(list.Calls) > before, err
	}, func(round int) error {
		raised[round] = staffcall.Call{ID: NewID(), SiteID: d.SiteID, DeviceID: d.ID, RaisedAt: time.Now().UTC()}
		op, err := d.Record(outbox.StaffCallRaised, raised[round].RaisedAt, raised[round])
		must(t, err)
		_, err = kiosk.Push(ctx, d.Batch(op))
		return err
	})
	line := d.Line(client, base(2), p.at.URL)
	cursor := caughtUp(t, line)
	heard(t, "answer given at 0 is with a kiosk that waits at 2", ofAFeed, func(ctx context.Context) (bool, error) {
		page, err := line.Pull(ctx, cursor, 20*time.Second)
		cursor = page.Cursor
		return len(page.Changes) == 1 && page.Changes[0].Noun == replication.StaffCall, err
	}, func(round int) error {
		return Ask(ctx, client, http.MethodPost, base(0), "/staff-calls/"+raised[round].ID+"/acknowledge", bearer, nil, nil)
	})
}

// tellReception checks somebody in at one instance while a desk waits at another, and
// calls their number while the waiting room waits at the third.
func (p *park) tellReception(t *testing.T, client *http.Client, base func(int) string) {
	ctx := t.Context()
	d, err := Enrol(ctx, p.Center, "kiosk", "test-site-0")
	must(t, err)
	m, err := Hire(ctx, p.Center, "desk-w", staff.Reception)
	must(t, err)
	bearer, err := m.LogIn(ctx, client, base(0))
	must(t, err)
	at := "/sites/" + d.SiteID
	var list api.ReceptionList
	must(t, Ask(ctx, client, http.MethodGet, base(1), at+"/reception", bearer, nil, &list))
	kiosk := d.Line(client, base(0), p.at.URL)
	_, err = kiosk.Push(ctx, d.Batch()) // has its token
	must(t, err)
	heard(t, "who checks in at 0 is in the list of a desk that waits at 1", ofAList, func(ctx context.Context) (bool, error) {
		before := len(list.Rows)
		err := Ask(ctx, client, http.MethodGet, base(1), at+"/reception?wait=20&seen="+list.Seen, bearer, nil, &list)
		return len(list.Rows) > before, err
	}, func(round int) error {
		op, err := d.Record(outbox.VisitCheckedIn, time.Now(), d.VisitOf(70_000+round, time.Now()))
		must(t, err)
		_, err = kiosk.Push(ctx, d.Batch(op))
		return err
	})
	var room api.CalledNumbers
	must(t, Ask(ctx, client, http.MethodGet, base(2), at+"/called", "", nil, &room))
	heard(t, "a number called at 0 is in the waiting room that waits at 2", ofAList, func(ctx context.Context) (bool, error) {
		before := len(room.Numbers)
		err := Ask(ctx, client, http.MethodGet, base(2), at+"/called?wait=20&seen="+room.Seen, "", nil, &room)
		return len(room.Numbers) > before, err
	}, func(int) error {
		return Ask(ctx, client, http.MethodPost, base(0), at+"/calls", bearer, api.ReceptionCall{CallID: NewID(), Counter: "1"}, nil)
	})
}

// caughtUp pulls until nothing is left.
func caughtUp(t *testing.T, line *replication.HTTPCenter) (cursor string) {
	t.Helper()
	for {
		page, err := line.Pull(context.WithoutCancel(t.Context()), cursor, 0)
		must(t, err)
		if cursor = page.Cursor; !page.More && len(page.Changes) == 0 {
			return cursor
		}
	}
}
