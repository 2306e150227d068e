package policy

import (
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Donation is one past donation, as far as the rules look at it.
type Donation struct {
	On       calendar.Date
	Product  donation.Product
	VolumeML int // mL: whole blood, or platelets and plasma together; 0 = not recorded
	Units    int // apheresis units
	Reaction bool
}

// History is what a person gave, in any order.
type History []Donation

// RepeatWithoutReaction tells whether the person gave more than once and never
// had a reaction: who then asks for it may give until 60 (GB 18467-2011, age).
func (h History) RepeatWithoutReaction() bool {
	return len(h) > 1 && !slices.ContainsFunc(h, func(d Donation) bool { return d.Reaction })
}

// of returns the donations of a product, newest first.
func (h History) of(p donation.Product) History {
	var found History
	for _, d := range h {
		if d.Product == p {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b Donation) int { return b.On.Compare(a.On) })
	return found
}

// recent returns the day of the n-th newest donation of a product, n from 1;
// zero when there are fewer.
func (h History) recent(p donation.Product, n int) calendar.Date {
	found := h.of(p)
	if n < 1 || n > len(found) {
		return calendar.Date{}
	}
	return found[n-1].On
}

// volumeBelow returns the first day on which the volume given within the months
// before it is below limit mL; zero when the history never reaches the limit.
//
// The newest donations are added up until they reach the limit; the day the
// last one added leaves the window is the answer.
func (h History) volumeBelow(p donation.Product, limit, months int) calendar.Date {
	sum := 0
	for _, d := range h.of(p) {
		if sum += d.VolumeML; sum >= limit {
			return d.On.AddMonths(months)
		}
	}
	return calendar.Date{}
}
