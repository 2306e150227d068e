package point

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Store keeps the ledger. All methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// PostEntry writes an entry and moves the balances. An id that is there already
	// leaves everything as it is, and posted is false. Fault "point.not_enough" when
	// a bounded account would go below zero.
	PostEntry(ctx context.Context, e Entry) (posted bool, err error)
	// PostEntries is PostEntry for many that only give, in few statements.
	PostEntries(ctx context.Context, entries ...Entry) error
	// PointEntry finds by id; fault "point.entry_not_found".
	PointEntry(ctx context.Context, id string) (Entry, error)
	// EntriesAbout returns the entries with one of the causes, the earliest first.
	EntriesAbout(ctx context.Context, causes ...string) ([]Entry, error)
	// Lots returns what a bounded account has, what expires first coming first and
	// what never does last. LockLots keeps others who take from it waiting.
	Lots(ctx context.Context, a Account) ([]Lot, error)
	LockLots(ctx context.Context, a Account) ([]Lot, error)
	// Lines returns up to limit entries of accounts taken together, newest first, older
	// than the line with the id before ("" for the newest).
	Lines(ctx context.Context, before string, limit int, of ...Account) ([]Line, error)
	// Expiring returns up to limit donors' accounts behind one that have points of lots
	// that are over.
	Expiring(ctx context.Context, today calendar.Date, after Account, limit int) ([]Account, error)
}

// Ledger moves points. Every method may be told the same twice and acts once.
type Ledger struct {
	Store
	NewID func() string // UUIDv7, for entries that nothing outside causes
}

// Award is points that a rule gives.
type Award struct {
	Rule    string
	Pack    string
	Points  int64
	Expires calendar.Date // zero for never
}

// Credit is what the rules gave a donor for a cause: the id of a donation, or of a
// birthday.
type Credit struct {
	DonorID string
	Cause   string
	Awards  []Award
}

// Only leaves nothing but what some rules give.
func (c Credit) Only(rules []string) Credit {
	c.Awards = slices.DeleteFunc(slices.Clone(c.Awards), func(a Award) bool { return !slices.Contains(rules, a.Rule) })
	return c
}

// Except leaves out what some rules give.
func (c Credit) Except(rules []string) Credit {
	c.Awards = slices.DeleteFunc(slices.Clone(c.Awards), func(a Award) bool { return slices.Contains(rules, a.Rule) })
	return c
}

// Give credits donors.
func (l Ledger) Give(ctx context.Context, at time.Time, credits ...Credit) error {
	var entries []Entry
	for _, c := range credits {
		for _, a := range c.Awards {
			if a.Points == 0 {
				continue
			}
			entries = append(entries, awardEntry(c, a, at))
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return l.PostEntries(ctx, entries...)
}

// Balance is what a person may spend on a day, with the lots it consists of. A
// person is counted under several donors when staff have merged them.
func (l Ledger) Balance(ctx context.Context, today calendar.Date, donorIDs ...string) (total int64, lots []Lot, err error) {
	shares, err := l.shares(ctx, l.Lots, accountsOf(donorIDs))
	if err != nil {
		return 0, nil, err
	}
	for _, s := range shares {
		if !s.IsOver(today) {
			total += s.Amount
			lots = merged(lots, s.Lot)
		}
	}
	return total, lots, nil
}

// Hold sets points of a person aside for a redemption. Of several donors who are
// one person, whose points expire at the same time, the first pays first. Fault
// "point.not_enough" with what there is and what it takes.
func (l Ledger) Hold(ctx context.Context, redemptionID string, points int64, at time.Time, donorIDs ...string) error {
	if points <= 0 {
		return fault.New(fault.Invalid, "point.amount")
	}
	entry := Entry{ID: holdID(redemptionID), Kind: Held, At: at, Cause: redemptionID}
	return l.once(ctx, accountsOf(donorIDs), entry, func(shares []share) ([]Posting, error) {
		taken, left := take(shares, points, calendar.Of(at))
		if left > 0 {
			return nil, fault.New(fault.Conflict, "point.not_enough").With("has", points-left).With("takes", points)
		}
		return moved(taken, OfHold(redemptionID)), nil
	})
}

// Spend confirms a redemption: what was held for it is spent. Fault
// "point.not_held" when nothing is.
func (l Ledger) Spend(ctx context.Context, redemptionID string, at time.Time) error {
	entry := Entry{ID: "spend/" + redemptionID, Kind: Spent, At: at, Cause: redemptionID}
	return l.once(ctx, []Account{OfHold(redemptionID)}, entry, func(held []share) ([]Posting, error) {
		if len(held) == 0 {
			return nil, fault.New(fault.Conflict, "point.not_held")
		}
		return moved(held, Redeemed), nil
	})
}

// Return gives back what a redemption took, held or spent, to the lots it came
// from. Points whose lot ends before graceUntil come into a lot that ends then:
// what was taken in time must not come back too late. On the day it was taken nothing of
// their time was lost, and nobody gets more by asking and giving back. What was settled when a merge
// was undone goes to who paid for it. Fault "point.not_held" when the redemption took nothing.
func (l Ledger) Return(ctx context.Context, redemptionID string, graceUntil calendar.Date, at time.Time) error {
	from, entry := OfHold(redemptionID), Entry{ID: "return/" + redemptionID, Kind: Returned, At: at, Cause: redemptionID}
	return l.InTx(ctx, func(ctx context.Context) error {
		taken, err := l.PointEntry(ctx, holdID(redemptionID))
		if err != nil {
			return err
		}
		if calendar.Of(at) == calendar.Of(taken.At) {
			graceUntil = calendar.Date{}
		}
		return l.once(ctx, []Account{from}, entry, func(held []share) ([]Posting, error) {
			if len(held) == 0 {
				from = Redeemed
			}
			about, err := l.EntriesAbout(ctx, redemptionID)
			return givenBack(taken, payersOf(about), from, graceUntil), err
		})
	})
}

// Reverse takes back what an award gave, as when the donation was entered for
// somebody else. What the donor has spent already, or let expire, is written off: nobody
// owes points.
func (l Ledger) Reverse(ctx context.Context, awardID, reason string, at time.Time) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		award, err := l.PointEntry(ctx, awardID)
		if err != nil {
			return err
		}
		if award.Kind != Awarded {
			return fault.New(fault.Conflict, "point.not_reversible")
		}
		entry := Entry{ID: "reverse/" + awardID, Kind: Reversed, At: at, Cause: awardID, Reason: reason}
		return l.once(ctx, []Account{awarded(award).Account}, entry, func(shares []share) ([]Posting, error) {
			return takenBack(award, shares, calendar.Of(at)), nil
		})
	})
}

// Expiry is how far Expire came.
type Expiry struct {
	Seen   int     // accounts that were looked at
	Booked int     // accounts of which something was booked
	Last   Account // to go on behind
}

// Expire moves what can no longer be spent out of up to limit donors' accounts behind
// one. Each is booked by itself: one that cannot be keeps no other from it, and is
// told of in the error, which is of all of them.
func (l Ledger) Expire(ctx context.Context, today calendar.Date, after Account, limit int, at time.Time) (Expiry, error) {
	done := Expiry{Last: after}
	accounts, err := l.Expiring(ctx, today, after, limit)
	if err != nil {
		return done, err
	}
	var failed []error
	for _, a := range accounts {
		entry := Entry{ID: "lapse/" + l.NewID(), Kind: Lapsed, At: at, Cause: string(a)}
		err := l.once(ctx, []Account{a}, entry, func(shares []share) ([]Posting, error) {
			return moved(slices.DeleteFunc(shares, func(s share) bool { return !s.IsOver(today) }), Expired), nil
		})
		done.Seen, done.Last = done.Seen+1, a
		if err != nil {
			failed = append(failed, err)
			continue
		}
		done.Booked++
	}
	return done, errors.Join(failed...)
}

func holdID(redemptionID string) string { return "hold/" + redemptionID }

// once takes from accounts for a cause that was not told before. The lots are
// locked before the ledger is asked for the entry: whoever tells the same at the
// same moment waits, and then finds it done.
func (l Ledger) once(ctx context.Context, from []Account, e Entry, postings func([]share) ([]Posting, error)) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		shares, err := l.shares(ctx, l.LockLots, from)
		if err != nil {
			return err
		}
		switch _, err := l.PointEntry(ctx, e.ID); {
		case err == nil:
			return nil
		case fault.CodeOf(err) != "point.entry_not_found":
			return err
		}
		e.Postings, err = postings(shares)
		if err != nil || len(e.Postings) == 0 {
			return err
		}
		_, err = l.PostEntry(ctx, e)
		return err
	})
}

// shares reads what accounts have, what expires first coming first; among equals
// the first account. Accounts are read in one order, so that two who lock the same
// wait for each other instead of locking each other out.
func (l Ledger) shares(ctx context.Context, read func(context.Context, Account) ([]Lot, error), of []Account) ([]share, error) {
	var shares []share
	for _, a := range slices.Sorted(slices.Values(of)) {
		lots, err := read(ctx, a)
		if err != nil {
			return nil, err
		}
		for _, lot := range lots {
			shares = append(shares, share{a, lot})
		}
	}
	slices.SortStableFunc(shares, func(a, b share) int {
		return cmp.Or(byExpiry(a.Lot, b.Lot), cmp.Compare(slices.Index(of, a.account), slices.Index(of, b.account)))
	})
	return shares, nil
}

func accountsOf(donorIDs []string) []Account {
	accounts := make([]Account, len(donorIDs))
	for i, id := range donorIDs {
		accounts[i] = OfDonor(id)
	}
	return accounts
}
