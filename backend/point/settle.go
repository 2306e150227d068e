package point

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/fault"
)

// Settle sets right what a redemption took from donors who are not the same person
// as its owner after all, when a merge is undone: they have back what was theirs, and
// the owner pays as far as there is anything. The rest is written off: nobody owes
// points. owners are the donors who are the redemption's owner now, themselves first.
func (l Ledger) Settle(ctx context.Context, redemptionID string, at time.Time, owners ...string) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		hold, err := l.PointEntry(ctx, holdID(redemptionID))
		if err != nil {
			return err
		}
		paying := accountsOf(owners)
		for _, stranger := range payingAccounts(hold) {
			if slices.Contains(paying, stranger) {
				continue
			}
			entry := Entry{ID: settleID(redemptionID, stranger), Kind: Settled, At: at, Cause: redemptionID}
			err := l.once(ctx, append([]Account{stranger}, paying...), entry, func(shares []share) ([]Posting, error) {
				return settled(hold, stranger, shares), nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func settleID(redemptionID string, stranger Account) string {
	return "settle/" + redemptionID + "/" + string(stranger)
}

// payingAccounts are the accounts an entry took from, each once.
func payingAccounts(e Entry) []Account {
	var all []Account
	for _, s := range takenOf(e) {
		if !slices.Contains(all, s.account) {
			all = append(all, s.account)
		}
	}
	return all
}

// settled posts to a stranger what a hold took from them, out of the shares of the
// others, and what those do not have out of what is written off.
func settled(hold Entry, stranger Account, shares []share) []Posting {
	var postings []Posting
	left := int64(0)
	for _, s := range takenOf(hold) {
		if s.account == stranger {
			postings = append(postings, Posting{Account: stranger, Lot: s.Expires, Amount: s.Amount})
			left += s.Amount
		}
	}
	for _, s := range shares {
		if n := min(s.Amount, left); n > 0 && s.account != stranger {
			postings = append(postings, Posting{Account: s.account, Lot: s.Expires, Amount: -n})
			left -= n
		}
	}
	if left > 0 {
		postings = append(postings, Posting{Account: WrittenOff, Amount: -left})
	}
	return postings
}

// payers are who paid what a hold took: whom it was taken from, or who has paid it
// since it was settled.
func (l Ledger) payers(ctx context.Context, hold Entry) ([]share, error) {
	var all []share
	for _, account := range payingAccounts(hold) {
		settlement, err := l.PointEntry(ctx, settleID(hold.Cause, account))
		switch {
		case err == nil:
			all = append(all, takenOf(settlement)...)
			continue
		case fault.CodeOf(err) != "point.entry_not_found":
			return nil, err
		}
		all = append(all, slices.DeleteFunc(takenOf(hold), func(s share) bool { return s.account != account })...)
	}
	return all, nil
}
