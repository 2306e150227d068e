package center

import (
	"cmp"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// A row that no key opens any more keeps nothing else from any kiosk. It is counted,
// and the log says where it is and not whose.
func TestWhatCannotBeReadIsLeftOut(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		lost, good := b.books(donorOf("902"), "site-1"), b.books(donorOf("904"), "site-1")
		other, err := store.Open(t.Context(), store.Options{URL: cmp.Or(b.database, filepath.Join(b.data, "center.db")), Keyring: storetest.Keyring(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		if err := other.SaveAppointment(t.Context(), lost); err != nil {
			t.Fatal(err)
		}
		changes, cursor := k.pull("")
		if of(changes, sync.Appointment) != good.ID || of(changes, sync.Notice) != good.ID {
			t.Errorf("told of %q and %q, want %q of each", of(changes, sync.Appointment), of(changes, sync.Notice), good.ID)
		}
		if changes, _ = k.pull(cursor); len(changes) > 0 {
			t.Errorf("and then of %+v", changes)
		}
		figures, log := b.metrics(), b.log.String()
		for _, want := range []string{`lianxin_feed_left_out_total{noun="appointment"} 1`, `lianxin_feed_left_out_total{noun="notice"} 1`} {
			if !strings.Contains(figures, want) {
				t.Errorf("the figures lack %s", want)
			}
		}
		if strings.Count(log, `"left out of the feed"`) != 2 || strings.Contains(log, lost.ID) || strings.Contains(log, lost.DonorKey) {
			t.Errorf("the log says %s", log)
		}
		if err := b.SaveAppointment(t.Context(), lost); err == nil {
			t.Error("what cannot be read is replaced as if it was not there")
		}
	})
}

// A kiosk that says nonsense of whose visit it is harms itself only, and what an
// earlier program took in so is told as it stands.
func TestNonsenseOfOneKioskIsNobodyElses(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		k, far := b.newKiosk("site-1", address), b.newKiosk("site-2", address)
		bad, good := k.visitOf(donorOf("902"), 1, ""), k.visitOf(donorOf("904"), 2, "")
		bad.DonorKey = "a|b"
		if got := k.fates(k.made(outbox.VisitCheckedIn, bad), k.made(outbox.VisitCheckedIn, good)); got != "refused visit.malformed, applied" {
			t.Errorf("fates %s", got)
		}
		want := visit.ArrivalID(good.DonorKey, good.Day)
		changes, cursor := far.pull("")
		if got := of(changes, sync.Arrival); got != want {
			t.Errorf("the others hear of %q, want %q", got, want)
		}
		early := bad
		early.ID, early.Day = b.config.NewID(), b.Today()
		if err := b.store.InsertVisit(t.Context(), early); err != nil {
			t.Fatal(err)
		}
		if err := b.store.MarkChanged(t.Context(), sync.Mark{Scope: sync.Notices, Noun: sync.Arrival, ID: visit.ArrivalID("a|b", early.Day)},
			sync.Mark{Scope: sync.Notices, Noun: sync.Arrival, ID: "no day at all"}); err != nil {
			t.Fatal(err)
		}
		b.publisher.Wake()
		if changes, _ = far.pull(cursor); of(changes, sync.Arrival) != visit.ArrivalID("a|b", early.Day) {
			t.Errorf("of an earlier program's: %+v", changes)
		}
	})
}
