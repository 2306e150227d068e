package hospital

import (
	"cmp"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/relief"
)

// A millilitre is given once by the book, and a bill is paid once by what stands here: who
// gave for a patient may have millilitres enough for the same blood twice, or without end.

// Told is an inquiry as a claim would tell it: by it a claim for the same blood is found.
func (q Inquiry) Told() claim.Content {
	told := claim.Content{Relation: relief.Self, Donor: claim.Donor{Party: claim.Party{Kind: q.Patient.Kind, Number: q.Patient.Number}}}
	for _, c := range q.Charges {
		told.Lines = append(told.Lines, claim.Line{Component: c.Component, Fee: c.Fee, Quantity: c.Quantity, AmountFen: c.AmountFen, On: c.On})
	}
	return told
}

// blood is what a line of a bill is for. Its price is left out: a bill may name another.
type blood struct {
	component relief.Component
	fee       relief.Fee
	quantity  relief.Quantity
	on        calendar.Date
}

func bloodOf(l claim.Line) blood {
	return blood{l.Component, cmp.Or(l.Fee, relief.BloodFee), l.Hundredths(), l.On}
}

// given is how many charges there are for a thing, and for how many of them less was asked.
type given struct{ charges, waived int }

// holds tells whether something is set aside or used for the case. What lapsed by the clock
// may be claimed: whoever confirms it later is asked whether it was.
func (c Case) holds(now time.Time) bool {
	return c.State == relief.Confirmed || c.State == relief.Reserved && now.Before(c.Until)
}

// given counts what a case asked less for.
func (c Case) given(into map[blood]given) {
	for i, l := range c.Inquiry.Told().Lines {
		g := into[bloodOf(l)]
		g.charges++
		if i < len(c.Coverage.Charges) && c.Coverage.Charges[i].WaivedFen > 0 {
			g.waived++
		}
		into[bloodOf(l)] = g
	}
}

// Waived are the places of a claim's lines for which a hospital has asked its patient for
// less. Of several alike the last ones: those that were not waived may be claimed.
func Waived(c claim.Content, cases []Case, now time.Time) []int {
	all := map[blood]given{}
	for _, one := range cases {
		if one.holds(now) && one.Inquiry.Told().IsOf(c) {
			one.given(all)
		}
	}
	places, seen := []int{}, map[blood]int{}
	for i, l := range c.Lines {
		of := bloodOf(l)
		seen[of]++
		if g := all[of]; g.waived > 0 && seen[of] > g.charges-g.waived && seen[of] <= g.charges {
			places = append(places, i)
		}
	}
	return places
}

// isReimbursed tells whether a case asks less for something that is being reimbursed, or was.
func (c Case) isReimbursed(claims []claim.Claim) bool {
	mine, claimed := map[blood]given{}, map[blood]int{}
	c.given(mine)
	for _, one := range claims {
		if !one.Holds() || !c.Inquiry.Told().IsOf(one.Content) {
			continue
		}
		for _, l := range one.Lines {
			claimed[bloodOf(l)]++
		}
	}
	for of, g := range mine {
		if claimed[of] > 0 && g.waived > g.charges-min(claimed[of], g.charges) {
			return true
		}
	}
	return false
}
