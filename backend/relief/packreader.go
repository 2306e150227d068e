package relief

import (
	"slices"

	"lianxin/backend/policy/packfile"
)

// packReader turns documents into a pack. Examples are run when all of it is there.
type packReader struct {
	pack     *Pack
	read     map[string]bool // sections that were there, and ids of rules
	examples []example
}

// sections are the fields of a pack beside its head; those that end with ? may be left out.
var sections = []string{"own", "lifetime?", "relatives", "apheresis", "counting", "components", "fees", "prices?", "documents"}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "own", "lifetime", "relatives", "apheresis", "counting", "components", "fees", "prices", "documents")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	for name, read := range map[string]func(packfile.Cursor){
		"own": r.own, "lifetime": r.lifetime, "apheresis": r.apheresis, "counting": r.counting, "components": r.components, "fees": r.fees,
		"documents": r.documents,
		"relatives": each(packfile.MaxListItems, r.relatives),
		"prices":    each(packfile.MaxListItems, r.prices),
	} {
		c, ok := fields[name]
		if !ok {
			continue
		}
		if r.read[name] {
			c.Fault("pack.duplicate_key", "%q is written twice", name)
			continue
		}
		r.read[name] = true
		read(c)
	}
}

func each(most int, read func(packfile.Cursor)) func(packfile.Cursor) {
	return func(c packfile.Cursor) {
		for _, entry := range c.Sequence(most) {
			read(entry)
		}
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	if !r.pack.Head.IsRead() {
		whole.Fault("pack.no_header", "no document has the field \"pack\"")
	}
	for _, name := range sections {
		if !r.read[name] && name[len(name)-1] != '?' {
			whole.Fault("pack.missing_field", "no document has the field %q", name)
		}
	}
	if whole.Mistakes() > 0 {
		return
	}
	r.pack.examples = len(r.examples)
	for _, e := range r.examples {
		e.run(r.pack)
	}
}

// rule reads what every rule says of itself, and gives the fields of its own.
func (r *packReader) rule(c packfile.Cursor, into *Rule, own ...string) (packfile.Cursor, map[string]packfile.Cursor) {
	c = c.Within(c.Peek("id"))
	fields := c.Mapping(append([]string{"id", "title", "clause", "certainty", "open", "examples"}, own...)...)
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { into.ID = f.ID("own") })
	if r.read["rule "+into.ID] {
		c.Fault("pack.duplicate_rule", "the id is used already")
	}
	r.read["rule "+into.ID] = true
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { into.Title = f.Translated() })
	packfile.Need(c, fields, "clause", func(f packfile.Cursor) { into.Clause = f.Text() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) {
		into.Certainty = f.Certainty()
	})
	if f, ok := fields["open"]; ok {
		text := f.Translated()
		into.Open = &text
	}
	packfile.Need(c, fields, "examples", func(f packfile.Cursor) {
		cases := f.Sequence(packfile.MaxExamples)
		if len(cases) < 2 {
			f.Fault("pack.example_missing", "a rule has two examples at least, so that it is seen from both sides")
		}
		for _, entry := range cases {
			r.examples = append(r.examples, readExample(entry.Within(into.ID)))
		}
	})
	return c, fields
}

func (r *packReader) own(c packfile.Cursor) {
	c, fields := r.rule(c, &r.pack.Own.Rule, "terms")
	packfile.Need(c, fields, "terms", func(f packfile.Cursor) { r.pack.Own.Terms = termsOf(f) })
}

func (r *packReader) lifetime(c packfile.Cursor) {
	r.pack.Lifetime = &LimitRule{}
	c, fields := r.rule(c, &r.pack.Lifetime.Rule, "when")
	packfile.Need(c, fields, "when", func(f packfile.Cursor) { r.pack.Lifetime.when = conditionOf(f) })
}

func (r *packReader) relatives(c packfile.Cursor) {
	rule := EarnRule{}
	c, fields := r.rule(c, &rule.Rule, "relations", "when", "terms")
	packfile.Need(c, fields, "relations", func(f packfile.Cursor) { rule.Relations = listOf(f, Relations()[1:]...) })
	packfile.Need(c, fields, "terms", func(f packfile.Cursor) { rule.Terms = termsOf(f) })
	if f, ok := fields["when"]; ok {
		rule.when = conditionOf(f)
	}
	r.pack.Relatives = append(r.pack.Relatives, rule)
}

func (r *packReader) apheresis(c packfile.Cursor) {
	c, fields := r.rule(c, &r.pack.Apheresis.Rule, "unit_ml")
	packfile.Need(c, fields, "unit_ml", func(f packfile.Cursor) { r.pack.Apheresis.UnitML = within(f, 1, maxConversion) })
}

func (r *packReader) counting(c packfile.Cursor) {
	n := &r.pack.Counting
	c, fields := r.rule(c, &n.Rule, "unqualified", "add_up", "before_donation")
	packfile.Need(c, fields, "unqualified", func(f packfile.Cursor) { n.Unqualified = packfile.OneOf(f, InFull, Equally, NotAt) })
	packfile.Need(c, fields, "add_up", func(f packfile.Cursor) { n.AddUp = f.Boolean() })
	packfile.Need(c, fields, "before_donation", func(f packfile.Cursor) { n.BeforeDonation = f.Boolean() })
}

func (r *packReader) fees(c packfile.Cursor) {
	c, fields := r.rule(c, &r.pack.Fees.Rule, "covered")
	packfile.Need(c, fields, "covered", func(f packfile.Cursor) { r.pack.Fees.Covered = listOf(f, Fees()...) })
}

func conditionOf(c packfile.Cursor) *packfile.Expression {
	e, err := packfile.Compile(c.Code(), history{}, packfile.Bool, packfile.Literal{})
	if err != nil {
		c.Fault("pack.expression", "%v", err)
		return nil
	}
	return e
}

// Bounds of what a pack may say.
const (
	maxTimes      = 100
	maxConversion = 2000 // mL of one unit
)

// termsOf reads terms: each ends after the one before, and only the last has no end.
func termsOf(c packfile.Cursor) (terms []Term) {
	for _, entry := range c.Sequence(packfile.MaxListItems) {
		t := Term{}
		fields := entry.Mapping("for", "times")
		packfile.Need(entry, fields, "times", func(f packfile.Cursor) { t.Times = within(f, 0, maxTimes) })
		if f, ok := fields["for"]; ok {
			t.For = f.Period()
		}
		if n := len(terms); n > 0 && (terms[n-1].For.N == 0 || t.For.N > 0 && !isLonger(t.For, terms[n-1].For)) {
			entry.Fault("pack.not_after", "a term ends after the one before, and only the last has no end")
		}
		terms = append(terms, t)
	}
	if len(terms) == 0 {
		c.Fault("pack.empty", "there is no term")
	}
	return terms
}

func isLonger(a, b packfile.Period) bool { return a.After(day0).After(b.After(day0)) }

// listOf reads a list of known words, each once.
func listOf[T ~string](c packfile.Cursor, known ...T) (words []T) {
	for _, entry := range c.Sequence(packfile.MaxListItems) {
		word := packfile.OneOf(entry, known...)
		if slices.Contains(words, word) {
			entry.Fault("pack.duplicate_key", "%q is written twice", word)
		}
		words = append(words, word)
	}
	return words
}

// within reads a whole number with bounds.
func within(c packfile.Cursor, least, most int64) int64 {
	n := int64(c.Integer())
	if n < least || n > most {
		c.Fault("pack.not_number", "%d is not from %d to %d", n, least, most)
		return least
	}
	return n
}
