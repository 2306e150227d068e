package center

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// heldDonors puts donors into the database who gave days ago, past the center: as
// a list looks that nobody brought up to date.
func (b *bench) heldDonors(n, daysAgo int) {
	b.t.Helper()
	for i := range n {
		p := donorOf(fmt.Sprintf("%03d", i))
		d := donor.Donor{ID: fmt.Sprintf("donor-%04d", i), SiteID: "site-1", Key: fmt.Sprintf("key-%04d", i), Person: p}
		if err := b.store.SaveDonor(b.t.Context(), d); err != nil {
			b.t.Fatal(err)
		}
		given := donor.Donation{ID: d.ID, DonorID: d.ID, DIN: donation.DIN(d.ID), Product: donation.WholeBlood, VolumeML: 400, On: b.Today().AddDays(-daysAgo)}
		if err := b.store.InsertDonation(b.t.Context(), given); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) job() store.Job {
	b.t.Helper()
	j, err := b.store.Job(b.t.Context(), gateJob)
	if err != nil {
		b.t.Fatal(err)
	}
	return j
}

// Several instances at once compute the list once; the day after once more, and
// when the holds are over the entries go.
func TestTheGateListIsComputedOnceADayByOneInstance(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		const donors = gatePart + 20
		b.heldDonors(donors, 5)
		instances := []*Center{b.Center, b.open(), b.open()}
		all := func() store.Job {
			t.Helper()
			var working gosync.WaitGroup
			for _, c := range instances {
				working.Go(func() {
					if err := c.refreshGate(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			working.Wait()
			return b.job()
		}
		first := all()
		if first.Seen != donors || first.Changed != donors || first.FinishedAt.IsZero() || first.Day != b.Today() {
			t.Fatalf("the first run: %+v", first)
		}
		if _, ok, err := b.store.Entry(t.Context(), "key-0007"); !ok || err != nil {
			t.Errorf("nobody is held back: %v", err)
		}
		if again := all(); again != first {
			t.Errorf("the same day: %+v", again)
		}
		b.pass(24 * time.Hour)
		if next := all(); next.Seen != donors || next.Changed != 0 || next.Day != b.Today() {
			t.Errorf("the next day: %+v", next)
		}
		b.pass(365 * 24 * time.Hour)
		if late := all(); late.Changed != donors {
			t.Errorf("a year later: %+v", late)
		}
		marks, err := b.store.Changed(t.Context(), sync.Everywhere, 0, 1)
		if err != nil || len(marks) == 0 || !marks[0].Deleted {
			t.Errorf("kiosks hear %+v, %v", marks, err)
		}
		answer := httptest.NewRecorder()
		b.Metrics().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		for _, want := range []string{fmt.Sprintf("lianxin_gate_refresh_donors %d", donors), fmt.Sprintf("lianxin_gate_refresh_changed %d", donors), "lianxin_gate_refresh_finished_timestamp_seconds 1"} {
			if !strings.Contains(answer.Body.String(), want) {
				t.Errorf("/metrics lacks %q", want)
			}
		}
		if n := strings.Count(b.log.String(), "gate list refreshed"); n != 3 {
			t.Errorf("%d runs in the log", n)
		}
	})
}

// An instance that dies in the middle: the others wait for its lease and go on
// where it stopped.
func TestTheGateListGoesOnAfterAnInstanceDied(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.heldDonors(gatePart+20, 5)
		if more, err := b.refreshGatePart(t.Context()); err != nil || !more {
			t.Fatal(more, err)
		}
		half := b.job()
		other := b.open()
		if err := other.refreshGate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if b.job() != half || half.Seen != gatePart {
			t.Errorf("taken over from an instance at work: %+v, before %+v", b.job(), half)
		}
		b.pass(gateLease)
		if err := other.refreshGate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if whole := b.job(); whole.Seen != gatePart+20 || whole.Changed != gatePart+20 || whole.Holder == half.Holder || whole.StartedAt != half.StartedAt {
			t.Errorf("gone on: %+v", whole)
		}
	})
}

// A pack another instance saved is on every shelf before the list is computed, and
// the list is computed anew for it.
func TestAChangeOfPacksComputesTheListAnew(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		b.heldDonors(3, 5)
		if err := b.refreshGate(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := b.job()
		if err := b.store.MarkChanged(t.Context(), sync.Mark{Scope: sync.Everywhere, Noun: sync.Pack, ID: "p|1"}); err != nil {
			t.Fatal(err)
		}
		if err := b.store.DeleteEntry(t.Context(), "key-0001"); err != nil { // what the new rules must mend
			t.Fatal(err)
		}
		b.pass(gateLease)
		if err := b.refreshGate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := b.job(); after.Input == before.Input || after.Changed != 1 || after.Seen != 3 {
			t.Errorf("%+v, before %+v", after, before)
		}
		e, ok, err := b.store.Entry(t.Context(), "key-0001")
		verdict := screening.Gate(policy.BuiltIn(), screening.Ask{Person: donorOf("001"), Entry: e, Today: b.Today()})
		if err != nil || !ok || verdict.For(donation.WholeBlood).Allowed {
			t.Errorf("%+v, %v", e, err)
		}
	})
}
