package checkin

import (
	"slices"
	"testing"
	"time"

	"lianxin/backend/lang"
)

func TestHowThePaperWent(t *testing.T) {
	for name, c := range map[string]struct {
		result Receipt
		again  bool // a second try is a reprint
	}{
		"printed":      {Receipt{State: "printed"}, true},
		"out of paper": {Receipt{State: "failed", Code: "printer.out_of_paper"}, false},
		"jam":          {Receipt{State: "failed", Code: "printer.jam"}, false},
		"unknown":      {Receipt{State: "unknown", Code: "printer.unanswered"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			k.paper.result = c.result
			s := k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "use")
			want := c.result
			want.QR = "QR A001"
			if s.Done.Receipt != want {
				t.Errorf("receipt %+v, want %+v", s.Done.Receipt, want)
			}
			s, err := k.service.Print(t.Context())
			if s = k.at(StepDone, s, err); s.Done.Receipt.State == "failed" || s.Done.Receipt.Code != "" && s.Done.Receipt.State == "printing" {
				t.Errorf("while it prints again: %+v", s.Done.Receipt)
			}
			<-k.paper.changed
			if !slices.Equal(k.paper.again, []bool{false, c.again}) {
				t.Errorf("again %v", k.paper.again)
			}
		})
	}
}

// The number is on the screen and on the disk before the paper is.
func TestASlowPrinterKeepsNobodyWaiting(t *testing.T) {
	k := newKiosk(t)
	k.paper.hold = make(chan struct{})
	k.sign(k.toConsent(k.guest("测试甲乙", "1990-03-04", "902")))
	s, err := k.service.Exclude(t.Context(), "use")
	if s = k.at(StepDone, s, err); s.Done.Ticket != "A001" || s.Done.Receipt.State != "printing" || s.Done.Receipt.QR == "" {
		t.Errorf("done %+v", s.Done)
	}
	s, err = k.service.Print(t.Context()) // impatient: one paper all the same
	k.at(StepDone, s, err)
	k.must(k.service.End(t.Context()))
	// The next person begins while the last one's paper still comes out.
	k.start(lang.Chinese)
	close(k.paper.hold)
	k.service.Wait()
	if n := len(k.paper.printed); n != 1 {
		t.Errorf("%d papers", n)
	}
	if n := len(k.paper.changed); n != 0 {
		t.Errorf("the next person's page was woken %d times by the last one's paper", n)
	}
	s, err = k.service.Current(t.Context())
	if s = k.at(StepIdentify, s, err); s.Done != nil {
		t.Errorf("the next person sees %+v", s.Done)
	}
}

func TestTicketsCountFromOne(t *testing.T) {
	k := newKiosk(t)
	for i, want := range []string{"A001", "A002", "A003"} {
		s := k.finish(k.guest("测试甲乙", "1990-03-04", []string{"902", "904", "906"}[i]), "use")
		if s.Done.Ticket != want || s.Done.Ahead != i {
			t.Errorf("ticket %s with %d ahead, want %s", s.Done.Ticket, s.Done.Ahead, want)
		}
	}
}

// Only who may still be waiting is ahead: not the morning's donors in the
// evening, not who came later, not who was turned away.
func TestWhoIsAhead(t *testing.T) {
	k := newKiosk(t)
	first := k.guest("测试甲乙", "1990-03-04", "902")
	k.finish(first, "use")
	k.clock.advance(waitingTime)
	second := k.guest("测试丙丁", "1990-03-04", "904")
	if s := k.finish(second, "use"); s.Done.Ahead != 0 {
		t.Errorf("%d ahead after an hour", s.Done.Ahead)
	}
	k.card(k.guest("测试戊己", "2010-03-04", "906"))
	k.choose(StepDeferred, blood400)
	k.clock.advance(time.Minute)
	if s := k.finish(k.guest("测试庚辛", "1990-03-04", "908"), "use"); s.Done.Ahead != 1 {
		t.Errorf("%d ahead, want 1", s.Done.Ahead)
	}
	k.start(lang.Chinese)
	s, err := k.service.IdentifyCard(t.Context(), second)
	if s = k.at(StepRepeat, s, err); s.Done.Ahead != 0 {
		t.Errorf("%d came before the second", s.Done.Ahead)
	}
}

// Who came when is told by the corrected clock: the kiosk's own was set meanwhile.
func TestWhoIsAheadThoughTheClockWasSet(t *testing.T) {
	k := newKiosk(t)
	k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "use")
	k.clock.advance(time.Minute - 3*time.Hour)
	k.clock.offset = 3 * time.Hour
	if s := k.finish(k.guest("测试丙丁", "1990-03-04", "904"), "use"); s.Done.Ahead != 1 {
		t.Errorf("%d ahead, want who came a minute before", s.Done.Ahead)
	}
}

// A visit of a deferral has no ticket, and nobody is ahead of anybody.
func TestADeferralHasNoTicket(t *testing.T) {
	k := newKiosk(t)
	k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "use")
	k.card(k.guest("测试丙丁", "2010-03-04", "904"))
	s := k.choose(StepDeferred, blood400)
	if s.Done.Ticket != "" || s.Done.Ahead != 0 || s.Done.Where == where[true] {
		t.Errorf("done %+v", s.Done)
	}
	if next := k.finish(k.guest("测试戊己", "1990-03-04", "906"), "use"); next.Done.Ticket != "A002" {
		t.Errorf("ticket %s after a deferral, want A002", next.Done.Ticket)
	}
}
