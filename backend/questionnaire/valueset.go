package questionnaire

import (
	"strings"

	"lianxin/backend/lang"
)

// ValueSet is a set of codes. http://hl7.org/fhir/R4/valueset.html
type ValueSet struct {
	URL       string
	Version   string
	language  string
	include   []include
	exclude   []include
	expansion []Concept
	expanded  bool
}

// include is one part of a value set: codes of a system, or other value sets.
type include struct {
	system    string
	concepts  []Concept
	valueSets []string
	canonical string // for UCUM: all units that convert into this one
	filtered  bool   // by a rule that is not evaluated
}

// Concept is one code with its names.
type Concept struct {
	Coding
	designations []Translation
}

// CodeSystem is a list of codes. Only a complete one can say that a code is unknown.
type CodeSystem struct {
	URL      string
	Version  string
	complete bool
	language string
	concepts []Concept
}

// membership is the answer to "is this code in that set".
type membership int

const (
	absent membership = iota
	present
	unavailable // the set, or a part of it, is not here
)

// maxSets bounds value sets that include each other.
const maxSets = 10

func (r *reader) terminology(place at, into *Library) {
	id := "#" + r.text(place, "id")
	switch r.text(place, "resourceType") {
	case "ValueSet":
		vs := r.valueSet(place)
		into.sets[id] = vs
		if vs.URL != "" {
			into.sets[vs.URL] = vs
		}
	case "CodeSystem":
		cs := r.codeSystem(place)
		into.systems[cs.URL] = cs
	case "Questionnaire":
		if id != "#" {
			into.forms = append(into.forms, r.questionnaire(place))
		}
	}
}

func (r *reader) valueSet(place at) *ValueSet {
	vs := &ValueSet{URL: r.text(place, "url"), Version: r.text(place, "version"), language: r.text(place, "language")}
	if compose, ok := r.object(place, "compose"); ok {
		vs.include = r.includes(compose, "include")
		vs.exclude = r.includes(compose, "exclude")
	}
	if expansion, ok := r.object(place, "expansion"); ok {
		vs.expanded = true
		vs.expansion = r.contains(expansion, "contains")
	}
	return vs
}

func (r *reader) includes(parent at, key string) []include {
	var out []include
	for _, p := range r.objects(parent, key) {
		i := include{system: r.text(p, "system"), valueSets: r.texts(p, "valueSet"), filtered: p.get("filter") != nil}
		if f := r.objects(p, "filter"); len(f) == 1 && i.system == UCUM && r.text(f[0], "property") == "canonical" && r.text(f[0], "op") == "=" {
			i.canonical, i.filtered = r.text(f[0], "value"), false
		}
		for _, c := range r.objects(p, "concept") {
			i.concepts = append(i.concepts, r.concept(c, i.system))
		}
		out = append(out, i)
	}
	return out
}

func (r *reader) concept(place at, system string) Concept {
	c := Concept{Coding: Coding{System: system, Code: r.text(place, "code"), Display: r.text(place, "display"),
		translations: r.translations(place, "display")}}
	for _, d := range r.objects(place, "designation") {
		c.designations = append(c.designations, Translation{r.text(d, "language"), r.text(d, "value")})
	}
	return c
}

func (r *reader) contains(parent at, key string) []Concept {
	var out []Concept
	for _, p := range r.objects(parent, key) {
		if !r.yes(p, "abstract") && p.get("code") != nil {
			out = append(out, r.concept(p, r.text(p, "system")))
		}
		out = append(out, r.contains(p, "contains")...)
	}
	return out
}

func (r *reader) codeSystem(place at) *CodeSystem {
	return &CodeSystem{URL: r.text(place, "url"), Version: r.text(place, "version"), language: r.text(place, "language"),
		complete: r.text(place, "content") == "complete", concepts: r.systemConcepts(place, r.text(place, "url"))}
}

func (r *reader) systemConcepts(parent at, system string) []Concept {
	var out []Concept
	for _, p := range r.objects(parent, "concept") {
		out = append(out, r.concept(p, system))
		out = append(out, r.systemConcepts(p, system)...)
	}
	return out
}

// matches compares a code and, when it carries one, its display. A code
// without a system stands for any: a plain string has none.
func (c Concept) matches(coding Coding, anySystem bool) bool {
	if c.Code != coding.Code || !anySystem && c.System != coding.System {
		return false
	}
	if coding.Display == "" || c.Display == "" || strings.EqualFold(c.Display, coding.Display) {
		return true
	}
	for _, names := range [][]Translation{c.designations, c.translations} {
		for _, n := range names {
			if strings.EqualFold(n.Content, coding.Display) {
				return true
			}
		}
	}
	return false
}

func among(concepts []Concept, coding Coding, anySystem bool) membership {
	for _, c := range concepts {
		if c.matches(coding, anySystem) {
			return present
		}
	}
	return absent
}

// words is the concept's name in both languages.
func (c Concept) words(language string) lang.Text {
	return inBoth(language, firstOf(c.Display, c.Code), append(c.designations, c.translations...))
}
