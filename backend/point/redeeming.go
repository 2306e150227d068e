package point

import (
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

	examples []cancelExample
}

// CancelUntil is the last day on which what was confirmed on a day may be cancelled.
func (r Redeeming) CancelUntil(confirmed calendar.Date) calendar.Date {
	return r.CancelWithin.After(confirmed)
}

// cancelExample is a worked case of the rule, run when the pack is loaded.
type cancelExample struct {
	confirmed, on calendar.Date
	may           bool
	at            packfile.Cursor
}

// maxHoldMinutes bounds how long somebody who walked away keeps a gift from others.
const maxHoldMinutes = 24 * 60

func (r *Redeeming) read(c packfile.Cursor) {
	before := c.Mistakes()
	fields := c.Mapping("clause", "certainty", "hold_minutes", "cancel_within", "examples")
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
	packfile.Need(c, fields, "examples", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxExamples) {
			r.examples = append(r.examples, readCancelExample(entry))
		}
		if len(r.examples) < 2 {
			f.Fault("pack.example_missing", "at least one example that may be cancelled and one that may not are needed")
		}
	})
	if c.Mistakes() == before {
		r.runExamples()
	}
}

func readCancelExample(c packfile.Cursor) cancelExample {
	e := cancelExample{at: c}
	fields := c.Mapping("name", "confirmed", "on", "expect")
	packfile.Need(c, fields, "confirmed", func(f packfile.Cursor) { e.confirmed = f.Date() })
	packfile.Need(c, fields, "on", func(f packfile.Cursor) { e.on = f.Date() })
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) { e.may = f.Boolean() })
	return e
}

func (r *Redeeming) runExamples() {
	may, mayNot := false, false
	for _, e := range r.examples {
		got := !e.on.After(r.CancelUntil(e.confirmed))
		may, mayNot = may || e.may, mayNot || !e.may
		if got != e.may {
			e.at.Fault("pack.example_failed", "expected %t, got %t", e.may, got)
		}
	}
	if !may || !mayNot {
		r.examples[0].at.Fault("pack.example_missing", "at least one example that may be cancelled and one that may not are needed")
	}
}
