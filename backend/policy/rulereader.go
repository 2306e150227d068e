package policy

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

var boolType = reflect.TypeFor[bool]()

// rule reads one rule and runs its examples.
func (r *packReader) rule(c cursor, def defaults) {
	before := len(r.faults.found) + r.faults.dropped
	c = c.within(c.peek("id"))
	fields := c.mapping("id", "title", "clause", "certainty", "phase", "products", "named", "when", "effect",
		"text", "advice", "staff", "examples")
	if fields == nil {
		return
	}
	rule := &Rule{File: c.file, Line: c.line, Phase: def.phase, Certainty: def.certainty, Clause: def.clause,
		Products: def.products, Named: def.named, Advice: def.advice}
	need(c, fields, "id", func(f cursor) { rule.ID = f.matching(kebab, "tooth-extraction") })
	r.register(c, rule)
	rule.readOverrides(c, fields)
	if f, ok := fields["effect"]; ok {
		rule.readEffect(f)
	} else {
		c.fault("pack.missing_field", "field %q is missing", "effect")
	}
	rule.readWhen(c, fields)
	rule.readTexts(c, fields)
	need(c, fields, "examples", func(f cursor) { rule.readExamples(f, def.today) })
	if len(r.faults.found)+r.faults.dropped == before {
		rule.runExamples()
	}
}

func (c cursor) within(rule string) cursor {
	c.rule = rule
	return c
}

func (r *packReader) register(c cursor, rule *Rule) {
	switch other, twice := r.pack.byID[rule.ID]; {
	case twice:
		c.fault("pack.duplicate_rule", "the id is already used at %s:%d", other.File, other.Line)
	case rule.ID == NeutralRule:
		c.fault("pack.reserved_rule", "the id is kept for the neutral words")
	default:
		r.pack.byID[rule.ID] = rule
		r.pack.Rules = append(r.pack.Rules, rule)
	}
}

// readOverrides reads what the defaults of the document may have said already.
func (r *Rule) readOverrides(c cursor, fields map[string]cursor) {
	for name, f := range fields {
		switch name {
		case "phase":
			r.Phase = f.phase()
		case "certainty":
			r.Certainty = oneOf(f, Verified, GeneralKnowledge)
		case "clause":
			r.Clause = f.text()
		case "products":
			r.Products = f.products()
		case "named":
			r.Named = f.boolean()
		}
	}
	// What these phases find is for the donor's screen by nature.
	r.Named = r.Named || r.Phase == FromHistory || r.Phase == AtGate
	for name, missing := range map[string]bool{
		"phase": r.Phase == "", "certainty": r.Certainty == "", "clause": strings.TrimSpace(r.Clause) == "",
	} {
		if missing {
			c.fault("pack.missing_field", "field %q is missing, here and in the defaults", name)
		}
	}
}

func (r *Rule) readWhen(c cursor, fields map[string]cursor) {
	r.When = "true"
	if f, ok := fields["when"]; ok {
		r.When, c = f.code(), f
	} else if r.Effect.Kind != Bound {
		c.fault("pack.missing_field", "field %q is missing", "when")
		return
	}
	r.when = r.compile(c, r.When, boolType)
}

func (r *Rule) compile(c cursor, source string, want reflect.Type) *expression {
	if factsOf[r.Phase] == nil || source == "" {
		return nil // reported already
	}
	e, err := compile(source, r.Phase, want)
	if err != nil {
		c.fault("pack.expression", "%v", err)
		return nil
	}
	for _, id := range e.linkIDs {
		if !slices.Contains(r.LinkIDs, id) {
			r.LinkIDs = append(r.LinkIDs, id)
		}
	}
	for _, code := range e.codes {
		if !slices.Contains(r.Codes, code) {
			r.Codes = append(r.Codes, code)
		}
	}
	return e
}

func (r *Rule) readTexts(c cursor, fields map[string]cursor) {
	params := r.Effect.params()
	need(c, fields, "title", func(f cursor) { r.Title = f.template(nil) })
	need(c, fields, "text", func(f cursor) { r.Text = f.template(params) })
	if f, ok := fields["staff"]; ok {
		r.Staff = f.template(nil)
	}
	if f, ok := fields["advice"]; ok {
		r.Advice, c = f.translated(), f
	}
	if !r.Advice.IsComplete() {
		c.fault("pack.missing_translation", "the advice is missing in one language, here and in the defaults")
	}
	for _, s := range []string{r.Advice.ZH, r.Advice.EN} {
		if err := checkTemplate(s, params); err != nil {
			c.fault("pack.template", "advice: %v", err)
		}
	}
}

func (r *Rule) readEffect(c cursor) {
	fields := c.mapping("defer", "from", "until", "flag", "bound", "unit", "min", "max", "below", "one_of")
	var allowed []string
	switch kinds := present(fields, "defer", "until", "flag", "bound"); {
	case len(kinds) != 1:
		c.fault("pack.effect", "an effect is exactly one of defer, until, flag or bound")
		return
	case kinds[0] == "defer":
		allowed = r.readDefer(c, fields)
	case kinds[0] == "until":
		f := fields["until"]
		r.Effect = Effect{Kind: Defer, Until: f.code()}
		r.from = r.compile(f, r.Effect.Until, dateType)
		allowed = []string{"until"}
	case kinds[0] == "flag":
		r.Effect = Effect{Kind: Flag}
		if f := fields["flag"]; !f.boolean() {
			f.fault("pack.effect", "flag is true or left out")
		}
		allowed = []string{"flag"}
	default:
		allowed = r.readBound(c, fields)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(allowed, name) {
			f := fields[name]
			f.fault("pack.effect", "%q does not belong to this kind of effect", name)
		}
	}
}

func present(fields map[string]cursor, names ...string) []string {
	var found []string
	for _, n := range names {
		if _, ok := fields[n]; ok {
			found = append(found, n)
		}
	}
	return found
}

func (r *Rule) readDefer(c cursor, fields map[string]cursor) []string {
	f := fields["defer"]
	r.Effect = Effect{Kind: Defer}
	s := f.text()
	if s == "permanent" {
		r.Effect.Permanent = true
		return []string{"defer"}
	}
	period, err := ParsePeriod(s)
	if err != nil {
		f.fault("pack.period", "%v", err)
	}
	r.Effect.For = period
	need(c, fields, "from", func(f cursor) {
		r.Effect.From = f.code()
		r.from = r.compile(f, r.Effect.From, dateType)
	})
	return []string{"defer", "from"}
}

func (r *Rule) readBound(c cursor, fields map[string]cursor) []string {
	l := Limits{Of: oneOf(fields["bound"], Quantities()...)}
	need(c, fields, "unit", func(f cursor) { l.Unit = f.text() })
	for name, into := range map[string]**float64{"min": &l.Min, "max": &l.Max, "below": &l.Below} {
		if f, ok := fields[name]; ok {
			v := f.number()
			*into = &v
		}
	}
	if f, ok := fields["one_of"]; ok {
		for _, v := range f.sequence(maxListItems) {
			l.OneOf = append(l.OneOf, v.number())
		}
	}
	if l.Min == nil && l.Max == nil && l.Below == nil && l.OneOf == nil {
		c.fault("pack.effect", "a bound has at least one of min, max, below or one_of")
	}
	if r.Phase != InInterview {
		c.fault("pack.effect", "only an interview rule bounds a measurement")
	}
	r.Effect = Effect{Kind: Bound, Limits: l}
	return []string{"bound", "unit", "min", "max", "below", "one_of"}
}
