package relief

import (
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/policy/packfile"
)

// history is all that conditions can name: what a donor gave that counts.
type history struct {
	TotalML   int      `expr:"total"`     // mL, apheresis as the pack converts it
	Donations int      `expr:"donations"` // how many
	Units     int      `expr:"units"`     // by apheresis
	Honours   []string `expr:"honours"`   // grades earned
}

// holds tells whether a condition holds; none always does.
func holds(when *packfile.Expression, h history) bool { return when == nil || when.Bool(h) }

// serves tells whether the rule is for a relation.
func (r EarnRule) serves(relation Relation, h history) bool {
	for _, other := range r.Relations {
		if other == relation {
			return holds(r.when, h)
		}
	}
	return false
}

// timesOn is how many times its volume a donation is worth on a day, and the first day
// on which that changes; zero when it stays. Before the donation it is worth what it
// will be on its day.
func (r EarnRule) timesOn(given, day calendar.Date) (times int64, until calendar.Date) {
	for _, t := range r.Terms {
		if t.For.N == 0 {
			return t.Times, calendar.Date{}
		}
		if until = t.For.After(given); day.Before(until) {
			return t.Times, until
		}
	}
	return 0, calendar.Date{}
}

// counted is what a donation counts as, in mL; 0 when it does not.
func (p *Pack) counted(d Donation) int64 {
	if d.Unqualified && p.Counting.Unqualified == NotAt {
		return 0
	}
	if d.Product == donation.Apheresis {
		return int64(d.Units) * p.Apheresis.UnitML
	}
	return int64(d.VolumeML)
}

// timesOf is timesOn for a donation, with what is said of blood that did not pass.
func (p *Pack) timesOf(r *EarnRule, d Donation, day calendar.Date) (times int64, until calendar.Date) {
	times, until = r.timesOn(d.On, day)
	if d.Unqualified && p.Counting.Unqualified == Equally {
		times = min(times, 1)
	}
	return times, until
}

// AsksVerdicts tells whether it matters if the blood of a donation passed. Where it
// does not, nobody looks.
func (p *Pack) AsksVerdicts() bool { return p.Counting.Unqualified != InFull }

// needs is how many mL a line counts as. What is no blood counts as none; a part of a
// millilitre as a whole one.
func (p *Pack) needs(l Line) int64 {
	if l.Fee != BloodFee {
		return 0
	}
	return (int64(l.Quantity)*p.Components.Of[l.Component].ML + hundred - 1) / hundred
}

// prices is the table in force on a day; nil for none.
func (p *Pack) prices(day calendar.Date) *PriceTable {
	var best *PriceTable
	for i, t := range p.Prices {
		if !day.Before(t.From) && (best == nil || t.From.After(best.From)) {
			best = &p.Prices[i]
		}
	}
	return best
}

// accepted is what of a line is looked at: all that was charged, or what a table that
// binds asks for so much.
func (p *Pack) accepted(l Line) (fen int64, table *PriceTable) {
	table = p.prices(l.On)
	if table == nil || l.Fee != BloodFee {
		return l.AmountFen, nil
	}
	price, ok := table.Fen[l.Component]
	if !ok {
		return l.AmountFen, nil
	}
	asked := (price.Fen*int64(l.Quantity) + int64(price.For) - 1) / int64(price.For)
	if !table.Binds {
		return l.AmountFen, table
	}
	return min(l.AmountFen, asked), table
}

// Covers tells whether the pack covers a fee at all.
func (f FeeRule) Covers(fee Fee) bool {
	for _, covered := range f.Covered {
		if covered == fee {
			return true
		}
	}
	return false
}
