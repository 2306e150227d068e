package policy

import (
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// packReader turns documents into a pack.
type packReader struct {
	pack       *Pack
	hasNeutral bool
}

// defaults are what a document says once for all its rules.
type defaults struct {
	phase     Phase
	certainty Certainty
	clause    string
	products  []donation.Product
	advice    lang.Text
	named     bool
	today     calendar.Date
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "neutral", "defaults", "rules")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	if c, ok := fields["neutral"]; ok {
		r.neutral(c)
	}
	def := defaults{products: donation.Products()}
	if c, ok := fields["defaults"]; ok {
		def = r.defaults(c, def)
	}
	if c, ok := fields["rules"]; ok {
		for _, entry := range c.Sequence(packfile.MaxRules) {
			r.rule(entry, def)
		}
	}
}

func (r *packReader) neutral(c packfile.Cursor) {
	if r.hasNeutral {
		c.Fault("pack.duplicate_neutral", "a pack has one set of neutral words")
		return
	}
	r.hasNeutral = true
	n := &r.pack.Neutral
	fields := c.Mapping("text", "ongoing", "advice", "clause")
	packfile.Need(c, fields, "text", func(f packfile.Cursor) { n.Text = f.Template([]string{paramUntil}) })
	packfile.Need(c, fields, "ongoing", func(f packfile.Cursor) { n.Ongoing = f.Template(nil) })
	packfile.Need(c, fields, "advice", func(f packfile.Cursor) { n.Advice = f.Template(nil) })
	packfile.Need(c, fields, "clause", func(f packfile.Cursor) { n.Clause = f.Text() })
}

func (r *packReader) defaults(c packfile.Cursor, d defaults) defaults {
	fields := c.Mapping("phase", "certainty", "clause", "products", "advice", "named", "today")
	for name, f := range fields {
		switch name {
		case "phase":
			d.phase = phaseOf(f)
		case "certainty":
			d.certainty = packfile.OneOf(f, Verified, GeneralKnowledge)
		case "clause":
			d.clause = f.Text()
		case "products":
			d.products = productsOf(f)
		case "advice":
			d.advice = f.Translated()
		case "named":
			d.named = f.Boolean()
		case "today":
			d.today = f.Date()
		}
	}
	return d
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	if !r.pack.Head.IsRead() {
		whole.Fault("pack.no_header", "no document has the field \"pack\", a folder of several files is checked as a whole")
	}
	if !r.hasNeutral {
		whole.Fault("pack.no_neutral", "no document has the field \"neutral\"")
	}
	if len(r.pack.Rules) == 0 {
		whole.Fault("pack.no_rules", "the pack has no rule")
	}
	if n := len(r.pack.Rules); n > packfile.MaxRules {
		whole.Fault("pack.too_many", "%d rules, at most %d are accepted", n, packfile.MaxRules)
	}
}

func phaseOf(c packfile.Cursor) Phase {
	return packfile.OneOf(c, FromHistory, AtGate, InQuestionnaire, InInterview)
}

func productsOf(c packfile.Cursor) []donation.Product {
	var products []donation.Product
	for _, f := range c.Sequence(packfile.MaxListItems) {
		products = append(products, packfile.OneOf(f, donation.Products()...))
	}
	if len(products) == 0 {
		c.Fault("pack.empty", "no product is named")
	}
	return products
}
