package policy

import (
	"fmt"
	"regexp"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

// packReader turns documents into a pack and collects every mistake.
type packReader struct {
	pack                  *Pack
	faults                *faultList
	hasHeader, hasNeutral bool
	unreadable            bool // a file is not YAML at all
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

var (
	kebab    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	version  = regexp.MustCompile(`^[0-9]{4}\.[0-9]{1,4}$`)
	regionID = regexp.MustCompile(`^(CN|[0-9]{6})$`)
)

func (r *packReader) document(d document) {
	top := cursor{d.file, "", d.body, startLine(d.body, 1), r.faults}
	fields := top.mapping("pack", "neutral", "defaults", "rules")
	if c, ok := fields["pack"]; ok {
		r.header(c)
	}
	if c, ok := fields["neutral"]; ok {
		r.neutral(c)
	}
	def := defaults{products: donation.Products()}
	if c, ok := fields["defaults"]; ok {
		def = r.defaults(c, def)
	}
	if c, ok := fields["rules"]; ok {
		for _, entry := range c.sequence(MaxRules) {
			r.rule(entry, def)
		}
	}
}

func (r *packReader) header(c cursor) {
	if r.hasHeader {
		c.fault("pack.duplicate_header", "a pack has one header; the other one is in another document")
		return
	}
	r.hasHeader = true
	p := r.pack
	fields := c.mapping("id", "version", "region", "title", "from", "until", "source")
	need(c, fields, "id", func(f cursor) { p.ID = f.matching(kebab, "donor-selection") })
	need(c, fields, "version", func(f cursor) { p.Version = f.matching(version, "2026.1") })
	need(c, fields, "region", func(f cursor) { p.Region = f.matching(regionID, "CN or 110000") })
	need(c, fields, "title", func(f cursor) { p.Title = f.translated() })
	need(c, fields, "from", func(f cursor) { p.From = f.date() })
	need(c, fields, "source", func(f cursor) { p.Source = f.text() })
	if f, ok := fields["until"]; ok {
		if p.Until = f.date(); !p.Until.IsZero() && !p.Until.After(p.From) {
			f.fault("pack.not_after", "until %s is not after from %s", p.Until, p.From)
		}
	}
}

func (r *packReader) neutral(c cursor) {
	if r.hasNeutral {
		c.fault("pack.duplicate_neutral", "a pack has one set of neutral words")
		return
	}
	r.hasNeutral = true
	n := &r.pack.Neutral
	fields := c.mapping("text", "ongoing", "advice", "clause")
	need(c, fields, "text", func(f cursor) { n.Text = f.template([]string{paramUntil}) })
	need(c, fields, "ongoing", func(f cursor) { n.Ongoing = f.template(nil) })
	need(c, fields, "advice", func(f cursor) { n.Advice = f.template(nil) })
	need(c, fields, "clause", func(f cursor) { n.Clause = f.text() })
}

func (r *packReader) defaults(c cursor, d defaults) defaults {
	fields := c.mapping("phase", "certainty", "clause", "products", "advice", "named", "today")
	for name, f := range fields {
		switch name {
		case "phase":
			d.phase = f.phase()
		case "certainty":
			d.certainty = oneOf(f, Verified, GeneralKnowledge)
		case "clause":
			d.clause = f.text()
		case "products":
			d.products = f.products()
		case "advice":
			d.advice = f.translated()
		case "named":
			d.named = f.boolean()
		case "today":
			d.today = f.date()
		}
	}
	return d
}

// finish checks what only the whole pack can tell; what could not be read at all
// has been reported and would only be reported again.
func (r *packReader) finish(file string) {
	if r.unreadable {
		return
	}
	if !r.hasHeader {
		r.faults.add(file, 1, "pack.no_header", "no document has the field \"pack\", a folder of several files is checked as a whole")
	}
	if !r.hasNeutral {
		r.faults.add(file, 1, "pack.no_neutral", "no document has the field \"neutral\"")
	}
	if len(r.pack.Rules) == 0 {
		r.faults.add(file, 1, "pack.no_rules", "the pack has no rule")
	}
	if n := len(r.pack.Rules); n > MaxRules {
		r.faults.add(file, 1, "pack.too_many", fmt.Sprintf("%d rules, at most %d are accepted", n, MaxRules))
	}
}

// need reads a field that must be there.
func need(c cursor, fields map[string]cursor, name string, read func(cursor)) {
	f, ok := fields[name]
	if !ok {
		c.fault("pack.missing_field", "field %q is missing", name)
		return
	}
	read(f)
}

func (c cursor) matching(pattern *regexp.Regexp, like string) string {
	s := c.text()
	if s != "" && !pattern.MatchString(s) {
		c.fault("pack.not_well_formed", "%q is not written like %s", s, like)
	}
	return s
}

func (c cursor) phase() Phase {
	return oneOf(c, FromHistory, AtGate, InQuestionnaire, InInterview)
}

func (c cursor) products() []donation.Product {
	var products []donation.Product
	for _, f := range c.sequence(maxListItems) {
		products = append(products, oneOf(f, donation.Products()...))
	}
	if len(products) == 0 {
		c.fault("pack.empty", "no product is named")
	}
	return products
}

// template reads a translated text whose placeholders are known.
func (c cursor) template(params []string) lang.Text {
	t := c.translated()
	for _, s := range []string{t.ZH, t.EN} {
		if err := checkTemplate(s, params); err != nil {
			c.fault("pack.template", "%v", err)
		}
	}
	return t
}
