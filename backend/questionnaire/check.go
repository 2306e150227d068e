package questionnaire

import (
	"fmt"
	"slices"
)

// Options of Check.
type Options struct {
	// Library holds the value sets that the form does not contain itself. May be nil.
	Library *Library
}

// Check judges a response by its form and returns everything found, in the
// order of the response. A nil form is one that could not be found.
//
// A response that is not completed or amended is still being filled in: what
// its person may yet change is then a warning, what is broken stays an error.
func Check(q *Questionnaire, r *Response, opts Options) []Issue {
	c := &checker{r: r}
	if q == nil || !q.answers(r.Questionnaire) && !isContained(q, r) {
		c.add(questionnaireNotFound, "", "QuestionnaireResponse.questionnaire", "The form named by the response could not be found")
		return c.issues
	}
	c.q, c.terms, c.scene = q, newTerms(q, opts.Library), newScene(q, r)
	c.header()
	c.behaviors(q.Items)
	c.items(c.scene.root, -1, "QuestionnaireResponse", q.Items, r.Items)
	c.invariants(q.Extensions, "", "QuestionnaireResponse")
	c.issues = append(c.issues, r.stray...)
	return c.issues
}

func isContained(q *Questionnaire, r *Response) bool {
	for _, form := range r.forms {
		if form == q {
			return true
		}
	}
	return false
}

type checker struct {
	q      *Questionnaire
	r      *Response
	terms  terms
	scene  *scene
	issues []Issue
}

func (c *checker) add(detail, linkID, expression, text string) {
	c.put(newIssue(detail, linkID, expression).says(text))
}

func (c *checker) put(i Issue) {
	if !c.r.Status.final() && c.r.Status != "" && rules[i.Detail].soft &&
		(i.Severity == Error || i.Severity == Fatal) {
		i.Severity = Warning
	}
	c.issues = append(c.issues, i)
}

// header holds what stands outside the items.
func (c *checker) header() {
	switch {
	case c.r.Status == "":
		c.add(required, "", "QuestionnaireResponse.status", "A response must say its status")
	case !c.r.Status.known():
		c.add(invalidStatus, "", "QuestionnaireResponse.status", "FHIR R4 has no such status")
	}
	switch c.q.Status {
	case "draft":
		c.add(questionnaireDraft, "", "QuestionnaireResponse.questionnaire", "The form is a draft")
	case "retired":
		c.add(questionnaireRetired, "", "QuestionnaireResponse.questionnaire", "The form has been retired")
	}
	c.period()
	if s := c.r.Subject; s != nil && len(c.q.SubjectType) > 0 {
		kind := s.Type
		if s.Reference != "" && !s.isURN() && s.Reference[0] != '#' {
			kind, _ = s.target()
		}
		if kind != "" && !slices.Contains(c.q.SubjectType, kind) {
			c.add(invalidSubjectType, "", "QuestionnaireResponse.subject", "The form is not about this kind of subject")
		}
	}
}

// behaviors: que-12 of FHIR R4. Whether one or all of several conditions count, the
// form does not say; the answers are judged as if it said any.
func (c *checker) behaviors(items []Item) {
	for i := range items {
		if len(items[i].EnableWhen) > 1 && items[i].EnableBehavior == "" {
			c.add(enableBehaviorMissing, items[i].LinkID, "QuestionnaireResponse.questionnaire",
				"The form has several conditions and does not say whether all must hold; any was taken")
		}
		c.behaviors(items[i].Items)
	}
}

// period: the response was written while the form was in force.
func (c *checker) period() {
	if c.r.Authored == "" {
		return
	}
	authored, ok := parseMoment("dateTime", c.r.Authored)
	if !ok || !authored.zoned() {
		c.add(invalidValue, "", "QuestionnaireResponse.authored", "The date is not written as FHIR writes a dateTime")
		return
	}
	outside := func(bound string, wrong int) bool {
		limit, ok := parseMoment("dateTime", bound)
		if !ok {
			return false
		}
		order, certain := authored.compare(limit)
		return certain && order == wrong
	}
	if outside(c.q.EffectivePeriod.Start, -1) || outside(c.q.EffectivePeriod.End, +1) {
		c.add(questionnaireInactive, "", "QuestionnaireResponse.authored", "The form was not in force on that date")
	}
}

// items judges the items at one place: path ends before ".item".
func (c *checker) items(parent *occurrence, answer int, path string, defs []Item, items []ResponseItem) {
	found := map[string][]int{}
	position := map[string]int{}
	for i := range defs {
		position[defs[i].LinkID] = i
	}
	furthest := -1
	for i := range items {
		place := fmt.Sprintf("%s.item[%d]", path, i)
		at, ok := position[items[i].LinkID]
		if !ok {
			c.stranger(items[i].LinkID, place)
			continue
		}
		if at < furthest {
			c.add(itemOrder, items[i].LinkID, place, "The item stands behind one that follows it in the form")
		}
		furthest = max(furthest, at)
		found[items[i].LinkID] = append(found[items[i].LinkID], i)
	}
	for i := range defs {
		c.definition(parent, answer, path, &defs[i], items, found[defs[i].LinkID])
	}
}

func (c *checker) stranger(linkID, place string) {
	text := "The form has no such item"
	if c.scene.index.items[linkID] != nil {
		text = "The form has this item at another place"
	}
	c.add(invalidLinkID, linkID, place, text)
}

// definition judges all occurrences of one item of the form at one place.
func (c *checker) definition(parent *occurrence, answer int, path string, def *Item, items []ResponseItem, found []int) {
	if len(found) == 0 {
		c.missing(parent, answer, path, def)
		return
	}
	for nth, i := range found {
		place := fmt.Sprintf("%s.item[%d]", path, i)
		o := c.scene.laid[&items[i]]
		if o == nil { // a linkId the form uses twice: only its first item can be laid out
			continue
		}
		if nth > 0 && def.Type != Group {
			c.add(duplicateItem, def.LinkID, place, "All answers to one question stand in one item")
		} else if nth > 0 && !def.Repeats && c.scene.of(o) == enabled {
			c.add(repeats, def.LinkID, place, "The group may stand only once")
		}
		c.occur(o, place)
	}
	if def.Type == Group {
		c.count(def, len(found), path, fmt.Sprintf("%s.item[%d]", path, found[len(found)-1]))
	}
}

// missing: nothing stands in the response for def. The fault is at the parent.
func (c *checker) missing(parent *occurrence, answer int, path string, def *Item) {
	if !def.Type.IsQuestion() && def.Type != Group {
		return
	}
	order := parent.last + 1
	if c.scene.would(parent, answer, order, def) != enabled {
		return
	}
	if def.Required {
		c.add(required, def.LinkID, path, mandatory(def))
	}
	if least := def.ext().whole(extMinOccurs); least != nil && *least > 0 {
		c.put(newIssue(minCount, def.LinkID, path).beyond(atLeast, *least, 0, occurrences(def)))
	}
}

func mandatory(def *Item) string {
	if def.Type == Group {
		return "A required group has no answer"
	}
	return "A required question has no answer"
}

// count holds minOccurs and maxOccurs: answers of a question, occurrences of a group.
func (c *checker) count(def *Item, n int, fewPath, manyPath string) {
	if least := def.ext().whole(extMinOccurs); least != nil && n < *least {
		c.put(newIssue(minCount, def.LinkID, fewPath).beyond(atLeast, *least, n, occurrences(def)))
	}
	if most := def.ext().whole(extMaxOccurs); most != nil && n > *most {
		c.put(newIssue(maxCount, def.LinkID, manyPath).beyond(atMost, *most, n, occurrences(def)))
	}
}

// CheckDocuments judges a response by the form it names among the documents,
// which may be Questionnaires, ValueSets, CodeSystems and Bundles of them.
// A fault means that something could not be read.
func CheckDocuments(documents [][]byte, response []byte) (Outcome, error) {
	library := NewLibrary()
	for i, doc := range documents {
		if err := library.Add(doc); err != nil {
			return Outcome{}, fmt.Errorf("document %d: %w", i+1, err)
		}
	}
	r, err := ParseResponse(response)
	if err != nil {
		return Outcome{}, fmt.Errorf("response: %w", err)
	}
	return Outcome{Check(library.Resolve(r), r, Options{Library: library})}, nil
}
