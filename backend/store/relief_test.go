package store_test

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/relief"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

var (
	volumeOperations = flag.Int("volumes", 200, "random operations of several offices on the book of volumes")
	volumeSeed       = flag.Uint64("volumes-seed", uint64(time.Now().UnixNano()), "of these operations")
)

func TestVolumesInTheLongRun(t *testing.T) {
	t.Logf("seed %d", *volumeSeed)
	storetest.Volumes(t, openSQLite(t), *volumeSeed, *volumeOperations)
	storetest.Volumes(t, openPostgres(t), *volumeSeed, *volumeOperations)
}

// BenchmarkEntitlement is what an office waits for: a patient with 200 donations of
// their own and nine relatives with 20 each, a bill of ten lines, among 50,000 donations
// of others, or as many more as -donations says; half of the sources were drawn from before.
func BenchmarkEntitlement(b *testing.B) {
	benchOnEngines(b, func(b *testing.B, s *store.Store, address string) {
		service := storetest.ReliefOf(storetest.Subject{Store: s})
		q := bigFamily(b, s, service)
		province(b, s, address)
		measured(b, func(int) error {
			a, err := service.Assess(b.Context(), q)
			if err == nil && a.Totals.CoveredML != a.Totals.NeededML {
				err = fmt.Errorf("%d of %d mL", a.Totals.CoveredML, a.Totals.NeededML)
			}
			return err
		})
	})
}

// bigFamily fills a store and asks the question. Where it was filled before, it only asks.
func bigFamily(b *testing.B, s *store.Store, service relief.Service) relief.Question {
	b.Helper()
	q := relief.Question{On: storetest.Today}
	for n := range 10 {
		relation := relief.Self
		if n > 0 {
			relation = relief.Relations()[1+n%5]
		}
		q.Donors = append(q.Donors, relief.Related{DonorID: storetest.Donor(n).ID, Relation: relation})
	}
	for n := range 10 {
		q.Bill.Lines = append(q.Bill.Lines, relief.Line{ID: fmt.Sprint(n), Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: 40_000,
			On: storetest.Today.AddDays(-n), AmountFen: 44_000})
	}
	if _, err := s.Donor(b.Context(), storetest.Donor(0).ID); err == nil {
		return q
	}
	err := s.InTx(b.Context(), func(ctx context.Context) error {
		for n := range 300 {
			d, gifts := storetest.Donor(n), 20
			if n == 0 {
				gifts = 200
			} else if n > 9 {
				gifts = 170
			}
			if err := s.SaveDonor(ctx, d); err != nil {
				return err
			}
			if err := s.SaveDonations(ctx, history(d.ID, n, gifts)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Count(b.Context()); err != nil {
		b.Fatal(err)
	}
	for n := range 10 { // each has been drawn on before
		draw(b, service, q, n)
	}
	return q
}

// draw uses half of what one donor's donations earn a child of theirs.
func draw(b *testing.B, service relief.Service, q relief.Question, n int) {
	b.Helper()
	id := fmt.Sprintf("before-%d", n)
	at := storetest.At
	one := relief.Question{On: q.On, Donors: []relief.Related{{DonorID: q.Donors[n].DonorID, Relation: relief.Child}}}
	for i := range 4 {
		one.Bill.Lines = append(one.Bill.Lines, relief.Line{ID: fmt.Sprint(i), Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: 50_000, On: q.On, AmountFen: 55_000})
	}
	_, err := service.Reserve(b.Context(), relief.Order{ID: id, For: id, Channel: relief.Waived, PlaceID: "hospital", Question: one, At: at, Until: at.Add(time.Hour)})
	if err == nil {
		_, err = service.Confirm(b.Context(), id, at)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// history is whole blood every other month, the last one a month ago.
func history(donorID string, n, gifts int) []donor.Donation {
	all := make([]donor.Donation, gifts)
	var on calendar.Date
	for i := range all {
		on = storetest.Today.AddMonths(-1 - 2*i)
		all[i] = donor.Donation{ID: fmt.Sprintf("gift-%04d-%04d", n, i), DonorID: donorID, SiteID: storetest.Site, DIN: donation.DIN(fmt.Sprintf("T%05d%07d", n, i)),
			Product: donation.WholeBlood, VolumeML: 200, On: on}
	}
	return all
}
