package counsel

import (
	"cmp"
	"time"

	"lianxin/backend/policy/packfile"
)

// packReader turns documents into a pack.
type packReader struct {
	pack     *Pack
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "limits", "examples")
	for name, read := range map[string]func(packfile.Cursor){
		"pack": r.pack.Head.Read, "limits": r.limits,
		"examples": func(c packfile.Cursor) { r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...) },
	} {
		if c, ok := fields[name]; ok {
			read(c)
		}
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	missing := map[string]bool{"pack": !r.pack.Head.IsRead(), "limits": r.pack.Limits == Limits{}}
	packfile.Examine(whole, missing, r.examples, r.run)
}

func (r *packReader) limits(c packfile.Cursor) {
	l := &r.pack.Limits
	fields := c.Mapping("certainty", "assign_within", "try_within", "escalate_after_tries", "escalate_after", "tries_before_giving_up")
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { l.Certainty = f.Certainty() })
	packfile.Need(c, fields, "assign_within", func(f packfile.Cursor) { l.AssignWithin = stretch(f) })
	packfile.Need(c, fields, "try_within", func(f packfile.Cursor) { l.TryWithin = stretch(f) })
	packfile.Need(c, fields, "escalate_after", func(f packfile.Cursor) { l.EscalateAfter = stretch(f) })
	packfile.Need(c, fields, "escalate_after_tries", func(f packfile.Cursor) { l.EscalateAfterTries = tries(f) })
	packfile.Need(c, fields, "tries_before_giving_up", func(f packfile.Cursor) { l.TriesBeforeGivingUp = tries(f) })
}

const day = 24 * time.Hour

// inTime is how an example writes OnTime.
const inTime Late = "on_time"

// stretch reads days or weeks: a limit of hours that pass, not of the calendar.
func stretch(c packfile.Cursor) time.Duration {
	switch p := c.Period(); p.Unit {
	case packfile.Days:
		return time.Duration(p.N) * day
	case packfile.Weeks:
		return time.Duration(p.N) * 7 * day
	default:
		c.Fault("pack.not_period", "a limit is days or weeks")
		return day
	}
}

func tries(c packfile.Cursor) int {
	n := c.Integer()
	if n < 1 || n > 100 {
		c.Fault("pack.not_number", "%d is not between 1 and 100 tries", n)
		return 1
	}
	return n
}

// run reads one example and reports when it does not come out as it says.
func (r *packReader) run(c packfile.Cursor) {
	fields := c.Mapping("name", "opened", "assigned", "tries", "expect")
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	ago := func(f packfile.Cursor) time.Time { return now.Add(-time.Duration(f.Number() * float64(day))) }
	one := Case{Status: Open}
	packfile.Need(c, fields, "opened", func(f packfile.Cursor) { one.OpenedAt = ago(f) })
	if f, ok := fields["assigned"]; ok {
		one.Status, one.AssignedTo, one.AssignedAt = Assigned, "somebody", ago(f)
	}
	if f, ok := fields["tries"]; ok {
		one.Tries = make([]Attempt, max(min(f.Integer(), 100), 0))
	}
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) { r.expect(f, one, now) })
}

func (r *packReader) expect(c packfile.Cursor, one Case, now time.Time) {
	l := r.pack.Limits
	escalates := l.MustEscalate(one, now)
	want := c.Mapping("late", "escalate", "may_give_up")
	packfile.Need(c, want, "late", func(w packfile.Cursor) {
		got := cmp.Or(l.LateAt(one, now), inTime)
		if packfile.OneOf(w, inTime, NotAssigned, NotTried, NotTold) != got {
			w.Fault("pack.example_failed", "it is %s", got)
		}
	})
	if escalates {
		one.EscalatedAt = now
	}
	_, err := one.GiveUp(one.AssignedTo, now, l)
	for name, is := range map[string]bool{"escalate": escalates, "may_give_up": err == nil} {
		packfile.Need(c, want, name, func(w packfile.Cursor) {
			if w.Boolean() != is {
				w.Fault("pack.example_failed", "%s is %v", name, is)
			}
		})
	}
}
