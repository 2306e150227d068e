package point

import (
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/policy/packfile"
)

// Redeeming is what a pack says of spending points.
type Redeeming struct {
	Clause    string
	Certainty packfile.Certainty
	// HoldFor is how long points and a gift are set aside for who has not confirmed yet.
	HoldFor time.Duration
	// CancelWithin is how long after its confirmation a redemption may be taken back,
	// while nothing was picked up and no code was shown.
	CancelWithin packfile.Period

	// PickUpWithin is how long after its confirmation a voucher is good; zero for always.
	PickUpWithin packfile.Period

	// RemindBefore is how many days before the last day of a voucher that is not used its owner
	// is told, the earliest first; empty for not at all.
	RemindBefore []int
}

// CancelUntil is the last day on which what was confirmed on a day may be cancelled.
func (r Redeeming) CancelUntil(confirmed calendar.Date) calendar.Date {
	return r.CancelWithin.After(confirmed)
}

// PickUpUntil is the last day on which a voucher made on a day is good; zero for always.
func (r Redeeming) PickUpUntil(confirmed calendar.Date) calendar.Date {
	if r.PickUpWithin.N == 0 {
		return calendar.Date{}
	}
	return r.PickUpWithin.After(confirmed)
}

// RemindsOn tells whether a voucher made on a day has its owner told on another.
func (r Redeeming) RemindsOn(confirmed, on calendar.Date) bool {
	until := r.PickUpUntil(confirmed)
	return !until.IsZero() && on.After(confirmed) && slices.Contains(r.RemindBefore, on.DaysUntil(until))
}

// periodExample is a worked case of how long something may be done, run when the pack is loaded.
type periodExample struct {
	confirmed, on calendar.Date
	may           bool
	at            packfile.Cursor
}

const (
	// maxHoldMinutes bounds how long somebody who walked away keeps a gift from others.
	maxHoldMinutes = 24 * 60
	// maxReminders bounds how often somebody is told of one voucher, maxRemindDays how long before its end.
	maxReminders  = 5
	maxRemindDays = 365
)

func (r *Redeeming) read(c packfile.Cursor) {
	before := c.Mistakes()
	fields := c.Mapping("clause", "certainty", "hold_minutes", "cancel_within", "examples", "pick_up_within", "pick_up_examples", "remind_days_before", "remind_examples")
	packfile.Need(c, fields, "clause", func(f packfile.Cursor) { r.Clause = f.Text() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) {
		r.Certainty = f.Certainty()
	})
	packfile.Need(c, fields, "hold_minutes", func(f packfile.Cursor) {
		n := f.Integer()
		if n < 1 || n > maxHoldMinutes {
			f.Fault("pack.period", "a hold lasts 1 to %d minutes", maxHoldMinutes)
		}
		r.HoldFor = time.Duration(n) * time.Minute
	})
	packfile.Need(c, fields, "cancel_within", func(f packfile.Cursor) { r.CancelWithin = f.Period() })
	cancelled := readPeriodExamples(c, fields, "examples")
	var pickedUp []periodExample
	_, hasPeriod := fields["pick_up_within"]
	if _, hasExamples := fields["pick_up_examples"]; hasPeriod || hasExamples {
		packfile.Need(c, fields, "pick_up_within", func(f packfile.Cursor) { r.PickUpWithin = f.Period() })
		pickedUp = readPeriodExamples(c, fields, "pick_up_examples")
	}
	var reminded []periodExample
	_, hasDays := fields["remind_days_before"]
	if _, hasExamples := fields["remind_examples"]; hasDays || hasExamples {
		packfile.Need(c, fields, "remind_days_before", r.readRemindBefore)
		reminded = readPeriodExamples(c, fields, "remind_examples")
		if !hasPeriod {
			c.Fault("pack.missing_field", "field %q is missing: nothing ends of which one could be reminded", "pick_up_within")
		}
	}
	if c.Mistakes() == before {
		runPeriodExamples(cancelled, r.CancelUntil)
		runPeriodExamples(pickedUp, r.PickUpUntil)
		runExamples(reminded, r.RemindsOn)
	}
}

// readRemindBefore reads numbers of days, each fewer than the one before.
func (r *Redeeming) readRemindBefore(c packfile.Cursor) {
	for _, entry := range c.Sequence(maxReminders) {
		n, before := entry.Integer(), maxRemindDays+1
		if len(r.RemindBefore) > 0 {
			before = r.RemindBefore[len(r.RemindBefore)-1]
		}
		if n < 1 || n >= before {
			entry.Fault("pack.period", "one is reminded 1 to %d days before the end, of each number fewer than of the one before", maxRemindDays)
		}
		r.RemindBefore = append(r.RemindBefore, n)
	}
}

// readPeriodExamples reads worked cases: of both outcomes, or they would show nothing.
func readPeriodExamples(c packfile.Cursor, fields map[string]packfile.Cursor, name string) (all []periodExample) {
	packfile.Need(c, fields, name, func(f packfile.Cursor) {
		may, mayNot := false, false
		for _, entry := range f.Sequence(packfile.MaxExamples) {
			e := readPeriodExample(entry)
			may, mayNot = may || e.may, mayNot || !e.may
			all = append(all, e)
		}
		if !may || !mayNot {
			f.Fault("pack.example_missing", "at least one example that may be and one that may not are needed")
		}
	})
	return all
}

func readPeriodExample(c packfile.Cursor) periodExample {
	e := periodExample{at: c}
	fields := c.Mapping("name", "confirmed", "on", "expect")
	packfile.Need(c, fields, "confirmed", func(f packfile.Cursor) { e.confirmed = f.Date() })
	packfile.Need(c, fields, "on", func(f packfile.Cursor) { e.on = f.Date() })
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) { e.may = f.Boolean() })
	return e
}

func runPeriodExamples(all []periodExample, until func(calendar.Date) calendar.Date) {
	runExamples(all, func(confirmed, on calendar.Date) bool { return !on.After(until(confirmed)) })
}

func runExamples(all []periodExample, may func(confirmed, on calendar.Date) bool) {
	for _, e := range all {
		if got := may(e.confirmed, e.on); got != e.may {
			e.at.Fault("pack.example_failed", "expected %t, got %t", e.may, got)
		}
	}
}
