package center

import (
	"slices"
	"testing"

	"lianxin/backend/appointment"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
)

// A kiosk that was away while a booking moved to an earlier day, and until that day was
// over, does not go on telling of the later one.
func TestABookingThatMovedToAnEarlierDayIsTakenBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		a := storetest.Appointment(1)
		a.SiteID, a.Day = "site-1", b.Today().AddDays(9)
		k := b.newKiosk("site-2", b.serve())
		save := func() {
			t.Helper()
			if err := b.SaveAppointment(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		save()
		changes, cursor := k.pull("")
		if of(changes, sync.Notice) != a.ID {
			t.Fatalf("told of %+v", changes)
		}
		a.Day = b.Today().AddDays(-2) // or soon, and the kiosk is away for longer
		save()
		if err := b.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		changes, _ = k.pull(cursor)
		if !slices.ContainsFunc(changes, func(c sync.Change) bool {
			return c.Deleted && c.Noun == sync.Appointment && c.ID == appointment.NoticeID(a.ID)
		}) {
			t.Errorf("told of %+v, and keeps the notice", changes)
		}
	})
}
