package node

import (
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/visit"
)

// TestCheckedInAtAnotherSite tells somebody where they are checked in already, also
// when the line has been cut since; the person at the other site hears nothing of it.
func TestCheckedInAtAnotherSite(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	a := b.booked(0)
	first := b.checkIn(a)
	b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 })

	b.open(t.TempDir())
	b.enrol("dongzhimen")
	key := a.DonorKey
	b.until("the arrival", func(api.KioskState) bool {
		_, ok, err := b.node.store.WaitingVisit(t.Context(), key, b.center.Today())
		return ok && err == nil
	})
	close(b.line.cut)
	b.until("offline", func(s api.KioskState) bool { return !s.Online })
	var s checkin.Session
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &s)
	s, err := b.node.checkin.IdentifyCard(t.Context(), a.Person)
	if err != nil || s.Step != checkin.StepRepeat {
		t.Fatalf("at step %s, %v", s.Step, err)
	}
	here, err := b.node.store.Site(t.Context(), testSite)
	if err != nil || s.Done.Ticket != first.Done.Ticket || s.Done.Site != here.Name || s.Done.Where.ZH == "" {
		t.Errorf("the screen says %+v, %v", s.Done, err)
	}
	if d := s.Done.At.Sub(first.Done.At).Abs(); d > 5*time.Second {
		t.Errorf("checked in at %s, told %s", first.Done.At, s.Done.At)
	}
	if status := b.ask("POST", "/kiosk/session/print", nil, nil); status != 409 {
		t.Errorf("a paper of another site is printed: %d", status)
	}
	kept, _, err := b.node.store.WaitingVisit(t.Context(), key, b.center.Today())
	if err != nil || !kept.IsArrival() || kept.Person != (visit.Visit{}).Person || kept.Product != "" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// TestAnEarlierCheckInComesToLight: what the center says later takes the place of
// what this kiosk knew.
func TestAnEarlierCheckInComesToLight(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	n, today := b.node, b.center.Today()
	arrival := visit.Arrival{DonorKey: "key", SiteID: "dongzhimen", Day: today, Ticket: "A007", At: time.Now()}
	whole := visit.Visit{ID: "visit-1", SiteID: testSite, DeviceID: "another", DonorKey: "key", Day: today, Outcome: visit.Waiting, Ticket: "B001"}
	duplicate := whole
	duplicate.Outcome = visit.Duplicate
	moved, home := arrival, arrival
	moved.SiteID, moved.Ticket = "wangfujing", "C003"
	home.SiteID = testSite
	for i, step := range []struct {
		absorb func() error
		want   string
	}{
		{func() error { return n.absorbArrival(t.Context(), arrival) }, "A007"},
		{func() error { return n.absorbArrival(t.Context(), moved) }, "C003"},
		{func() error { return n.absorbVisit(t.Context(), whole) }, "B001"},
		{func() error { return n.absorbArrival(t.Context(), home) }, "B001"},
		{func() error { return n.absorbVisit(t.Context(), duplicate) }, ""},
		{func() error { return n.absorbArrival(t.Context(), arrival) }, "A007"},
	} {
		if err := step.absorb(); err != nil {
			t.Fatal(err)
		}
		if v, _, err := n.store.WaitingVisit(t.Context(), "key", today); err != nil || v.Ticket != step.want {
			t.Errorf("after step %d %q, %v, want %q", i, v.Ticket, err, step.want)
		}
	}
}
