// Package questionnaire reads FHIR R4 forms and answers, judges answers by
// their form, and holds the answers of somebody who is filling a form in.
//
// The rules are those of http://hl7.org/fhir/R4/questionnaire.html and
// http://hl7.org/fhir/R4/questionnaireresponse.html with the extensions of the
// Structured Data Capture guide (http://hl7.org/fhir/uv/sdc/). FHIRPath
// expressions are named as not evaluated; everything else is checked.
package questionnaire

import (
	"strings"

	"lianxin/backend/lang"
)

// Questionnaire is a form.
type Questionnaire struct {
	ID              string
	URL             string
	Version         string
	Title           string
	Status          string // draft, active, retired, unknown
	Language        string // BCP 47; Chinese when empty
	SubjectType     []string
	EffectivePeriod Period
	Extensions      []Extension
	Items           []Item

	titles    []Translation
	contained *Library
	stray     []Issue
}

// Period is two FHIR dateTimes, either of which may be missing.
type Period struct{ Start, End string }

const questionnaireElements = " resourceType id meta implicitRules language text contained extension modifierExtension url " +
	"identifier version name title derivedFrom status experimental subjectType date publisher contact description " +
	"useContext jurisdiction purpose copyright approvalDate lastReviewDate effectivePeriod code item "

// Parse reads a Questionnaire from JSON.
// Faults: questionnaire.not_json, .too_large, .too_deep, and .unreadable with
// every wrong place as a FHIRPath.
func Parse(doc []byte) (*Questionnaire, error) {
	root, err := parseNode(doc)
	if err != nil {
		return nil, err
	}
	r := &reader{doc: doc}
	place, ok := r.resource(root, "Questionnaire")
	if !ok {
		return nil, r.err()
	}
	q := r.questionnaire(place)
	if err := r.err(); err != nil {
		return nil, err
	}
	return q, nil
}

func (r *reader) questionnaire(place at) *Questionnaire {
	before := len(r.stray)
	r.only(place, questionnaireElements)
	q := &Questionnaire{
		ID: r.text(place, "id"), URL: r.text(place, "url"), Version: r.text(place, "version"),
		Title: r.text(place, "title"), titles: r.translations(place, "title"),
		Status: r.text(place, "status"), Language: r.text(place, "language"),
		SubjectType: r.texts(place, "subjectType"), Extensions: r.extensions(place, "extension"),
		Items: r.items(place, "item"), contained: NewLibrary(),
	}
	if p, ok := r.object(place, "effectivePeriod"); ok {
		q.EffectivePeriod = Period{Start: r.text(p, "start"), End: r.text(p, "end")}
	}
	for _, c := range r.objects(place, "contained") {
		r.terminology(c, q.contained)
	}
	q.stray = r.stray[before:]
	return q
}

// Canonical is the form's address with its version, as a response names it.
func (q *Questionnaire) Canonical() string {
	if q.Version == "" {
		return q.URL
	}
	return q.URL + "|" + q.Version
}

// Name is the form's title in both languages.
func (q *Questionnaire) Name() lang.Text { return inBoth(q.Language, q.Title, q.titles) }

// Questions counts what a person may be asked; what the program fills in is not of them.
func (q *Questionnaire) Questions() int { return countQuestions(q.Items) }

func countQuestions(items []Item) int {
	n := 0
	for i := range items {
		if items[i].hidden() {
			continue
		}
		if items[i].Type.IsQuestion() {
			n++
		}
		n += countQuestions(items[i].Items)
	}
	return n
}

// answers tells whether a response naming canonical is one to this form. A
// form without an address can only be meant by being handed over with it.
func (q *Questionnaire) answers(canonical string) bool {
	url, version, versioned := strings.Cut(canonical, "|")
	if canonical == "" || q.URL == "" {
		return true
	}
	return url == q.URL && (!versioned || version == q.Version)
}

// index finds items and their parents by linkId.
type index struct {
	items  map[string]*Item
	parent map[*Item]*Item
}

func newIndex(q *Questionnaire) *index {
	x := &index{items: map[string]*Item{}, parent: map[*Item]*Item{}}
	x.add(nil, q.Items)
	return x
}

func (x *index) add(parent *Item, items []Item) {
	for i := range items {
		item := &items[i]
		if _, taken := x.items[item.LinkID]; !taken {
			x.items[item.LinkID] = item
		}
		x.parent[item] = parent
		x.add(item, item.Items)
	}
}

// holds tells whether item is outer or stands somewhere inside it.
func (x *index) holds(outer, item *Item) bool {
	for ; item != nil; item = x.parent[item] {
		if item == outer {
			return true
		}
	}
	return false
}
