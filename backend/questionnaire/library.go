package questionnaire

import (
	"strings"

	"lianxin/backend/fault"
)

// Library is the forms, value sets and code systems that checks may look up,
// besides those a form contains itself. The built-in ones of HL7 are always there.
type Library struct {
	forms   []*Questionnaire
	sets    map[string]*ValueSet // by canonical without version, or "#id"
	systems map[string]*CodeSystem
}

// NewLibrary returns an empty library.
func NewLibrary() *Library {
	return &Library{sets: map[string]*ValueSet{}, systems: map[string]*CodeSystem{}}
}

// Add reads a Questionnaire, ValueSet, CodeSystem, or a Bundle of them.
// Faults: as Parse, and questionnaire.wrong_resource for any other resource.
func (l *Library) Add(doc []byte) error {
	root, err := parseNode(doc)
	if err != nil {
		return err
	}
	r := &reader{doc: doc}
	name := "document"
	if t := root.get("resourceType"); t != nil && t.kind == isString {
		name = t.text
	}
	place := at{root, name}
	if !r.want(place, isObject) {
		return r.err()
	}
	switch name {
	case "Questionnaire":
		l.forms = append(l.forms, r.questionnaire(place))
	case "ValueSet", "CodeSystem":
		r.terminology(place, l)
	case "Bundle":
		for _, entry := range r.objects(place, "entry") {
			if resource, ok := r.object(entry, "resource"); ok {
				l.addEntry(r, resource)
			}
		}
	default:
		return fault.New(fault.Invalid, "questionnaire.wrong_resource").
			At("resourceType", "questionnaire.wrong_resource", "expected Questionnaire, ValueSet, CodeSystem or Bundle")
	}
	return r.err()
}

func (l *Library) addEntry(r *reader, resource at) {
	if r.text(resource, "resourceType") == "Questionnaire" {
		l.forms = append(l.forms, r.questionnaire(resource))
		return
	}
	r.terminology(resource, l)
}

// Resolve finds the form a response names; nil when it is not here. A response
// that names none is taken to mean the only form there is.
func (l *Library) Resolve(r *Response) *Questionnaire {
	if id, ok := strings.CutPrefix(r.Questionnaire, "#"); ok {
		return r.forms[id]
	}
	for _, q := range l.forms {
		if q.answers(r.Questionnaire) && (r.Questionnaire != "" || len(l.forms) == 1) {
			return q
		}
	}
	return nil
}

// terms looks codes up in a form's own value sets, in a library, and in the
// built-in ones, in this order.
type terms struct{ libraries []*Library }

func newTerms(q *Questionnaire, library *Library) terms {
	var t terms
	for _, l := range []*Library{q.contained, library, builtIn()} {
		if l != nil {
			t.libraries = append(t.libraries, l)
		}
	}
	return t
}

func (t terms) set(canonical string) *ValueSet {
	url, version, versioned := strings.Cut(canonical, "|")
	for _, l := range t.libraries {
		if vs := l.sets[url]; vs != nil && (!versioned || vs.Version == "" || vs.Version == version) {
			return vs
		}
	}
	return nil
}

func (t terms) system(url string) *CodeSystem {
	for _, l := range t.libraries {
		if cs := l.systems[url]; cs != nil {
			return cs
		}
	}
	return nil
}

// holds tells whether a value set contains a coding, its display included.
func (t terms) holds(canonical string, coding Coding) membership {
	return t.contains(canonical, coding, false, 0)
}

// holdsCode is holds for a plain string, which may be a code of any system.
func (t terms) holdsCode(canonical, code string) membership {
	return t.contains(canonical, Coding{Code: code}, true, 0)
}

func (t terms) contains(canonical string, coding Coding, anySystem bool, depth int) membership {
	vs := t.set(canonical)
	if vs == nil || depth > maxSets {
		return unavailable
	}
	if vs.expanded {
		return among(vs.expansion, coding, anySystem)
	}
	for _, x := range vs.exclude {
		if got := t.part(x, coding, anySystem, depth); got != absent {
			return map[membership]membership{present: absent, unavailable: unavailable}[got]
		}
	}
	answer := absent
	for _, part := range vs.include {
		switch t.part(part, coding, anySystem, depth) {
		case present:
			return present
		case unavailable:
			answer = unavailable
		}
	}
	return answer
}

// part decides one include: in its system's codes and in every value set named.
func (t terms) part(p include, coding Coding, anySystem bool, depth int) membership {
	for _, other := range p.valueSets {
		if got := t.contains(other, coding, anySystem, depth+1); got != present {
			return got
		}
	}
	switch {
	case p.system == "":
		if len(p.valueSets) == 0 {
			return absent
		}
		return present
	case !anySystem && coding.System != p.system:
		return absent
	case p.filtered:
		return unavailable
	case p.canonical != "":
		return converts(coding.Code, p.canonical)
	case len(p.concepts) > 0:
		return among(t.named(p.concepts), coding, anySystem)
	}
	return t.inSystem(p.system, coding, anySystem)
}

// named gives concepts without a display the one their code system has.
func (t terms) named(concepts []Concept) []Concept {
	out := make([]Concept, len(concepts))
	for i, c := range concepts {
		out[i] = c
		cs := t.system(c.System)
		if c.Display != "" || cs == nil {
			continue
		}
		for _, known := range cs.concepts {
			if known.Code == c.Code {
				out[i] = known
			}
		}
	}
	return out
}

func (t terms) inSystem(system string, coding Coding, anySystem bool) membership {
	if grammar, ok := grammars[system]; ok {
		if grammar(coding.Code) {
			return present
		}
		return absent
	}
	cs := t.system(system)
	if cs == nil {
		return unavailable
	}
	got := among(cs.concepts, coding, anySystem)
	if got == absent && !cs.complete {
		return unavailable
	}
	return got
}

// expand lists a value set's codes for choosing; ok is false when a part of it
// is a rule or is not here.
func (t terms) expand(canonical string, depth int) (concepts []Concept, language string, ok bool) {
	vs := t.set(canonical)
	if vs == nil || depth > maxSets || len(vs.exclude) > 0 {
		return nil, "", false
	}
	if vs.expanded {
		return vs.expansion, vs.language, true
	}
	for _, p := range vs.include {
		switch {
		case p.filtered || p.canonical != "" || len(p.valueSets) > 1 || len(p.valueSets) == 1 && p.system != "":
			return nil, "", false
		case len(p.valueSets) == 1:
			inner, _, ok := t.expand(p.valueSets[0], depth+1)
			if !ok {
				return nil, "", false
			}
			concepts = append(concepts, inner...)
		case len(p.concepts) > 0:
			concepts = append(concepts, t.named(p.concepts)...)
		default:
			cs := t.system(p.system)
			if cs == nil || !cs.complete {
				return nil, "", false
			}
			concepts = append(concepts, cs.concepts...)
		}
	}
	return concepts, vs.language, true
}
