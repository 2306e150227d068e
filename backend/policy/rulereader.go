package policy

import (
	"lianxin/backend/policy/packfile"
	"maps"
	"slices"
	"strings"
)

// rule reads one rule and runs its examples.
func (r *packReader) rule(c packfile.Cursor, def defaults) {
	before := c.Mistakes()
	c = c.Within(c.Peek("id"))
	fields := c.Mapping("id", "title", "clause", "certainty", "phase", "products", "named", "when", "effect",
		"text", "advice", "staff", "examples")
	if fields == nil {
		return
	}
	rule := &Rule{File: c.File(), Line: c.Line(), Phase: def.phase, Certainty: def.certainty, Clause: def.clause,
		Products: def.products, Named: def.named, Advice: def.advice}
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { rule.ID = f.ID("tooth-extraction") })
	r.register(c, rule)
	rule.readOverrides(c, fields)
	if f, ok := fields["effect"]; ok {
		rule.readEffect(f)
	} else {
		c.Fault("pack.missing_field", "field %q is missing", "effect")
	}
	rule.readWhen(c, fields)
	rule.readTexts(c, fields)
	packfile.Need(c, fields, "examples", func(f packfile.Cursor) { rule.readExamples(f, def.today) })
	if c.Mistakes() == before {
		rule.runExamples()
	}
}

func (r *packReader) register(c packfile.Cursor, rule *Rule) {
	switch other, twice := r.pack.byID[rule.ID]; {
	case twice:
		c.Fault("pack.duplicate_rule", "the id is already used at %s:%d", other.File, other.Line)
	case rule.ID == NeutralRule:
		c.Fault("pack.reserved_rule", "the id is kept for the neutral words")
	default:
		r.pack.byID[rule.ID] = rule
		r.pack.Rules = append(r.pack.Rules, rule)
	}
}

// readOverrides reads what the defaults of the document may have said already.
func (r *Rule) readOverrides(c packfile.Cursor, fields map[string]packfile.Cursor) {
	for name, f := range fields {
		switch name {
		case "phase":
			r.Phase = phaseOf(f)
		case "certainty":
			r.Certainty = packfile.OneOf(f, Verified, GeneralKnowledge)
		case "clause":
			r.Clause = f.Text()
		case "products":
			r.Products = productsOf(f)
		case "named":
			r.Named = f.Boolean()
		}
	}
	// What these phases find is for the donor's screen by nature.
	r.Named = r.Named || r.Phase == FromHistory || r.Phase == AtGate
	for name, missing := range map[string]bool{
		"phase": r.Phase == "", "certainty": r.Certainty == "", "clause": strings.TrimSpace(r.Clause) == "",
	} {
		if missing {
			c.Fault("pack.missing_field", "field %q is missing, here and in the defaults", name)
		}
	}
}

func (r *Rule) readWhen(c packfile.Cursor, fields map[string]packfile.Cursor) {
	r.When = "true"
	if f, ok := fields["when"]; ok {
		r.When, c = f.Code(), f
	} else if r.Effect.Kind != Bound {
		c.Fault("pack.missing_field", "field %q is missing", "when")
		return
	}
	r.when = r.compile(c, r.When, packfile.Bool)
}

func (r *Rule) readTexts(c packfile.Cursor, fields map[string]packfile.Cursor) {
	params := r.Effect.params()
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { r.Title = f.Template(nil) })
	packfile.Need(c, fields, "text", func(f packfile.Cursor) { r.Text = f.Template(params) })
	if f, ok := fields["staff"]; ok {
		r.Staff = f.Template(nil)
	}
	if f, ok := fields["advice"]; ok {
		r.Advice, c = f.Translated(), f
	}
	if !r.Advice.IsComplete() {
		c.Fault("pack.missing_translation", "the advice is missing in one language, here and in the defaults")
	}
	for _, s := range []string{r.Advice.ZH, r.Advice.EN} {
		if err := packfile.CheckTemplate(s, params); err != nil {
			c.Fault("pack.template", "advice: %v", err)
		}
	}
}

func (r *Rule) readEffect(c packfile.Cursor) {
	fields := c.Mapping("defer", "from", "until", "flag", "bound", "unit", "min", "max", "below", "one_of")
	var allowed []string
	switch kinds := present(fields, "defer", "until", "flag", "bound"); {
	case len(kinds) != 1:
		c.Fault("pack.effect", "an effect is exactly one of defer, until, flag or bound")
		return
	case kinds[0] == "defer":
		allowed = r.readDefer(c, fields)
	case kinds[0] == "until":
		f := fields["until"]
		r.Effect = Effect{Kind: Defer, Until: f.Code()}
		r.from = r.compile(f, r.Effect.Until, packfile.Date)
		allowed = []string{"until"}
	case kinds[0] == "flag":
		r.Effect = Effect{Kind: Flag}
		if f := fields["flag"]; !f.Boolean() {
			f.Fault("pack.effect", "flag is true or left out")
		}
		allowed = []string{"flag"}
	default:
		allowed = r.readBound(c, fields)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(allowed, name) {
			f := fields[name]
			f.Fault("pack.effect", "%q does not belong to this kind of effect", name)
		}
	}
}

func present(fields map[string]packfile.Cursor, names ...string) []string {
	var found []string
	for _, n := range names {
		if _, ok := fields[n]; ok {
			found = append(found, n)
		}
	}
	return found
}

func (r *Rule) readDefer(c packfile.Cursor, fields map[string]packfile.Cursor) []string {
	f := fields["defer"]
	r.Effect = Effect{Kind: Defer}
	s := f.Text()
	if s == "permanent" {
		r.Effect.Permanent = true
		return []string{"defer"}
	}
	r.Effect.For = f.Period()
	packfile.Need(c, fields, "from", func(f packfile.Cursor) {
		r.Effect.From = f.Code()
		r.from = r.compile(f, r.Effect.From, packfile.Date)
	})
	return []string{"defer", "from"}
}

func (r *Rule) readBound(c packfile.Cursor, fields map[string]packfile.Cursor) []string {
	l := Limits{Of: packfile.OneOf(fields["bound"], Quantities()...)}
	packfile.Need(c, fields, "unit", func(f packfile.Cursor) { l.Unit = f.Text() })
	for name, into := range map[string]**float64{"min": &l.Min, "max": &l.Max, "below": &l.Below} {
		if f, ok := fields[name]; ok {
			v := f.Number()
			*into = &v
		}
	}
	if f, ok := fields["one_of"]; ok {
		for _, v := range f.Sequence(packfile.MaxListItems) {
			l.OneOf = append(l.OneOf, v.Number())
		}
	}
	if l.Min == nil && l.Max == nil && l.Below == nil && l.OneOf == nil {
		c.Fault("pack.effect", "a bound has at least one of min, max, below or one_of")
	}
	if r.Phase != InInterview {
		c.Fault("pack.effect", "only an interview rule bounds a measurement")
	}
	r.Effect = Effect{Kind: Bound, Limits: l}
	return []string{"bound", "unit", "min", "max", "below", "one_of"}
}
