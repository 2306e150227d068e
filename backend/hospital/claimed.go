package hospital

import (
	"cmp"
	"slices"
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

// waiver is a charge of a case for which less was asked.
type waiver struct {
	of     Case
	charge int
}

// given is how many charges there are for a thing, and for which of them less was asked.
type given struct {
	charges int
	waived  []waiver
}

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
		if c.waives(i) > 0 {
			g.waived = append(g.waived, waiver{c, i})
		}
		into[bloodOf(l)] = g
	}
}

// waives is how much less is asked for a charge.
func (c Case) waives(charge int) int64 {
	if charge >= len(c.Coverage.Charges) {
		return 0
	}
	return c.Coverage.Charges[charge].WaivedFen
}

// Waiver is a line of a claim beside a charge for which a hospital has asked its patient for less.
type Waiver struct {
	Place     int // of the line in its claim
	Case      Case
	Charge    claim.Line // as a claim would write it; hospitals tell no invoice
	WaivedFen int64
}

func (w waiver) beside(place int) Waiver {
	return Waiver{Place: place, Case: w.of, Charge: w.of.Inquiry.Told().Lines[w.charge], WaivedFen: w.of.waives(w.charge)}
}

// ofPatient counts what of cases holds for the patient of a claim.
func ofPatient(c claim.Content, cases []Case, now time.Time) map[blood]given {
	all := map[blood]given{}
	for _, one := range cases {
		if one.holds(now) && one.Inquiry.Told().IsOf(c) {
			one.given(all)
		}
	}
	return all
}

// Waived are the lines of a claim that a hospital has asked its patient less for, each
// beside that charge. Of several alike the last ones: those that were not waived may be claimed.
func Waived(c claim.Content, cases []Case, now time.Time) []Waiver {
	all := ofPatient(c, cases, now)
	list, seen := []Waiver{}, map[blood]int{}
	for i, l := range c.Lines {
		of := bloodOf(l)
		seen[of]++
		g := all[of]
		if n := seen[of] - (g.charges - len(g.waived)); n > 0 && n <= len(g.waived) {
			list = append(list, g.waived[n-1].beside(i))
		}
	}
	return list
}

// isNear tells whether two may be one and written differently: of another quantity that
// day, or that quantity on another day.
func (b blood) isNear(other blood) bool {
	return b.component == other.component && b.fee == other.fee && (b.quantity == other.quantity) != (b.on == other.on)
}

// Doubtful are the lines of a claim that may be what a hospital has asked its patient less
// for: near a waived charge within the stay, where neither has its like on the other side.
// It bars nothing; whoever reviews looks.
func Doubtful(c claim.Content, cases []Case, now time.Time) []Waiver {
	all, claimed := ofPatient(c, cases, now), map[blood]bool{}
	for _, l := range c.Lines {
		claimed[bloodOf(l)] = true
	}
	from, until := c.Span()
	list := []Waiver{}
	for i, l := range c.Lines {
		if _, isThere := all[bloodOf(l)]; isThere {
			continue
		}
		for of, g := range all {
			if bloodOf(l).isNear(of) && !claimed[of] && !of.on.Before(from) && !of.on.After(until) {
				list = append(list, beside(i, g.waived)...)
			}
		}
	}
	slices.SortFunc(list, func(a, b Waiver) int {
		return cmp.Or(a.Place-b.Place, cmp.Compare(a.Charge.On.String(), b.Charge.On.String()), cmp.Compare(a.Charge.Hundredths(), b.Charge.Hundredths()), cmp.Compare(a.Case.ID, b.Case.ID))
	})
	return list
}

func beside(place int, charges []waiver) (list []Waiver) {
	for _, w := range charges {
		list = append(list, w.beside(place))
	}
	return list
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
		if claimed[of] > 0 && len(g.waived) > g.charges-min(claimed[of], g.charges) {
			return true
		}
	}
	return false
}
