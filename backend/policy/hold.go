package policy

import (
	"cmp"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Deferral is a decision on record that keeps a person from giving. It holds
// from the moment it is recorded, also when From lies ahead.
type Deferral struct {
	RuleID   string
	From     calendar.Date      // day its period is counted from; may be unknown
	Until    calendar.Date      // first day on which giving is possible again; zero = permanent
	Products []donation.Product // empty = every product
}

// Hold keeps a person from one product until a date. Holds are what the center
// publishes to kiosks: they name no diagnosis (see Holds).
type Hold struct {
	Product donation.Product `json:"product"`
	RuleID  string           `json:"rule_id"`
	From    calendar.Date    `json:"from,omitzero"`
	Until   calendar.Date    `json:"until,omitzero"` // first day it no longer holds; zero = permanent
}

// IsOver tells whether the hold no longer keeps the person on a day.
func (h Hold) IsOver(day calendar.Date) bool { return !h.Until.IsZero() && !h.Until.After(day) }

// Holds returns what keeps a person from giving on the day today: intervals
// after earlier donations, and deferrals on record.
//
// A deferral by a rule that a donor's screen may not name, or that the pack does
// not know, becomes a hold of NeutralRule, so that the published list tells
// nobody why. Holds that a longer one of the same rule and product covers are
// left out. The order depends on nothing but the result.
func Holds(pack *Pack, history History, deferrals []Deferral, today calendar.Date) []Hold {
	var holds []Hold
	facts := factsOfHistory(history)
	for _, r := range pack.In(FromHistory) {
		o := r.outcome(facts, today)
		if !o.applies {
			continue
		}
		for _, p := range r.Products {
			holds = append(holds, Hold{p, r.ID, o.from, o.until})
		}
	}
	for _, d := range deferrals {
		holds = append(holds, d.holds(pack, today)...)
	}
	return longest(holds)
}

func (d Deferral) holds(pack *Pack, today calendar.Date) []Hold {
	hold := Hold{RuleID: NeutralRule, Until: d.Until}
	if r, ok := pack.Rule(d.RuleID); ok && r.Named {
		hold.RuleID, hold.From = r.ID, d.From
	}
	if hold.IsOver(today) {
		return nil
	}
	products := d.Products
	if len(products) == 0 {
		products = donation.Products()
	}
	var holds []Hold
	for _, hold.Product = range products {
		holds = append(holds, hold)
	}
	return holds
}

// longest sorts by product and length, the longest first, and keeps one hold of
// each rule and product.
func longest(holds []Hold) []Hold {
	slices.SortFunc(holds, func(a, b Hold) int {
		return cmp.Or(cmp.Compare(a.Product, b.Product), compareUntil(b.Until, a.Until),
			cmp.Compare(a.RuleID, b.RuleID), b.From.Compare(a.From))
	})
	var kept []Hold
	for _, h := range holds {
		covered := func(k Hold) bool { return k.Product == h.Product && k.RuleID == h.RuleID }
		if !slices.ContainsFunc(kept, covered) {
			kept = append(kept, h)
		}
	}
	return kept
}

// compareUntil orders ends of holds; a permanent one is later than every date.
func compareUntil(a, b calendar.Date) int {
	if a.IsZero() || b.IsZero() {
		return cmp.Compare(permanence(a), permanence(b))
	}
	return a.Compare(b)
}

func permanence(d calendar.Date) int {
	if d.IsZero() {
		return 1
	}
	return 0
}
