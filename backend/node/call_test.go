package node

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/staffcall"
)

// Staff say that somebody comes, and close the call: the screen follows, and
// nothing of it goes back to the center as if it had been done here.
func TestTheScreenSaysThatSomebodyComes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	b.until("the first pull", func(s api.KioskState) bool { return s.Online && s.Phase == phaseReady })
	b.must("POST", "/kiosk/staff-call", nil, nil)
	by := api.Caller{StaffID: "terminal"}
	var open api.OpenCallList
	b.until("the call is sent", func(s api.KioskState) bool { return s.StaffCalled && !s.StaffComing && s.Pending == 0 })
	open, err := b.center.OpenCalls(t.Context(), "", 0, by)
	if err != nil || len(open.Calls) != 1 {
		t.Fatalf("%+v, %v", open, err)
	}
	if err := b.center.AcknowledgeCall(t.Context(), open.Calls[0].ID, by); err != nil {
		t.Fatal(err)
	}
	b.until("somebody comes", func(s api.KioskState) bool { return s.StaffCalled && s.StaffComing })
	if err := b.center.ClearCall(t.Context(), open.Calls[0].ID, by); err != nil {
		t.Fatal(err)
	}
	b.until("the call is closed", func(s api.KioskState) bool { return !s.StaffCalled && !s.StaffComing && s.Pending == 0 })
	last, err := b.node.store.LastSeq(t.Context())
	if err != nil || last != 1 {
		t.Errorf("the kiosk made %d operations of one call, %v", last, err)
	}
}

// own lists the kiosk's open calls.
func (b *bench) own() []staffcall.Call {
	b.t.Helper()
	open, err := b.node.ownCalls(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return open
}

func (b *bench) call() api.StaffCall {
	b.t.Helper()
	var raised api.StaffCall
	b.must("POST", "/kiosk/staff-call", nil, &raised)
	return raised
}

// A second tap is the same call until staff say that they come; a tap after that is
// heard by them anew, and the answered call stands no longer.
func TestATapAfterAnAcknowledgementIsHeardAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	first := b.call()
	if again := b.call(); again != first || len(b.own()) != 1 {
		t.Fatalf("a second tap made %+v beside %+v", again, first)
	}
	before := b.own()[0]
	b.until("the call is sent", func(s api.KioskState) bool { return s.Pending == 0 })
	if err := b.center.AcknowledgeCall(t.Context(), before.ID, api.Caller{StaffID: "terminal"}); err != nil {
		t.Fatal(err)
	}
	b.until("somebody comes", func(s api.KioskState) bool { return s.StaffComing })
	b.call()
	after := b.own()
	if len(after) != 1 || after[0].ID == before.ID || !after[0].AcknowledgedAt.IsZero() {
		t.Errorf("after the tap stands %+v", after)
	}
	b.until("everything is sent", func(s api.KioskState) bool { return s.Pending == 0 })
	atCenter, err := b.center.OpenCalls(t.Context(), "", 0, api.Caller{StaffID: "terminal"})
	if err != nil || !slices.EqualFunc(atCenter.Calls, after, func(a api.OpenCall, c staffcall.Call) bool { return a.ID == c.ID }) {
		t.Errorf("staff see %+v, %v", atCenter.Calls, err)
	}
}

// Who finishes or leaves needs nobody any more. Somebody who called at the first
// screen and then begins, and somebody whose time ran out while they wait, do.
func TestACallEndsWithItsSession(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	b.call()
	b.scan(b.booked(0), "zh-CN")
	if len(b.own()) != 1 {
		t.Error("beginning took the call back")
	}
	b.must(http.MethodDelete, "/kiosk/session", nil, nil)
	if open := b.own(); len(open) != 0 {
		t.Errorf("of somebody who left stays %+v", open)
	}
	b.call()
	b.must(http.MethodDelete, "/kiosk/session", nil, nil) // as the page does when the time ran out: there is none any more
	if len(b.own()) != 1 {
		t.Error("the end of the idle time took the call back")
	}
}

// A call lasts ten minutes by the center's clock, whatever the kiosk's own says, and
// carries the center's time; what the log says is the kiosk's own.
func TestACallGrowsOldByTheCentersClock(t *testing.T) {
	t.Parallel()
	const off = -10 * 365 * 24 * time.Hour
	var wall, passed atomic.Int64
	wall.Store(int64(off))
	b := newCenterAt(t, func() time.Time { return time.Now().Round(0).Add(time.Duration(wall.Load())) }, nil)
	began := time.Now()
	b.openAs(Config{Data: t.TempDir(), HTTP: &http.Client{Transport: b.line}, Elapsed: func() time.Duration { return time.Since(began) + time.Duration(passed.Load()) }})
	b.enrol(testSite)
	if raised := b.call(); time.Since(raised.RaisedAt).Abs() > time.Minute {
		t.Errorf("raised %v ago", time.Since(raised.RaisedAt))
	}
	ops, err := b.node.store.OperationsFrom(t.Context(), 1, 10)
	if err != nil || len(ops) != 1 || time.Since(ops[0].DeviceTime) < -off-time.Hour {
		t.Errorf("the log says %+v, %v", ops, err)
	}
	b.until("the call is sent", func(s api.KioskState) bool { return s.Pending == 0 })
	close(b.line.cut)
	wall.Store(int64(-off)) // set by hand: no time has passed
	if err := b.node.clearCalls(t.Context(), b.node.isOld); err != nil || len(b.own()) != 1 {
		t.Fatalf("a clock set by hand ended the call, %v", err)
	}
	// A word of the center that was on its way when the line was cut puts the clock back once.
	for range 3 {
		passed.Add(int64(callLife))
		if err := b.node.clearCalls(t.Context(), b.node.isOld); err != nil {
			t.Fatal(err)
		}
	}
	if left := b.own(); len(left) != 0 {
		t.Errorf("%d calls stand after their time", len(left))
	}
}
