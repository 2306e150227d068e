package ledger

import (
	"fmt"
	"strings"
	"time"

	"lianxin/backend/calendar"
)

// Account is who or what has an amount.
type Account string

// IsBounded tells whether the account belongs to somebody, and so never goes below
// zero: its name says whose it is behind a slash, "donor/ID". What the service itself
// has is one word and has no bound.
func (a Account) IsBounded() bool { return strings.Contains(string(a), "/") }

// Kind is what an entry did; each book has its own.
type Kind string

// Posting moves an amount of one lot into an account, or out of it when negative.
type Posting struct {
	Account Account
	// Lot is the first day on which the amount can no longer be used; zero for never.
	Lot    calendar.Date
	Amount int64
}

// Entry is one change of a book.
type Entry struct {
	ID       string // made of the cause: the same cause moves an amount once
	Kind     Kind
	At       time.Time
	Cause    string // what it is about: the id of a donation, of a reservation, of the entry reversed
	Rule     string // the rule that gives; "" where none does
	Pack     string // the version of its pack
	Reason   string // why something was taken back, a code; never a sentence about a person
	Postings []Posting
}

// Check tells what is wrong with an entry; nil when it may be written.
func (e Entry) Check() error {
	if e.ID == "" || e.Cause == "" || e.At.IsZero() || len(e.Postings) < 2 {
		return fmt.Errorf("entry %q is incomplete", e.ID)
	}
	type place struct {
		account Account
		lot     calendar.Date
	}
	sum, seen := int64(0), map[place]bool{}
	for _, p := range e.Postings {
		at := place{p.Account, p.Lot}
		if p.Amount == 0 || p.Account == "" || seen[at] {
			return fmt.Errorf("entry %q has an empty posting, or two for one lot", e.ID)
		}
		seen[at] = true
		sum += p.Amount
	}
	if sum != 0 {
		return fmt.Errorf("entry %q does not add up to zero but to %d", e.ID, sum)
	}
	return nil
}

// Lot is what an account has that expires on one day.
type Lot struct {
	Expires calendar.Date // first day on which it can no longer be used; zero for never
	Amount  int64
}

// IsOver tells whether the lot can no longer be used on a day.
func (l Lot) IsOver(today calendar.Date) bool {
	return !l.Expires.IsZero() && !today.Before(l.Expires)
}

// Line is an entry as the owner of an account reads it.
type Line struct {
	Entry
	Amount  int64 // that came or went
	Balance int64 // after it
}
