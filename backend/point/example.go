package point

import (
	"slices"

	"lianxin/backend/donation"
	"lianxin/backend/policy/packfile"
)

// example is a worked case of one rule, run when the pack is loaded.
type example struct {
	name     string
	donation Donation
	birthday Birthday
	expect   int64
	at       packfile.Cursor
}

func (r *Rule) readExamples(c packfile.Cursor) {
	for _, entry := range c.Sequence(packfile.MaxExamples) {
		r.examples = append(r.examples, r.readExample(entry))
	}
	given := func(e example) bool { return e.expect > 0 }
	none := func(e example) bool { return e.expect == 0 }
	if !slices.ContainsFunc(r.examples, given) || !slices.ContainsFunc(r.examples, none) {
		c.Fault("pack.example_missing", "at least one example that gives points and one that gives none are needed")
	}
}

func (r *Rule) readExample(c packfile.Cursor) example {
	e := example{at: c}
	known := []string{"name", "on", "born", "expect", "product", "volume", "units", "nth"}
	if r.Event == OnBirthday {
		known = []string{"name", "on", "born", "expect", "times", "last"}
	}
	fields := c.Mapping(known...)
	packfile.Need(c, fields, "on", func(f packfile.Cursor) { e.donation.On = f.Date() })
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) { e.expect = int64(f.Integer()) })
	for name, f := range fields {
		switch name {
		case "name":
			e.name = f.Text()
		case "born":
			e.donation.Born = f.Date()
		case "product":
			e.donation.Product = packfile.OneOf(f, donation.Products()...)
		case "volume":
			e.donation.VolumeML = f.Integer()
		case "units":
			e.donation.Units = f.Integer()
		case "nth":
			e.donation.Nth = f.Integer()
		case "times":
			e.birthday.Times = f.Integer()
		case "last":
			e.birthday.Last = f.Date()
		}
	}
	e.birthday.On, e.birthday.Born = e.donation.On, e.donation.Born
	return e
}

// runExamples reports each example that does not come out as it says.
func (r *Rule) runExamples() {
	for _, e := range r.examples {
		facts := any(e.donation.facts())
		if r.Event == OnBirthday {
			facts = e.birthday.facts()
		}
		if got := r.worth(facts); got != e.expect {
			e.at.Fault("pack.example_failed", "example %q: expected %d, got %d", e.name, e.expect, got)
		}
	}
}
