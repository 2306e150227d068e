package point

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// Due is what a cause is to give.
type Due struct {
	Credit
	// Rules are those it is about: what others gave for the cause is left alone. Nil for all.
	Rules []string
}

// Correct makes what causes gave what they are to give: a donation that was another
// person's, or of another kind, or turns out not to be somebody's first, is credited anew.
// What was given wrongly is reversed with reason; what stands is left alone. It may be told
// again, and back and forth. What is missing is given first, so that what moves from one
// donation of a person to another may have been spent meanwhile.
func (l Ledger) Correct(ctx context.Context, at time.Time, reason string, due ...Due) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		found, err := l.awardsFor(ctx, due)
		if err != nil {
			return err
		}
		var missing, wrong []Entry
		for _, d := range due {
			m, w := d.against(found[d.Cause], at)
			missing, wrong = append(missing, m...), append(wrong, w...)
		}
		if len(missing)+len(wrong) == 0 {
			return nil
		}
		moveLots(missing, wrong)
		if err := l.lockOwners(ctx, missing, wrong); err != nil {
			return err
		}
		if err := l.PostEntries(ctx, missing...); err != nil {
			return err
		}
		for _, e := range wrong {
			if err := l.Reverse(ctx, e.ID, reason, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// moveLots gives what moves from one donation of a person to another the day on which it was
// to end: it is the same award. With a new one, who had spent it and let its time go by
// would have it once more.
func moveLots(missing, wrong []Entry) {
	left := slices.Clone(wrong)
	for _, m := range missing {
		i := slices.IndexFunc(left, func(w Entry) bool {
			return w.Rule == m.Rule && w.Cause != m.Cause && awarded(w).Account == awarded(m).Account
		})
		if i < 0 {
			continue
		}
		for n := range m.Postings {
			m.Postings[n].Lot = worthOf(left[i]).Lot
		}
		left = slices.Delete(left, i, i+1)
	}
}

// lockOwners keeps others from whatever the awards are moved between, in the one order in
// which accounts are locked.
func (l Ledger) lockOwners(ctx context.Context, awards ...[]Entry) error {
	var accounts []Account
	for _, e := range slices.Concat(awards...) {
		accounts = append(accounts, awarded(e).Account)
	}
	slices.Sort(accounts)
	_, err := l.shares(ctx, l.LockLots, slices.Compact(accounts))
	return err
}

// past is an award that was given, with how it was taken back.
type past struct {
	Entry
	reversal *Entry // nil while it stands
}

// writtenOff is how much of the award had been spent when it was taken back.
func (p past) writtenOff() int64 {
	if p.reversal == nil {
		return 0
	}
	for _, posting := range p.reversal.Postings {
		if posting.Account == WrittenOff {
			return -posting.Amount
		}
	}
	return 0
}

// paidOff is how much of the award paid for what was written off before.
func (p past) paidOff() int64 { return worthOf(p.Entry).Amount - awarded(p.Entry).Amount }

// awardsFor are all awards there were for causes, the earliest first.
func (l Ledger) awardsFor(ctx context.Context, due []Due) (map[string][]past, error) {
	causes := make([]string, len(due))
	for i, d := range due {
		causes[i] = d.Cause
	}
	about, err := l.EntriesAbout(ctx, causes...)
	if err != nil {
		return nil, err
	}
	found, ids := map[string][]past{}, []string{}
	for _, e := range about {
		if e.Kind == Awarded {
			found[e.Cause], ids = append(found[e.Cause], past{Entry: e}), append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return found, nil
	}
	about, err = l.EntriesAbout(ctx, ids...)
	if err != nil {
		return nil, err
	}
	reversals := map[string]*Entry{}
	for _, e := range about {
		if e.Kind == Reversed {
			reversals[e.Cause] = &e
		}
	}
	for _, of := range found {
		for i := range of {
			of[i].reversal = reversals[of[i].ID]
		}
	}
	return found, nil
}

// against compares what is due with the awards there were: what is missing, ready to be
// posted, and what stands wrongly.
func (d Due) against(found []past, at time.Time) (missing, wrong []Entry) {
	for _, p := range found {
		if p.reversal == nil && (d.Rules == nil || slices.Contains(d.Rules, p.Rule)) {
			wrong = append(wrong, p.Entry)
		}
	}
	for _, a := range d.Awards {
		stands := func(e Entry) bool {
			return e.Rule == a.Rule && awarded(e).Account == OfDonor(d.DonorID) && worthOf(e).Amount == a.Points
		}
		if i := slices.IndexFunc(wrong, stands); i >= 0 {
			wrong = slices.Delete(wrong, i, i+1)
		} else if a.Points > 0 {
			missing = append(missing, d.again(a, found, at))
		}
	}
	return missing, wrong
}

// again is the entry of an award. Given once and taken back, the same cause gives again; what was
// written off then is paid first, or who had spent it would have it twice.
func (d Due) again(a Award, found []past, at time.Time) Entry {
	e, before, owed := awardEntry(d.Credit, a, at), 0, int64(0)
	for _, p := range found {
		if p.Rule == a.Rule && awarded(p.Entry).Account == OfDonor(d.DonorID) {
			before++
			owed += p.writtenOff() - p.paidOff()
		}
	}
	if before > 0 {
		e.ID += "/" + strconv.Itoa(before+1)
	}
	owed = min(owed, a.Points)
	if owed <= 0 {
		return e
	}
	got := slices.IndexFunc(e.Postings, func(p Posting) bool { return p.Account.IsBounded() })
	e.Postings[got].Amount -= owed
	if e.Postings[got].Amount == 0 {
		e.Postings = slices.Delete(e.Postings, got, got+1)
	}
	e.Postings = append(e.Postings, Posting{Account: WrittenOff, Lot: a.Expires, Amount: owed})
	return e
}

// awardEntry is the entry by which a rule gives points for a cause.
func awardEntry(c Credit, a Award, at time.Time) Entry {
	return Entry{ID: awardID(c.Cause, a.Rule, c.DonorID), Kind: Awarded, At: at, Cause: c.Cause, Rule: a.Rule, Pack: a.Pack,
		Postings: []Posting{
			{Account: Issued, Lot: a.Expires, Amount: -a.Points}, {Account: OfDonor(c.DonorID), Lot: a.Expires, Amount: a.Points}}}
}
