package node

import (
	"testing"

	"lianxin/backend/api"
)

// Staff say that somebody comes, and close the call: the screen follows, and
// nothing of it goes back to the center as if it had been done here.
func TestTheScreenSaysThatSomebodyComes(t *testing.T) {
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
