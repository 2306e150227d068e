package policy

import "lianxin/backend/calendar"

// outcome is what a rule says about one situation.
type outcome struct {
	applies   bool
	permanent bool
	from      calendar.Date // day the period is counted from
	until     calendar.Date // first day it no longer holds; zero when permanent, unknown or not a deferral
	value     float64       // of a measurement out of bounds
}

// noDay stands for "today" where a rule has no dates.
var noDay calendar.Date

// outcome applies the rule. A deferral that is over on the day today does not
// apply; one whose starting day is not known applies without a date.
func (r *Rule) outcome(facts any, today calendar.Date) outcome {
	if !r.when.Bool(facts) {
		return outcome{}
	}
	if r.Effect.Kind != Defer {
		return outcome{applies: true}
	}
	if r.Effect.Permanent {
		return outcome{applies: true, permanent: true}
	}
	o := outcome{applies: true, until: r.from.Date(facts)}
	if r.Effect.Until == "" && !o.until.IsZero() {
		o.from = o.until
		o.until = r.Effect.For.After(o.from)
	}
	if o.until.IsZero() {
		// Without a day to count from, history and gate know nothing to hold
		// against the person; an answer without its date is for the staff.
		o.applies = r.Phase == InQuestionnaire
		return o
	}
	o.applies = o.until.After(today)
	return o
}
