package storetest

import (
	"fmt"
	gosync "sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/point"
)

func pointLedger(s Subject) point.Ledger { return point.Ledger{Store: s.Store, NewID: uuid.NewString} }

func award(rule string, points int64, expires calendar.Date) []point.Award {
	return []point.Award{{Rule: rule, Pack: "2026.1", Points: points, Expires: expires}}
}

func credit(donor, cause string, awards []point.Award) point.Credit {
	return point.Credit{DonorID: donor, Cause: cause, Awards: awards}
}

func inLot(expires calendar.Date, points int64) point.Lot {
	return point.Lot{Expires: expires, Amount: points}
}

func moves(a point.Account, points int64) point.Posting {
	return point.Posting{Account: a, Amount: points}
}

func adds(t *testing.T, s Subject) {
	t.Helper()
	must(t, got(s.LedgerSums(t.Context()))(t).Check())
}

func lots(t *testing.T, s Subject, a point.Account) []point.Lot {
	t.Helper()
	return got(s.Lots(t.Context(), a))(t)
}

// A donor's way through the ledger, each step told twice.
func points(t *testing.T, s Subject) {
	ctx, l := t.Context(), pointLedger(s)
	soon, later, never := Today.AddDays(10), Today.AddYears(1), calendar.Date{}
	twice := func(do func() error) { t.Helper(); must(t, do()); must(t, do()) }
	twice(func() error { return l.Give(ctx, At, credit("d1", "donation-1", award("per-donation", 20, never))) })
	twice(func() error { return l.Give(ctx, At, credit("d1", "donation-2", award("campaign", 10, later))) })
	twice(func() error { return l.Give(ctx, At, credit("d1", "birthday", award("birthday", 5, soon))) })
	equal(t, "what expires first comes first", lots(t, s, point.OfDonor("d1")), []point.Lot{inLot(soon, 5), inLot(later, 10), inLot(never, 20)})

	refused(t, "too much", l.Hold(ctx, "r0", 36, At, "d1"), "point.not_enough")
	refused(t, "nothing", l.Hold(ctx, "r0", 0, At, "d1"), "point.amount")
	refused(t, "of nobody", l.Hold(ctx, "r0", 1, At, "d2"), "point.not_enough")
	twice(func() error { return l.Hold(ctx, "r1", 12, At, "d1") })
	equal(t, "left", lots(t, s, point.OfDonor("d1")), []point.Lot{inLot(later, 3), inLot(never, 20)})
	equal(t, "held", lots(t, s, point.OfHold("r1")), []point.Lot{inLot(soon, 5), inLot(later, 7)})
	twice(func() error { return l.Spend(ctx, "r1", At) })
	equal(t, "nothing held any more", lots(t, s, point.OfHold("r1")), []point.Lot{})
	refused(t, "spent without a hold", l.Spend(ctx, "r9", At), "point.not_held")
	adds(t, s)

	// Cancelled when one lot is over: it comes back with the time of grace.
	grace := soon.AddDays(30)
	twice(func() error { return l.Return(ctx, "r1", grace, At.AddDate(0, 0, 20)) })
	equal(t, "given back", lots(t, s, point.OfDonor("d1")), []point.Lot{inLot(grace, 5), inLot(later, 10), inLot(never, 20)})
	refused(t, "spent after it was returned", l.Spend(ctx, "r1", At), "")
	refused(t, "returned without a hold", l.Return(ctx, "r9", grace, At), "point.entry_not_found")

	// Taken and given back on one day, nothing was lost: no lot gets longer by that.
	must(t, l.Hold(ctx, "r3", 5, At, "d1"))
	must(t, l.Return(ctx, "r3", grace.AddDays(30), At))
	equal(t, "given back at once", lots(t, s, point.OfDonor("d1")), []point.Lot{inLot(grace, 5), inLot(later, 10), inLot(never, 20)})

	total, _, err := l.Balance(ctx, grace, "d1")
	equal(t, "what is over cannot be spent", total, int64(30))
	must(t, err)
	refused(t, "what is over is not held", l.Hold(ctx, "r2", 31, At.AddDate(0, 0, 60), "d1"), "point.not_enough")
	equal(t, "behind the last account", got(l.Expire(ctx, grace, point.OfDonor("d1"), 10, At))(t), point.Expiry{Last: point.OfDonor("d1")})
	equal(t, "accounts with something over", got(l.Expire(ctx, grace, "", 10, At))(t), point.Expiry{Seen: 1, Booked: 1, Last: point.OfDonor("d1")})
	equal(t, "none any more", got(l.Expire(ctx, grace, "", 10, At))(t), point.Expiry{})
	equal(t, "lapsed", lots(t, s, point.OfDonor("d1")), []point.Lot{inLot(later, 10), inLot(never, 20)})
	adds(t, s)
}

// A wrong award is taken back, but nobody goes below zero.
func pointsReversed(t *testing.T, s Subject) {
	ctx, l := t.Context(), pointLedger(s)
	later, never := Today.AddYears(1), calendar.Date{}
	must(t, l.Give(ctx, At, credit("d1", "donation-1", award("per-donation", 20, never))))
	must(t, l.Give(ctx, At.Add(time.Minute), credit("d1", "donation-2", award("campaign", 10, later))))
	must(t, l.Hold(ctx, "r1", 15, At.Add(2*time.Minute), "d1"))
	const wrong = "award/donation-1/per-donation/d1"
	for range 2 {
		must(t, l.Reverse(ctx, wrong, "donation.not_theirs", At.Add(3*time.Minute)))
	}
	equal(t, "nothing is left", lots(t, s, point.OfDonor("d1")), []point.Lot{})
	sums := got(s.LedgerSums(ctx))(t)
	equal(t, "what was spent already", sums.Posted[point.WrittenOff], int64(-5))
	refused(t, "a hold is no award", l.Reverse(ctx, "hold/r1", "x", At), "point.not_reversible")
	refused(t, "never given", l.Reverse(ctx, "award/none", "x", At), "point.entry_not_found")
	adds(t, s)

	account := point.OfDonor("d1")
	all := got(s.Lines(ctx, "", 10, account))(t)
	var told [][2]int64
	for _, line := range all {
		told = append(told, [2]int64{line.Amount, line.Balance})
	}
	equal(t, "statement, newest first", told, [][2]int64{{-15, 0}, {-15, 15}, {10, 30}, {20, 20}})
	equal(t, "why", all[0].Reason, "donation.not_theirs")
	equal(t, "the second page", got(s.Lines(ctx, all[1].ID, 1, account))(t), all[2:3])
	equal(t, "nobody's", got(s.Lines(ctx, "", 10, point.OfDonor("d2")))(t), []point.Line{})
	for i, e := range []point.Entry{
		{ID: "x", Kind: point.Awarded, At: At, Cause: "c", Postings: []point.Posting{moves(point.Issued, -1), moves(account, 2)}},
		{ID: "x", Kind: point.Awarded, At: At, Cause: "c", Postings: []point.Posting{moves(account, 0), moves(point.Issued, 0)}},
		{Kind: point.Awarded, At: At, Cause: "c", Postings: []point.Posting{moves(point.Issued, -1), moves(account, 1)}},
	} {
		if _, err := s.PostEntry(ctx, e); err == nil {
			t.Errorf("entry %d is written", i)
		}
	}
}

// Many at once take from one donor: exactly what is there is taken, and what is
// told from two sides at the same moment happens once.
func pointsAtOnce(t *testing.T, s Subject) {
	const people, tries = 8, 12
	ctx, l := t.Context(), pointLedger(s)
	must(t, l.Give(ctx, At, credit("d1", "donation-1", award("a", 15, Today.AddYears(1)))))
	must(t, l.Give(ctx, At, credit("d1", "donation-2", award("b", 15, calendar.Date{}))))
	var all gosync.WaitGroup
	held := make(chan string, people*tries)
	for n := range people {
		all.Go(func() {
			for try := range tries {
				id := fmt.Sprintf("r%d", (n/2)*tries+try) // two tell each redemption
				switch err := l.Hold(ctx, id, 7, At, "d1"); fault.CodeOf(err) {
				case "":
					held <- id
				case "point.not_enough":
				default:
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	close(held)
	got := map[string]int{}
	for id := range held {
		got[id]++
	}
	equal(t, "redemptions that got points", len(got), 4)
	for id := range got {
		all.Go(func() {
			if err := l.Spend(ctx, id, At); err != nil && fault.CodeOf(err) != "point.not_held" {
				t.Error(err)
			}
		})
		all.Go(func() {
			if err := l.Return(ctx, id, Today, At); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	adds(t, s)
	equal(t, "all is back", total(lots(t, s, point.OfDonor("d1"))), int64(30))
}

// Many credits in few statements are what each by itself would be, also when one
// comes twice or two tell the same at the same moment.
func pointsInBatches(t *testing.T, s Subject) {
	const people, each = 40, 30
	ctx, l := t.Context(), pointLedger(s)
	var credits []point.Credit
	for n := range people * each {
		credits = append(credits, credit(fmt.Sprintf("d%d", n%people), fmt.Sprintf("c%d", n), award("a", int64(1+n%3), Today.AddDays(1+n%2))))
	}
	must(t, l.Give(ctx, At))
	must(t, l.Give(ctx, At, credits[7])) // one is there already
	var telling gosync.WaitGroup
	for range 3 {
		telling.Go(func() {
			if err := l.Give(ctx, At, append(credits, credits[:5]...)...); err != nil {
				t.Error(err)
			}
		})
	}
	telling.Wait()
	adds(t, s)
	for n := range people {
		want := int64(0)
		for c := n; c < people*each; c += people {
			want += int64(1 + c%3)
		}
		equal(t, fmt.Sprintf("points of d%d", n), total(lots(t, s, point.OfDonor(fmt.Sprintf("d%d", n)))), want)
	}
	if err := l.Give(ctx, At, credit("d1", "", award("a", 1, Today))); err == nil {
		t.Error("points for nothing are written")
	}
}

func total(lots []point.Lot) (sum int64) {
	for _, lot := range lots {
		sum += lot.Amount
	}
	return sum
}

// A donation that turns out to be another person's moves its points, there and back. Who had
// spent some when they were taken back has those once.
func pointsCorrected(t *testing.T, s Subject) {
	ctx, l, never := t.Context(), pointLedger(s), calendar.Date{}
	has := func(want ...int64) {
		t.Helper()
		for i, donorID := range []string{"d1", "d2"} {
			total, _, err := l.Balance(ctx, Today, donorID)
			must(t, err)
			equal(t, donorID, total, want[i])
		}
		adds(t, s)
	}
	correct := func(at time.Time, due ...point.Due) {
		t.Helper()
		for range 2 {
			must(t, l.Correct(ctx, at, "donation.corrected", due...))
		}
	}
	whole := func(donorID string, awards []point.Award) point.Due {
		return point.Due{Credit: credit(donorID, "donation", awards)}
	}
	must(t, l.Give(ctx, At, credit("d1", "donation", award("per-donation", 20, never))))
	must(t, l.Hold(ctx, "r1", 15, At, "d1"))
	for _, whose := range []string{"d2", "d1", "d2", "d1", "d2"} {
		correct(At, whole(whose, award("per-donation", 20, never)))
		if whose == "d1" {
			has(5, 0)
		} else {
			has(0, 20) // what d1 had spent was written off: nobody owes points
		}
	}
	correct(At, whole("d2", nil))
	has(0, 0)

	// What moves from one cause of a donor to another may be spent; other rules are left alone.
	soon := Today.AddDays(30)
	first := point.Due{Credit: credit("d1", "later", award("first", 50, soon)), Rules: []string{"first"}}
	must(t, l.Give(ctx, At, credit("d1", "later", award("per-donation", 20, never)), first.Credit))
	must(t, l.Hold(ctx, "r2", 60, At, "d1"))
	none, earlier := first, first
	none.Awards, earlier.Cause = nil, "earlier"
	correct(At, none, earlier)
	has(10, 0)
	// What was not spent in time is not taken out of other points, nor given again.
	must(t, l.Give(ctx, At, credit("d2", "other", award("per-donation", 20, never)), credit("d2", "other", award("first", 50, soon))))
	over := At.AddDate(0, 0, 40)
	got(l.Expire(ctx, calendar.Of(over), "", 10, over))(t)
	late := point.Due{Credit: credit("d2", "other", nil), Rules: []string{"first"}}
	correct(over, late)
	has(10, 20)
	late.Awards = award("first", 50, calendar.Of(over).AddYears(1))
	correct(over, late)
	has(10, 20)
}

// All that some hundred people ever gave is asked about at once, when a file of old records is
// taken in; each entry is told once and the earliest first, whatever the causes' order.
func entriesAboutMany(t *testing.T, s Subject) {
	ctx, l := t.Context(), pointLedger(s)
	causes := make([]string, 70_000)
	for i := range causes {
		causes[i] = fmt.Sprintf("donation-%05d", i)
	}
	for i, cause := range []string{causes[69_999], causes[3], causes[40_000]} {
		must(t, l.Give(ctx, At.Add(time.Duration(i)*time.Second), credit("d1", cause, award("per-donation", 20, Today))))
	}
	about := got(s.EntriesAbout(ctx, append(causes, causes[3])...))(t)
	var told []string
	for _, e := range about {
		told = append(told, e.Cause)
		equal(t, "postings of "+e.ID, len(e.Postings), 2)
	}
	equal(t, "told", told, []string{causes[69_999], causes[3], causes[40_000]})
	equal(t, "about nothing", len(got(s.EntriesAbout(ctx))(t)), 0)
}
