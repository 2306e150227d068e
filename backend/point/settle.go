package point

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settle sets right what a redemption took from donors who are not the same person
// as its owner after all, when a merge is undone: they have back what was theirs, and
// the owner pays as far as there is anything. The rest is written off: nobody owes
// points. owners are the donors who are the redemption's owner now, themselves first.
// Who paid in an earlier settlement is looked at like whoever was held from. Nobody may
// give the redemption back meanwhile.
func (l Ledger) Settle(ctx context.Context, redemptionID string, at time.Time, owners ...string) error {
	return l.InTx(ctx, func(ctx context.Context) error {
		about, err := l.EntriesAbout(ctx, redemptionID)
		if err != nil || slices.ContainsFunc(about, func(e Entry) bool { return e.Kind == Returned }) {
			return err
		}
		paid, paying := payersOf(about), accountsOf(owners)
		for _, stranger := range accountsIn(paid) {
			if !stranger.IsBounded() || slices.Contains(paying, stranger) {
				continue
			}
			theirs := slices.DeleteFunc(slices.Clone(paid), func(s share) bool { return s.account != stranger })
			entry := Entry{ID: settleID(redemptionID, stranger, about), Kind: Settled, At: at, Cause: redemptionID}
			err := l.once(ctx, append([]Account{stranger}, paying...), entry, func(shares []share) ([]Posting, error) {
				return settled(theirs, shares), nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// settleID names the next settlement with a stranger: who is merged and taken apart
// again may have paid a second time.
func settleID(redemptionID string, stranger Account, about []Entry) string {
	id, before := "settle/"+redemptionID+"/"+string(stranger), 0
	for _, e := range about {
		if e.Kind == Settled && (e.ID == id || strings.HasPrefix(e.ID, id+"/")) {
			before++
		}
	}
	if before > 0 {
		id += "/" + strconv.Itoa(before+1)
	}
	return id
}

// settled posts to a stranger what they paid, out of the shares of the others, and what
// those do not have out of what is written off.
func settled(theirs, shares []share) []Posting {
	var postings []Posting
	left, stranger := int64(0), theirs[0].account
	for _, s := range theirs {
		postings = append(postings, Posting{Account: stranger, Lot: s.Expires, Amount: s.Amount})
		left += s.Amount
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

// payersOf are who has paid what a redemption took, as it was settled since: what was
// taken from each by its entries, and not given back.
func payersOf(about []Entry) []share {
	var all []share
	for _, e := range about {
		if e.Kind != Held && e.Kind != Settled {
			continue
		}
		for _, p := range e.Postings {
			if p.Account != OfHold(e.Cause) {
				all = together(all, share{p.Account, Lot{Expires: p.Lot, Amount: -p.Amount}})
			}
		}
	}
	return slices.DeleteFunc(all, func(s share) bool { return s.Amount == 0 })
}

// accountsIn are the accounts of shares, each once.
func accountsIn(shares []share) []Account {
	var all []Account
	for _, s := range shares {
		if !slices.Contains(all, s.account) {
			all = append(all, s.account)
		}
	}
	return all
}
