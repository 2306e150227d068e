package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
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
	at           cursor
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

func (r *Rule) readExamples(c cursor, today calendar.Date) {
	for i, entry := range c.sequence(MaxExamples) {
		r.examples = append(r.examples, r.readExample(entry, i+1, today))
	}
	none := func(e example) bool { return e.expect == expectNone }
	hit := func(e example) bool { return e.expect != expectNone }
	if !slices.ContainsFunc(r.examples, none) || !slices.ContainsFunc(r.examples, hit) {
		c.fault("pack.example_missing", "at least one example that applies and one that does not are needed")
	}
}

func (r *Rule) readExample(c cursor, number int, today calendar.Date) example {
	e := example{number: number, today: today, at: c, answers: Answers{}, measurements: Measurements{Values: map[Quantity]float64{}}}
	fields := c.mapping(exampleFields[r.Phase]...)
	for name, f := range fields {
		switch name {
		case "name":
			e.name = f.text()
		case "today":
			e.today = f.date()
		case "birth":
			e.person.BirthDate = f.date()
		case "sex":
			e.person.Sex = oneOf(f, Male, Female, "unknown")
		case "repeat":
			e.person.RepeatWithoutReaction = f.boolean()
		case "history":
			e.history = f.history()
		case "answers":
			e.answers = r.readAnswers(f)
		case "measured":
			e.measurements.Values = f.measured()
		case "athlete":
			e.measurements.EnduranceAthlete = f.boolean()
		case "irregular_pulse":
			e.measurements.IrregularPulse = f.boolean()
		case "doctor_defers":
			e.measurements.DoctorDefers = f.boolean()
		}
	}
	need(c, fields, "expect", func(f cursor) { e.expect = f.expectation() })
	if e.today.IsZero() && r.Phase != InInterview {
		c.fault("pack.example_today", "the example has no day \"today\", here or in the defaults")
	}
	return e
}

func (c cursor) expectation() string {
	s := c.text()
	switch s {
	case expectNone, expectFlag, expectOut, expectUndated, expectPermanent, "":
		return s
	}
	if _, err := calendar.Parse(s); err != nil {
		c.fault("pack.example_expect", "%q is neither none, flag, out, undated, permanent nor a day", s)
	}
	return s
}

func (c cursor) history() History {
	var h History
	for _, entry := range c.sequence(maxListItems) {
		fields := entry.mapping("on", "product", "volume", "units", "reaction", "every", "times")
		var d Donation
		every, times := Period{}, 1
		need(entry, fields, "on", func(f cursor) { d.On = f.date() })
		need(entry, fields, "product", func(f cursor) { d.Product = oneOf(f, donation.Products()...) })
		for name, f := range fields {
			switch name {
			case "volume":
				d.VolumeML = f.integer()
			case "units":
				d.Units = f.integer()
			case "reaction":
				d.Reaction = f.boolean()
			case "every":
				every = f.period()
			case "times":
				times = min(max(f.integer(), 1), maxListItems)
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

func (c cursor) period() Period {
	p, err := ParsePeriod(c.text())
	if err != nil {
		c.fault("pack.period", "%v", err)
	}
	return p
}

// readAnswers reads answers and refuses those the rule does not look at: they
// are most often a mistyped linkId.
func (r *Rule) readAnswers(c cursor) Answers {
	answers := Answers{}
	fields := c.mapping()
	for _, linkID := range slices.Sorted(maps.Keys(fields)) {
		f := fields[linkID]
		if r.when != nil && !slices.Contains(r.LinkIDs, linkID) {
			f.fault("pack.example_answer", "the rule does not read %q", linkID)
		}
		answers[linkID] = f.answer()
	}
	return answers
}

func (c cursor) answer() any {
	switch c.node.(type) {
	case *ast.BoolNode:
		return c.boolean()
	case *ast.IntegerNode, *ast.FloatNode:
		return c.number()
	case *ast.SequenceNode:
		codes := []string{}
		for _, entry := range c.sequence(maxListItems) {
			codes = append(codes, entry.text())
		}
		return codes
	}
	return c.text()
}

func (c cursor) measured() map[Quantity]float64 {
	values := map[Quantity]float64{}
	var known []string
	for _, q := range Quantities() {
		known = append(known, string(q))
	}
	for name, f := range c.mapping(known...) {
		values[Quantity(name)] = f.number()
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
			e.at.within(r.ID).fault("pack.example_failed", "example %s: expected %s, got %s", name, e.expect, got)
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
