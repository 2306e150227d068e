package point

import (
	"slices"

	"lianxin/backend/calendar"
)

// share is what one account has that expires on one day.
type share struct {
	account Account
	Lot
}

// byExpiry puts what expires first before the rest, and what never does last.
func byExpiry(a, b Lot) int { return a.Expires.CompareEnds(b.Expires) }

// take chooses points from what expires first, without what is over. left is how
// many could not be had.
func take(shares []share, points int64, today calendar.Date) (taken []share, left int64) {
	left = points
	for _, s := range shares {
		if n := min(s.Amount, left); n > 0 && !s.IsOver(today) {
			taken = append(taken, share{s.account, Lot{Expires: s.Expires, Amount: n}})
			left -= n
		}
	}
	return taken, left
}

// moved posts shares into one account.
func moved(shares []share, to Account) []Posting {
	var postings []Posting
	var come []Lot
	for _, s := range shares {
		postings = append(postings, Posting{Account: s.account, Lot: s.Expires, Amount: -s.Amount})
		come = merged(come, s.Lot)
	}
	for _, lot := range come {
		postings = append(postings, Posting{Account: to, Lot: lot.Expires, Amount: lot.Amount})
	}
	return postings
}

// givenBack posts what an entry took back to those who paid it.
func givenBack(taken Entry, payers []share, from Account, graceUntil calendar.Date) []Posting {
	var postings []Posting
	for _, p := range taken.Postings {
		if p.Amount > 0 {
			postings = append(postings, Posting{Account: from, Lot: p.Lot, Amount: -p.Amount})
		}
	}
	var back []share
	for _, s := range payers {
		if s.account.IsBounded() && s.IsOver(graceUntil) {
			s.Expires = graceUntil
		}
		back = together(back, s)
	}
	for _, s := range back {
		postings = append(postings, Posting{Account: s.account, Lot: s.Expires, Amount: s.Amount})
	}
	return postings
}

// merged adds a lot to the one of the same day.
func merged(lots []Lot, lot Lot) []Lot {
	i := slices.IndexFunc(lots, func(l Lot) bool { return l.Expires == lot.Expires })
	if i < 0 {
		return append(lots, lot)
	}
	lots[i].Amount += lot.Amount
	return lots
}

// together adds a share to the one of the same account and day.
func together(shares []share, s share) []share {
	i := slices.IndexFunc(shares, func(other share) bool { return other.account == s.account && other.Expires == s.Expires })
	if i < 0 {
		return append(shares, s)
	}
	shares[i].Amount += s.Amount
	return shares
}

// takenBack posts an award back where it came from: out of its own lot, then out
// of the others, and what is not there any more is written off. What was not spent in
// time is not taken out of other points. What the award paid of an earlier
// write-off is written off again.
func takenBack(award Entry, shares []share, today calendar.Date) []Posting {
	worth, got := worthOf(award), awarded(award)
	own := func(s share) bool { return s.Expires == worth.Lot }
	if (Lot{Expires: worth.Lot}).IsOver(today) {
		shares = slices.DeleteFunc(shares, func(s share) bool { return !own(s) })
	}
	slices.SortStableFunc(shares, func(a, b share) int {
		switch {
		case own(a) == own(b):
			return 0
		case own(a):
			return -1
		}
		return 1
	})
	postings := []Posting{{Account: Issued, Lot: worth.Lot, Amount: worth.Amount}}
	left, missing := got.Amount, worth.Amount-got.Amount
	for _, s := range shares {
		if n := min(s.Amount, left); n > 0 {
			postings = append(postings, Posting{Account: got.Account, Lot: s.Expires, Amount: -n})
			left -= n
		}
	}
	if missing += left; missing > 0 {
		postings = append(postings, Posting{Account: WrittenOff, Lot: worth.Lot, Amount: -missing})
	}
	return postings
}
