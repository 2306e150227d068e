package node

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// What somebody said here is kept for the period after the center has it, and then
// is gone from this machine; the center keeps it.
func TestOwnVisitsAreForgottenAfterThePeriod(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	here := b.node.place()
	v := storetest.Visit(1)
	v.DeviceID, v.SiteID, v.Day = here.DeviceID, here.SiteID, b.node.clock.Today()
	if _, err := b.node.recorder().CheckIn(t.Context(), v, here.Letter); err != nil {
		t.Fatal(err)
	}
	b.node.made(nil)
	b.until("the center to have it", func(s api.KioskState) bool { return s.Pending == 0 })
	forgetAfter := func(days int, since *sync.Replica) error {
		t.Helper()
		later := &Node{config: b.node.config, store: b.node.store, clock: b.node.clock, replica: since}
		later.config.KeepDays = days
		later.identity.Store(b.node.identity.Load())
		for range 2 {
			if err := later.forget(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		_, err := b.node.store.Visit(t.Context(), v.ID)
		return err
	}
	if b.node.config.KeepDays != KeepDays {
		t.Errorf("kept for %d days", b.node.config.KeepDays)
	}
	if err := forgetAfter(KeepDays, b.node.replica); err != nil {
		t.Errorf("within the period: %v", err)
	}
	// Meanwhile the center may have been restored from a backup that does not have it.
	if err := forgetAfter(-1, &sync.Replica{Clock: b.node.clock.Clock}); err != nil {
		t.Errorf("while no push is answered: %v", err)
	}
	if err := forgetAfter(-1, b.node.replica); fault.CodeOf(err) != "visit.not_found" { // a day later than today
		t.Errorf("after the period: %v", err)
	}
	if kept, err := b.center.Store().Visit(t.Context(), v.ID); err != nil || kept.Screening == nil {
		t.Errorf("at the center: %v", err)
	}
	if ops, err := b.node.store.OperationsFrom(t.Context(), 1, 9); err != nil || len(ops) != 1 || !ops[0].Forgotten() {
		t.Errorf("%d operations, %v", len(ops), err)
	}
}

// A kiosk that starts without a line, its clock set months ahead while it was off,
// forgets nothing of a day that is still to come; when the line is back, what is over.
func TestAStartMonthsAheadForgetsNothingThatIsToCome(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	b := newBenchAt(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
	b.enrol(testSite)
	b.until("the line", func(s api.KioskState) bool { return s.Online })
	data := b.node.config.Data
	if err := b.node.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(200 * 24 * time.Hour))
	cut := &line{RoundTripper: http.DefaultTransport, cut: make(chan struct{})}
	close(cut.cut)
	b.openAs(Config{Data: data, HTTP: &http.Client{Transport: cut}})
	today := b.center.Today()
	for n, day := range []calendar.Date{today.AddDays(-3), today.AddDays(1)} {
		a := storetest.Appointment(n)
		a.SiteID, a.Day = testSite, day
		if err := b.node.store.SaveAppointment(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.node.forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{"appointment.not_found", ""} {
		if _, err := b.node.store.Appointment(t.Context(), storetest.Appointment(n).ID); fault.CodeOf(err) != want {
			t.Errorf("booking %d: %v, want %q", n, err, want)
		}
	}
}
