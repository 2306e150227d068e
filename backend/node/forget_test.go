package node

import (
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/store/storetest"
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
	forgetAfter := func(days int) error {
		t.Helper()
		later := &Node{config: b.node.config, store: b.node.store, clock: b.node.clock}
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
	if err := forgetAfter(KeepDays); err != nil {
		t.Errorf("within the period: %v", err)
	}
	if err := forgetAfter(-1); fault.CodeOf(err) != "visit.not_found" { // a day later than today
		t.Errorf("after the period: %v", err)
	}
	if kept, err := b.center.Store().Visit(t.Context(), v.ID); err != nil || kept.Screening == nil {
		t.Errorf("at the center: %v", err)
	}
	if ops, err := b.node.store.OperationsFrom(t.Context(), 1, 9); err != nil || len(ops) != 1 || !ops[0].Forgotten() {
		t.Errorf("%d operations, %v", len(ops), err)
	}
}
