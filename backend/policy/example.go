package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/policy/packfile"
)

// example is a worked case of one rule, run when the pack is loaded.
type example struct {
	number       int
	name         string
	today        calendar.Date
	person       Person
	history      History
	answers      Answers
	measurements Measurements
	expect       string // none, flag, out, undated, permanent or a date
	at           packfile.Cursor
}

// What an example may expect besides a date.
const (
	expectNone      = "none"
	expectFlag      = "flag"
	expectOut       = "out"     // a measurement out of its limits
	expectUndated   = "undated" // a deferral whose day is not known
	expectPermanent = "permanent"
)

// exampleFields are the fields of an example by phase.
var exampleFields = map[Phase][]string{
	FromHistory:     {"name", "today", "expect", "history"},
	AtGate:          {"name", "today", "expect", "birth", "sex", "repeat"},
	InQuestionnaire: {"name", "today", "expect", "birth", "sex", "answers"},
	InInterview:     {"name", "expect", "sex", "measured", "athlete", "irregular_pulse", "doctor_defers"},
}

func (r *Rule) readExamples(c packfile.Cursor, today calendar.Date) {
	for i, entry := range c.Sequence(packfile.MaxExamples) {
		r.examples = append(r.examples, r.readExample(entry, i+1, today))
	}
	none := func(e example) bool { return e.expect == expectNone }
	hit := func(e example) bool { return e.expect != expectNone }
	if !slices.ContainsFunc(r.examples, none) || !slices.ContainsFunc(r.examples, hit) {
		c.Fault("pack.example_missing", "at least one example that applies and one that does not are needed")
	}
}

func (r *Rule) readExample(c packfile.Cursor, number int, today calendar.Date) example {
	e := example{number: number, today: today, at: c, answers: Answers{}, measurements: Measurements{Values: map[Quantity]float64{}}}
	fields := c.Mapping(exampleFields[r.Phase]...)
	for name, f := range fields {
		switch name {
		case "name":
			e.name = f.Text()
		case "today":
			e.today = f.Date()
		case "birth":
			e.person.BirthDate = f.Date()
		case "sex":
			e.person.Sex = packfile.OneOf(f, Male, Female, "unknown")
		case "repeat":
			e.person.RepeatWithoutReaction = f.Boolean()
		case "history":
			e.history = historyOf(f)
		case "answers":
			e.answers = r.readAnswers(f)
		case "measured":
			e.measurements.Values = measuredOf(f)
		case "athlete":
			e.measurements.EnduranceAthlete = f.Boolean()
		case "irregular_pulse":
			e.measurements.IrregularPulse = f.Boolean()
		case "doctor_defers":
			e.measurements.DoctorDefers = f.Boolean()
		}
	}
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) { e.expect = expectationOf(f) })
	if e.today.IsZero() && r.Phase != InInterview {
		c.Fault("pack.example_today", "the example has no day \"today\", here or in the defaults")
	}
	return e
}

func expectationOf(c packfile.Cursor) string {
	s := c.Text()
	switch s {
	case expectNone, expectFlag, expectOut, expectUndated, expectPermanent, "":
		return s
	}
	if _, err := calendar.Parse(s); err != nil {
		c.Fault("pack.example_expect", "%q is neither none, flag, out, undated, permanent nor a day", s)
	}
	return s
}

func historyOf(c packfile.Cursor) History {
	var h History
	for _, entry := range c.Sequence(packfile.MaxListItems) {
		fields := entry.Mapping("on", "product", "volume", "units", "reaction", "every", "times")
		var d Donation
		every, times := packfile.Period{}, 1
		packfile.Need(entry, fields, "on", func(f packfile.Cursor) { d.On = f.Date() })
		packfile.Need(entry, fields, "product", func(f packfile.Cursor) { d.Product = packfile.OneOf(f, donation.Products()...) })
		for name, f := range fields {
			switch name {
			case "volume":
				d.VolumeML = f.Integer()
			case "units":
				d.Units = f.Integer()
			case "reaction":
				d.Reaction = f.Boolean()
			case "every":
				every = f.Period()
			case "times":
				times = min(max(f.Integer(), 1), packfile.MaxListItems)
			}
		}
		for range times {
			h = append(h, d)
			if every.N > 0 {
				d.On = every.After(d.On)
			}
		}
	}
	return h
}

// readAnswers reads answers and refuses those the rule does not look at: they
// are most often a mistyped linkId.
func (r *Rule) readAnswers(c packfile.Cursor) Answers {
	answers := Answers{}
	fields := c.Mapping()
	for _, linkID := range slices.Sorted(maps.Keys(fields)) {
		f := fields[linkID]
		if r.when != nil && !slices.Contains(r.LinkIDs, linkID) {
			f.Fault("pack.example_answer", "the rule does not read %q", linkID)
		}
		answers[linkID] = f.Plain()
	}
	return answers
}

func measuredOf(c packfile.Cursor) map[Quantity]float64 {
	values := map[Quantity]float64{}
	var known []string
	for _, q := range Quantities() {
		known = append(known, string(q))
	}
	for name, f := range c.Mapping(known...) {
		values[Quantity(name)] = f.Number()
	}
	return values
}

// runExamples reports each example that does not come out as it says.
func (r *Rule) runExamples() {
	for _, e := range r.examples {
		if got := r.run(e); got != e.expect {
			name := strconv.Itoa(e.number)
			if e.name != "" {
				name += fmt.Sprintf(" (%s)", e.name)
			}
			e.at.Within(r.ID).Fault("pack.example_failed", "example %s: expected %s, got %s", name, e.expect, got)
		}
	}
}

func (r *Rule) run(e example) string {
	var o outcome
	switch r.Phase {
	case FromHistory:
		o = r.outcome(factsOfHistory(e.history), e.today)
	case AtGate:
		o = r.outcome(factsOfPerson(e.person, e.today), e.today)
	case InQuestionnaire:
		o = r.outcome(factsOfAnswers(e.person, e.answers, e.today, nil), e.today)
	case InInterview:
		o = r.judge(e.person.Sex, e.measurements)
	}
	switch {
	case !o.applies:
		return expectNone
	case r.Effect.Kind == Flag:
		return expectFlag
	case r.Effect.Kind == Bound:
		return expectOut
	case o.permanent:
		return expectPermanent
	case o.until.IsZero():
		return expectUndated
	}
	return o.until.String()
}
