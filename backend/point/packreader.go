package point

import (
	"reflect"

	"lianxin/backend/policy/packfile"
)

// packReader turns documents into a pack.
type packReader struct{ pack *Pack }

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "returned", "redemption", "rules")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	if c, ok := fields["returned"]; ok {
		r.pack.Returned = c.Period()
	}
	if c, ok := fields["redemption"]; ok {
		r.pack.Redeem.read(c.Within("redemption"))
	}
	if c, ok := fields["rules"]; ok {
		for _, entry := range c.Sequence(packfile.MaxRules) {
			r.rule(entry.Within(entry.Peek("id")))
		}
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	if !r.pack.Head.IsRead() {
		whole.Fault("pack.no_header", "no document has the field \"pack\"")
	}
	if r.pack.Returned.N == 0 {
		whole.Fault("pack.missing_field", "field %q is missing", "returned")
	}
	if r.pack.Redeem.HoldFor == 0 {
		whole.Fault("pack.missing_field", "field %q is missing", "redemption")
	}
	if len(r.pack.Rules) == 0 {
		whole.Fault("pack.no_rules", "the pack has no rule")
	}
}

func (r *packReader) rule(c packfile.Cursor) {
	before := c.Mistakes()
	fields := c.Mapping("id", "title", "event", "clause", "certainty", "when", "points", "expires", "examples")
	if fields == nil {
		return
	}
	rule := &Rule{}
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { rule.ID = f.ID("per-donation") })
	if _, twice := r.pack.Rule(rule.ID); twice {
		c.Fault("pack.duplicate_rule", "the id is used already")
	}
	r.pack.Rules = append(r.pack.Rules, rule)
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { rule.Title = f.Translated() })
	packfile.Need(c, fields, "event", func(f packfile.Cursor) { rule.Event = packfile.OneOf(f, OnDonation, OnBirthday) })
	packfile.Need(c, fields, "clause", func(f packfile.Cursor) { rule.Clause = f.Text() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) {
		rule.Certainty = f.Certainty()
	})
	packfile.Need(c, fields, "when", func(f packfile.Cursor) { rule.when = rule.compile(f, packfile.Bool) })
	packfile.Need(c, fields, "points", func(f packfile.Cursor) { rule.points = rule.compile(f, packfile.Int) })
	packfile.Need(c, fields, "expires", func(f packfile.Cursor) { rule.Expires = expiryOf(f) })
	packfile.Need(c, fields, "examples", func(f packfile.Cursor) { rule.readExamples(f) })
	if c.Mistakes() == before {
		rule.runExamples()
	}
}

func expiryOf(c packfile.Cursor) packfile.Period {
	if c.Text() == "never" {
		return packfile.Period{}
	}
	return c.Period()
}

func (r *Rule) compile(c packfile.Cursor, want reflect.Type) *packfile.Expression {
	facts := map[Event]any{OnDonation: donationFacts{}, OnBirthday: birthdayFacts{}}[r.Event]
	if facts == nil {
		return nil // reported already
	}
	e, err := packfile.Compile(c.Code(), facts, want, packfile.Literal{Facts: []string{"between"}, Note: checkDays})
	if err != nil {
		c.Fault("pack.expression", "%v", err)
		return nil
	}
	return e
}
