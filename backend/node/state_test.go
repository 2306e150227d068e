package node

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/pack"
	"lianxin/backend/sync"
)

// newerCenter refuses pushes as a center does that no longer speaks the kiosk's protocol.
type newerCenter struct {
	http.RoundTripper
	on atomic.Bool
}

// RoundTrip implements http.RoundTripper.
func (c *newerCenter) RoundTrip(r *http.Request) (*http.Response, error) {
	if !c.on.Load() || !strings.HasSuffix(r.URL.Path, "/sync/push") {
		return c.RoundTripper.RoundTrip(r)
	}
	body := `{"status":426,"code":"sync.protocol_too_old","params":{"protocol":1,"needed":2}}`
	return &http.Response{StatusCode: http.StatusUpgradeRequired, Header: http.Header{"Content-Type": {"application/problem+json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// A program that is too old for the center says so to staff and goes on: people are
// checked in, and what was made goes up once the center takes it.
func TestAnOutdatedKioskGoesOnCapturing(t *testing.T) {
	t.Parallel()
	b := newCenterAt(t, time.Now, nil)
	newer := &newerCenter{RoundTripper: b.line}
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: newer}})
	b.enrol(testSite)
	newer.on.Store(true)
	b.node.replica.Made()
	s := b.until("outdated", func(s api.KioskState) bool { return s.Outdated })
	if s.Phase != phaseReady || s.Online {
		t.Errorf("an outdated kiosk is %s, online %v", s.Phase, s.Online)
	}
	b.checkIn(b.booked(0))
	s = b.until("a waiting visit", func(s api.KioskState) bool { return s.Pending > 0 })
	if !s.Outdated || s.DeadLetters != 0 {
		t.Errorf("%+v", s)
	}
	var panel api.OperatorPanel
	b.must("POST", "/kiosk/operator", map[string]string{"pin": "135790"}, &panel)
	if panel.LastError != "sync.protocol_too_old" || !panel.State.Outdated {
		t.Errorf("staff see %q", panel.LastError)
	}
	newer.on.Store(false)
	b.until("an empty queue", func(s api.KioskState) bool { return s.Online && !s.Outdated && s.Pending == 0 })
}

// Changes that cannot be read are counted, here and at the center, while everything
// else arrives; a newer program takes them over.
func TestUnreadableChangesAreCountedAndComeAgain(t *testing.T) {
	t.Parallel()
	b := newCenterAt(t, time.Now, nil)
	broken := &rewritten{RoundTripper: b.line, from: []byte(`"facilities":[`), to: []byte(`"facilities":[7,`)}
	broken.on.Store(true)
	data := t.TempDir()
	open := func(version string) {
		b.openAs(Config{Data: data, Version: version, HTTP: &http.Client{Transport: broken}})
	}
	open("1")
	made, invitation, err := b.center.Invite(t.Context(), "一层大厅 1号机", "kiosk", testSite, "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := invitation.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var enrolled api.EnrolmentState
	b.must(http.MethodPost, "/kiosk/enrolment", api.EnrolInput{Payload: payload}, &enrolled)
	if _, err := b.center.Approve(t.Context(), made.ID, enrolled.Fingerprint, "test"); err != nil {
		t.Fatal(err)
	}
	all, err := b.center.Store().Sites(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sites := int64(len(all))
	b.until("the sites set aside", func(s api.KioskState) bool { return s.SetAside == sites && !s.DataAsOf.IsZero() })
	var panel api.OperatorPanel
	b.must("POST", "/kiosk/operator", map[string]string{"pin": "135790"}, &panel)
	if len(panel.SetAside) != shownSetAside {
		t.Errorf("staff see %d of %d", len(panel.SetAside), sites)
	}
	for _, aside := range panel.SetAside {
		if aside.Noun != string(sync.Site) || aside.Code == "" || aside.Attempts < 1 || time.Since(aside.LastAt) > time.Hour {
			t.Errorf("staff see %+v", aside)
		}
	}
	b.node.replica.Made()
	b.until("a push that says so", func(s api.KioskState) bool {
		d, err := b.center.Store().Device(t.Context(), b.node.place().DeviceID)
		if err != nil {
			t.Fatal(err)
		}
		b.node.replica.Made()
		return d.SetAside == sites
	})
	if n, err := b.node.store.CountOperations(t.Context(), outbox.Pending); n != 0 || err != nil {
		t.Errorf("%d operations, %v", n, err)
	}
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	broken.on.Store(false)
	open("2")
	b.until("everything", func(s api.KioskState) bool { return s.Phase == phaseReady && s.SetAside == 0 && s.Online })
}

// A pack is used once it is on the disk for certain: not from within a transaction
// that may yet be undone, and not any more when the center has taken it away.
func TestAPackIsUsedOnceItIsWrittenDown(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, today := t.Context(), b.center.Today()
	short := pack.Pack{ID: pack.HealthForm, Version: "1", Kind: pack.Questionnaire, From: today, Content: []byte(`{"resourceType":"Questionnaire",
		"url":"https://example.org/short","version":"1","status":"active","title":"短","item":[{"linkId":"well-today","text":"好吗","type":"boolean","required":true}]}`)}
	asked := func() string {
		t.Helper()
		form, err := b.node.packs.Questionnaire(today)
		if err != nil {
			t.Fatal(err)
		}
		return form.Canonical()
	}
	builtIn := asked()
	undone := fault.New(fault.Unavailable, "store.full")
	err := b.node.store.InTx(ctx, func(ctx context.Context) error {
		if err := b.node.absorbPack(ctx, short); err != nil {
			t.Fatal(err)
		}
		return undone
	})
	if fault.CodeOf(err) != "store.full" || asked() != builtIn {
		t.Errorf("a pack that was undone is asked: %s, %v", asked(), err)
	}
	if err := b.node.absorbPack(ctx, short); err != nil {
		t.Fatal(err)
	}
	b.node.pulled(sync.Page{Changes: []sync.Change{{Noun: sync.Site, ID: "x"}}})
	if asked() != builtIn {
		t.Error("packs are loaded with every page")
	}
	b.node.pulled(sync.Page{Changes: []sync.Change{{Noun: sync.Pack, ID: "x"}}})
	if asked() == builtIn {
		t.Error("the pack that was pulled is not asked")
	}
	if err := b.node.store.SweepUnseen(ctx, "none"); err != nil {
		t.Fatal(err)
	}
	b.node.pulled(sync.Page{Swept: true})
	if asked() != builtIn {
		t.Error("a pack the center has no more is still asked")
	}
	bad := short
	bad.From, bad.Content = calendar.Date{}, bytes.ReplaceAll(bad.Content, []byte("boolean"), []byte("no-type"))
	if err := b.node.absorbPack(ctx, bad); fault.From(err).Kind != fault.Invalid {
		t.Errorf("a pack with faults: %v", err)
	}
}
