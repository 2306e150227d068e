package storetest

import (
	"fmt"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	books "lianxin/backend/ledger"
	"lianxin/backend/relief"
)

const thisYear = 400 // mL, given last year by Donor(n)

// ReliefOf is the service with the rules of Beijing.
func ReliefOf(s Subject) relief.Service {
	return relief.Service{Store: s.Store,
		Rules: func(region string, _ calendar.Date) (*relief.Pack, error) {
			for _, p := range relief.BuiltIn() {
				if p.Region == region || region == "" && p.Region == "110000" {
					return p, nil
				}
			}
			return nil, fault.New(fault.Unavailable, "pack.none_in_force")
		},
		Honours: func([]donor.Donation, calendar.Date) ([]string, error) { return nil, nil },
	}
}

// giver saves Donor(n) with one donation of last year: 2,000 mL for themself, 400 for
// their family.
func giver(t testing.TB, s Subject, n int) donor.Donor {
	t.Helper()
	d := Donor(n)
	must(t, s.SaveDonor(t.Context(), d))
	must(t, s.InsertDonation(t.Context(), donor.Donation{ID: fmt.Sprintf("given-%06d", n), DonorID: d.ID, SiteID: Site,
		DIN: donation.DIN(fmt.Sprintf("T000026%06d", n)), Product: donation.WholeBlood, VolumeML: thisYear, On: Today.AddYears(-1)}))
	return d
}

// needs is an order of a patient who is related to donors and used so many mL.
func needs(id string, ml int, relation relief.Relation, donors ...donor.Donor) relief.Order {
	q := relief.Question{On: Today, Bill: relief.Bill{Lines: []relief.Line{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee,
		Quantity: relief.Quantity(ml * 100), On: Today, AmountFen: int64(ml) * 110}}}}
	for _, d := range donors {
		q.Donors = append(q.Donors, relief.Related{DonorID: d.ID, Relation: relation})
	}
	return relief.Order{ID: id, For: "claim-" + id, Channel: relief.Reimbursed, PlaceID: "110101", Question: q, At: At, Until: At.Add(time.Hour)}
}

// standing is how a source stands: available, reserved, used.
func standing(t testing.TB, s Subject, source relief.Source) [3]int64 {
	t.Helper()
	d := got(s.Volumes(t.Context(), []relief.Source{source}))(t)[source]
	return [3]int64{d.AvailableML, d.ReservedML, d.UsedML}
}

func volumesAdd(t testing.TB, s Subject) {
	t.Helper()
	must(t, got(s.VolumeSums(t.Context()))(t).Check())
}

// A donor's way through the book of volumes, each step told twice.
func volumes(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	d := giver(t, s, 1)
	own, family := relief.Source{Of: "given-000001", Share: relief.Own}, relief.Source{Of: "given-000001", Share: relief.Family}
	twice := func(do func() (relief.Reservation, error)) relief.Reservation {
		t.Helper()
		got(do())(t)
		return got(do())(t)
	}
	first := twice(func() (relief.Reservation, error) { return r.Reserve(ctx, needs("r1", 600, relief.Self, d)) })
	equal(t, "reserved", [2]any{first.State, first.ML}, [2]any{relief.Reserved, int64(600)})
	equal(t, "five times 400 less 600", standing(t, s, own), [3]int64{1400, 600, 0})
	twice(func() (relief.Reservation, error) { return r.Confirm(ctx, "r1", At) })
	equal(t, "used", standing(t, s, own), [3]int64{1400, 0, 600})

	twice(func() (relief.Reservation, error) { return r.Reserve(ctx, needs("r2", 5000, relief.Spouse, d)) })
	equal(t, "the family's is apart", [2]any{standing(t, s, family), standing(t, s, own)}, [2]any{[3]int64{0, 400, 0}, [3]int64{1400, 0, 600}})
	_, err := r.Reserve(ctx, needs("r3", 100, relief.Child, d))
	refused(t, "the family's is taken", err, "relief.nothing_left")
	twice(func() (relief.Reservation, error) { return r.Release(ctx, "r2", At) })
	equal(t, "given back", standing(t, s, family), [3]int64{400, 0, 0})
	_, err = r.Confirm(ctx, "r2", At)
	refused(t, "released is over", err, "relief.reservation_over")
	_, err = r.Reverse(ctx, "r2", "entered-twice", At)
	refused(t, "released was never used", err, "relief.not_confirmed")

	twice(func() (relief.Reservation, error) { return r.Reverse(ctx, "r1", "wrong-patient", At) })
	equal(t, "taken back", standing(t, s, own), [3]int64{2000, 0, 0})
	_, err = r.Release(ctx, "none", At)
	refused(t, "none", err, "relief.reservation_not_found")
	other := needs("r1", 600, relief.Self, d)
	other.For = "another claim"
	_, err = r.Reserve(ctx, other)
	refused(t, "an id of another", err, "relief.id_reused")
	volumesAdd(t, s)

	back := got(s.ReservationsFor(ctx, "claim-r1"))(t)[0]
	equal(t, "how it ended", [3]any{back.State, back.Reason, back.Assessment.Totals.CoveredML}, [3]any{relief.Reversed, "wrong-patient", int64(600)})
	var kinds []books.Kind
	for _, l := range got(s.VolumeLines(ctx, "", 10, relief.UsedOf(own)))(t) {
		kinds = append(kinds, l.Kind)
	}
	equal(t, "nothing is rubbed out", len(kinds), 2)
}

// What was shown and what is there now must be the same, or nothing is set aside.
func volumesChanged(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	d := giver(t, s, 1)
	order := needs("r1", 1500, relief.Self, d)
	shown := got(r.Assess(ctx, order.Question))(t)
	equal(t, "shown", shown.Totals.CoveredML, int64(1500))
	order.Expect = &shown.Totals
	got(r.Reserve(ctx, needs("r0", 1000, relief.Self, d)))(t)
	_, err := r.Reserve(ctx, order)
	refused(t, "another came first", err, "relief.changed")
	equal(t, "what there is now", fault.From(err).Params["covered_ml"], int64(1000))
	_, err = s.Reservation(ctx, "r1")
	refused(t, "nothing was set aside", err, "relief.reservation_not_found")
	again := got(r.Assess(ctx, order.Question))(t)
	order.Expect = &again.Totals
	equal(t, "and then as shown", got(r.Reserve(ctx, order))(t).ML, int64(1000))
	volumesAdd(t, s)
}

// A reservation lapses by itself, and what it held is there for the next.
func volumesLapse(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	d := giver(t, s, 1)
	got(r.Reserve(ctx, needs("r1", 5000, relief.Self, d)))(t)
	equal(t, "not yet", got(r.Lapse(ctx, At.Add(time.Hour-1), 10))(t), 0)
	late := needs("r2", 5000, relief.Self, d)
	_, err := r.Reserve(ctx, late)
	refused(t, "all is held", err, "relief.nothing_left")
	late.At, late.Until = At.Add(time.Hour), At.Add(2*time.Hour)
	equal(t, "over", got(r.Lapse(ctx, late.At, 10))(t), 1)
	equal(t, "the next has it", got(r.Reserve(ctx, late))(t).ML, int64(2000))
	equal(t, "lapsed", got(s.Reservation(ctx, "r1"))(t).State, relief.Lapsed)
	_, err = r.Confirm(ctx, "r1", At.Add(time.Hour))
	refused(t, "too late", err, "relief.reservation_over")
	equal(t, "one more", got(r.Lapse(ctx, At.Add(3*time.Hour), 10))(t), 1)
	equal(t, "no more", got(r.Lapse(ctx, At.Add(3*time.Hour), 10))(t), 0)
	got(r.Confirm(ctx, func() string { return got(r.Reserve(ctx, needs("r3", 10, relief.Self, d)))(t).ID }(), At.Add(9*time.Hour)))(t)
	volumesAdd(t, s)
}

// What the calendar takes away is taken when somebody next draws, and nothing is owed.
func volumesByCalendar(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	d := giver(t, s, 1)
	own := relief.Source{Of: "given-000001", Share: relief.Own}
	got(r.Confirm(ctx, got(r.Reserve(ctx, needs("r1", 500, relief.Self, d)))(t).ID, At))(t)
	equal(t, "five times", standing(t, s, own), [3]int64{1500, 0, 500})
	later := needs("r2", 5000, relief.Self, d)
	later.Question.On = Today.AddYears(10) // the blood was used when it was still five times
	equal(t, "by the day of use", got(r.Reserve(ctx, later))(t).ML, int64(1500))
	equal(t, "and nothing is left", standing(t, s, own), [3]int64{0, 1500, 500})
	got(r.Release(ctx, "r2", At))(t)
	later = needs("r3", 5000, relief.Self, d)
	later.Question.On = Today.AddYears(10)
	later.Question.Bill.Lines[0].On = later.Question.On
	equal(t, "twice 400 less 500", got(r.Reserve(ctx, later))(t).ML, int64(300))
	equal(t, "the rest is gone", standing(t, s, own), [3]int64{0, 300, 500})
	equal(t, "granted is what it is", got(s.VolumeSums(ctx))(t).Posted[relief.Granted], int64(-800))
	volumesAdd(t, s)
}

// Two donors who are one person are one, whichever of them is named.
func volumesOfMerged(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	a, b := giver(t, s, 1), giver(t, s, 2)
	must(t, s.MergeInto(ctx, a.ID, b.ID))
	equal(t, "both donations", got(r.Reserve(ctx, needs("r1", 9000, relief.Self, a)))(t).ML, int64(4000))
	_, err := r.Reserve(ctx, needs("r2", 9000, relief.Self, b))
	refused(t, "they are taken", err, "relief.nothing_left")
	volumesAdd(t, s)
}

// Without a limit, what is drawn is written down all the same.
func volumesUnlimited(t *testing.T, s Subject) {
	ctx, r := t.Context(), ReliefOf(s)
	d := giver(t, s, 1)
	for n := 2; n < 5; n++ {
		must(t, s.InsertDonation(ctx, donor.Donation{ID: fmt.Sprintf("more-%d", n), DonorID: d.ID, SiteID: Site, DIN: donation.DIN(fmt.Sprintf("T00002600010%d", n)),
			Product: donation.WholeBlood, VolumeML: 400, On: Today.AddYears(-n)}))
	}
	got(r.Confirm(ctx, got(r.Reserve(ctx, needs("r1", 9000, relief.Self, d)))(t).ID, At))(t)
	got(r.Reserve(ctx, needs("r2", 9000, relief.Self, d)))(t)
	equal(t, "written down", standing(t, s, relief.Source{Of: d.ID, Share: relief.Lifetime}), [3]int64{0, 9000, 9000})
	volumesAdd(t, s)
}

// Many at once want the same millilitres: exactly those that fit get them.
func volumesAtOnce(t *testing.T, s Subject) {
	const people, tries = 8, 6
	ctx, r := t.Context(), ReliefOf(s)
	mother, father := giver(t, s, 1), giver(t, s, 2)
	var all gosync.WaitGroup
	made := make(chan relief.Reservation, people*tries)
	for n := range people {
		all.Go(func() {
			for try := range tries {
				donors := []donor.Donor{mother, father} // named in another order by every other one
				if n%2 == 0 {
					donors = []donor.Donor{father, mother}
				}
				order := needs(fmt.Sprintf("r%d", (n/2)*tries+try), 300, relief.Child, donors...) // two tell each
				switch reservation, err := r.Reserve(ctx, order); fault.CodeOf(err) {
				case "":
					made <- reservation
				case "relief.nothing_left":
				default:
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	close(made)
	ids, ml := map[string]bool{}, int64(0)
	for m := range made {
		if !ids[m.ID] {
			ml += m.ML
		}
		ids[m.ID] = true
	}
	equal(t, "800 mL, 300 at a time", [2]any{len(ids), ml}, [2]any{3, int64(800)})
	volumesAdd(t, s)
	for id := range ids { // and each ends once, in one way
		for _, end := range []func() (relief.Reservation, error){
			func() (relief.Reservation, error) { return r.Confirm(ctx, id, At) },
			func() (relief.Reservation, error) { return r.Release(ctx, id, At) },
		} {
			all.Go(func() {
				if _, err := end(); err != nil && fault.From(err).Kind != fault.Conflict {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	volumesAdd(t, s)
	sums := got(s.VolumeSums(ctx))(t)
	equal(t, "all of it is somewhere", sums.Posted["available/"]+sums.Posted["used/"], int64(800))
}
