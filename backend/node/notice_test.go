package node

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	document "lianxin/backend/identity"
)

// TestABookingOfAnotherSiteIsExplained scans, without a line, somebody who is booked
// elsewhere: the kiosk says where and when, and knows no more of them than that.
func TestABookingOfAnotherSiteIsExplained(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	all, err := b.center.Store().AppointmentsAt(t.Context(), "dongzhimen", b.center.Today())
	if err != nil || len(all) == 0 {
		t.Fatalf("nobody is booked at the other site: %v", err)
	}
	there := all[0]
	b.until("the whole feed", func(s api.KioskState) bool { return s.Online && time.Since(s.DataAsOf) < time.Minute })
	b.cutOff()

	var s checkin.Session
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN"}, &s)
	code := document.Code{Kind: document.BookingCode, ID: there.Code}
	if status := b.ask("POST", "/kiosk/session/code", map[string]string{"text": code.Text()}, nil); status != 409 {
		t.Errorf("the scanned code answered %d, want 409 appointment.elsewhere", status)
	}
	if s, err = b.node.checkin.IdentifyCard(t.Context(), there.Person); err != nil {
		t.Fatal(err)
	}
	if len(s.Bookings) != 1 || s.Bookings[0].Why != "other_site" || s.Bookings[0].Start != there.Start {
		t.Fatalf("bookings %+v", s.Bookings)
	}
	kept, err := b.node.store.AppointmentsOf(t.Context(), there.DonorKey, b.center.Today())
	if err != nil || len(kept) != 1 {
		t.Fatalf("%d bookings kept (%v)", len(kept), err)
	}
	body, err := json.Marshal(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{there.Person.Name, there.Person.Document.Number, there.Code} {
		if strings.Contains(string(body), secret) {
			t.Errorf("the notice holds %q", secret)
		}
	}
}
