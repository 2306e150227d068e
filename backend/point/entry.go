package point

import (
	"fmt"
	"time"

	"lianxin/backend/calendar"
)

// Kind is what an entry did.
type Kind string

const (
	Awarded  Kind = "awarded"  // given by a rule of the pack
	Held     Kind = "held"     // set aside for a redemption
	Spent    Kind = "spent"    // the redemption was confirmed
	Returned Kind = "returned" // the redemption was cancelled
	Lapsed   Kind = "lapsed"   // not spent in time
	Reversed Kind = "reversed" // another entry was wrong
	Settled  Kind = "settled"  // a merge was undone: who paid for whose redemption was set right
)

// Posting moves points of one lot into an account, or out of it when negative.
type Posting struct {
	Account Account
	// Lot is the first day on which the points can no longer be spent; zero for never.
	Lot    calendar.Date
	Points int64
}

// Entry is one change of the ledger.
type Entry struct {
	ID       string // made of the cause: the same cause moves points once
	Kind     Kind
	At       time.Time
	Cause    string // what it is about: the id of a donation, of a redemption, of the entry reversed
	Rule     string // Awarded: the rule of the pack
	Pack     string // Awarded: the pack's version
	Reason   string // Reversed: why, a code of the correction; never a sentence about a person
	Postings []Posting
}

// Check tells what is wrong with an entry; nil when it may be written.
func (e Entry) Check() error {
	if e.ID == "" || e.Cause == "" || e.At.IsZero() || len(e.Postings) < 2 {
		return fmt.Errorf("point entry %q is incomplete", e.ID)
	}
	type place struct {
		account Account
		lot     calendar.Date
	}
	sum, seen := int64(0), map[place]bool{}
	for _, p := range e.Postings {
		at := place{p.Account, p.Lot}
		if p.Points == 0 || p.Account == "" || seen[at] {
			return fmt.Errorf("point entry %q has an empty posting, or two for one lot", e.ID)
		}
		seen[at] = true
		sum += p.Points
	}
	if sum != 0 {
		return fmt.Errorf("point entry %q does not add up to zero but to %d", e.ID, sum)
	}
	return nil
}

// Lot is what an account has that expires on one day.
type Lot struct {
	Expires calendar.Date // first day on which it can no longer be spent; zero for never
	Points  int64
}

// isOver tells whether the lot can no longer be spent on a day.
func (l Lot) isOver(today calendar.Date) bool {
	return !l.Expires.IsZero() && !today.Before(l.Expires)
}

// Line is an entry as the owner of an account reads it.
type Line struct {
	Entry
	Points  int64 // that came or went
	Balance int64 // after it
}

// credit is the posting by which somebody got points.
func (e Entry) credit() Posting {
	for _, p := range e.Postings {
		if p.Account.IsBounded() && p.Points > 0 {
			return p
		}
	}
	return Posting{}
}
