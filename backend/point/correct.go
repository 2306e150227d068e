package point

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// Correct makes what a cause gave what it is to give: a donation that was another
// person's, or of another kind, is credited anew. What was given wrongly is reversed
// with reason; what stands is left alone. It may be told again, and back and forth.
func (l Ledger) Correct(ctx context.Context, at time.Time, reason string, due Credit) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		given, standing, err := l.given(ctx, due.Cause)
		if err != nil {
			return err
		}
		var missing []Award
		for _, a := range due.Awards {
			isThere := func(e Entry) bool {
				c := creditOf(e)
				return e.Rule == a.Rule && c.Account == OfDonor(due.DonorID) && c.Amount == a.Points
			}
			if i := slices.IndexFunc(standing, isThere); i >= 0 {
				standing = slices.Delete(standing, i, i+1)
			} else if a.Points > 0 {
				missing = append(missing, a)
			}
		}
		for _, wrong := range standing {
			if err := l.Reverse(ctx, wrong.ID, reason, at); err != nil {
				return err
			}
		}
		var entries []Entry
		for _, a := range missing {
			e := awardEntry(due, a, at)
			before := 0
			for _, other := range given {
				if other.Rule == a.Rule && creditOf(other).Account == OfDonor(due.DonorID) {
					before++
				}
			}
			if before > 0 { // given once and taken back: the same cause gives again
				e.ID += "/" + strconv.Itoa(before+1)
			}
			entries = append(entries, e)
		}
		if len(entries) == 0 {
			return nil
		}
		return l.PostEntries(ctx, entries...)
	})
}

// given are all awards of a cause, and those of them that were not taken back.
func (l Ledger) given(ctx context.Context, cause string) (all, standing []Entry, err error) {
	about, err := l.EntriesAbout(ctx, cause)
	if err != nil {
		return nil, nil, err
	}
	var ids []string
	for _, e := range about {
		if e.Kind == Awarded {
			all, ids = append(all, e), append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil, nil
	}
	reversals, err := l.EntriesAbout(ctx, ids...)
	for _, e := range all {
		if !slices.ContainsFunc(reversals, func(r Entry) bool { return r.Kind == Reversed && r.Cause == e.ID }) {
			standing = append(standing, e)
		}
	}
	return all, standing, err
}

// awardEntry is the entry by which a rule gives points for a cause.
func awardEntry(c Credit, a Award, at time.Time) Entry {
	return Entry{ID: "award/" + c.Cause + "/" + a.Rule + "/" + c.DonorID, Kind: Awarded, At: at, Cause: c.Cause, Rule: a.Rule, Pack: a.Pack,
		Postings: []Posting{
			{Account: Issued, Lot: a.Expires, Amount: -a.Points}, {Account: OfDonor(c.DonorID), Lot: a.Expires, Amount: a.Points}}}
}
