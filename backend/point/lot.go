package point

import (
	"slices"

	"lianxin/backend/calendar"
)

// take chooses points from the lots that expire first, without those that are
// over. left is how many could not be had.
func take(lots []Lot, points int64, today calendar.Date) (taken []Lot, left int64) {
	left = points
	for _, lot := range lots {
		if n := min(lot.Points, left); n > 0 && !lot.isOver(today) {
			taken = append(taken, Lot{lot.Expires, n})
			left -= n
		}
	}
	return taken, left
}

// moved posts lots from one account into another.
func moved(lots []Lot, from, to Account) []Posting {
	var postings []Posting
	for _, lot := range lots {
		postings = append(postings, Posting{from, lot.Expires, -lot.Points}, Posting{to, lot.Expires, lot.Points})
	}
	return postings
}

// givenBack posts what an entry took from a donor back to them.
func givenBack(taken Entry, from Account, graceUntil calendar.Date) []Posting {
	var donor Account
	var back []Lot
	for _, p := range taken.Postings {
		if p.Points > 0 {
			continue
		}
		donor = p.Account
		lot := Lot{p.Lot, -p.Points}
		if lot.isOver(graceUntil) {
			lot.Expires = graceUntil
		}
		back = merged(back, lot)
	}
	var postings []Posting
	for _, p := range taken.Postings {
		if p.Points > 0 {
			postings = append(postings, Posting{from, p.Lot, -p.Points})
		}
	}
	for _, lot := range back {
		postings = append(postings, Posting{donor, lot.Expires, lot.Points})
	}
	return postings
}

// merged adds a lot to the one of the same day.
func merged(lots []Lot, lot Lot) []Lot {
	i := slices.IndexFunc(lots, func(l Lot) bool { return l.Expires == lot.Expires })
	if i < 0 {
		return append(lots, lot)
	}
	lots[i].Points += lot.Points
	return lots
}

// takenBack posts an award back where it came from: out of its own lot, then out
// of the others, and what is not there any more is written off.
func takenBack(credit Posting, lots []Lot) []Posting {
	own := func(l Lot) bool { return l.Expires == credit.Lot }
	slices.SortStableFunc(lots, func(a, b Lot) int {
		switch {
		case own(a) == own(b):
			return 0
		case own(a):
			return -1
		}
		return 1
	})
	postings := []Posting{{Issued, credit.Lot, credit.Points}}
	left := credit.Points
	for _, lot := range lots {
		if n := min(lot.Points, left); n > 0 {
			postings = append(postings, Posting{credit.Account, lot.Expires, -n})
			left -= n
		}
	}
	if left > 0 {
		postings = append(postings, Posting{WrittenOff, credit.Lot, -left})
	}
	return postings
}
