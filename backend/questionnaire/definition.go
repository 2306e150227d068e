package questionnaire

import (
	"fmt"
	"slices"
)

// CheckDefinition judges a form itself by the rules of FHIR R4 (que-1 to que-13,
// http://hl7.org/fhir/R4/questionnaire.html#invs) and by what its conditions,
// limits and options refer to. Expressions are FHIRPaths into the Questionnaire.
func CheckDefinition(q *Questionnaire, library *Library) []Issue {
	d := &definer{q: q, terms: newTerms(q, library), index: newIndex(q), seen: map[string]bool{}}
	if !slices.Contains([]string{"draft", "active", "retired", "unknown"}, q.Status) {
		d.put("status", Error, "value", "Questionnaire.status", "", "The status must be draft, active, retired or unknown")
	}
	d.items(q.Items, "Questionnaire")
	d.circles(q.Items)
	return append(d.issues, q.stray...)
}

type definer struct {
	q      *Questionnaire
	terms  terms
	index  *index
	seen   map[string]bool
	issues []Issue
}

func (d *definer) put(detail string, severity Severity, code, path, linkID, text string) {
	d.issues = append(d.issues, Issue{Severity: severity, Code: code, Detail: detail, System: OwnCodes,
		Display: detail, LinkID: linkID, Expression: path, Text: text})
}

// rule reports a broken rule of the standard.
func (d *definer) rule(broken bool, key string, item *Item, path, text string) {
	if broken {
		d.put(key, Error, "invariant", path, item.LinkID, text)
	}
}

func (d *definer) items(items []Item, parent string) {
	for i := range items {
		path := fmt.Sprintf("%s.item[%d]", parent, i)
		d.item(&items[i], path)
		d.items(items[i].Items, path)
	}
}

func (d *definer) item(i *Item, path string) {
	d.rule(d.seen[i.LinkID], "que-2", i, path+".linkId", "The linkId is used twice")
	d.seen[i.LinkID] = true
	if i.Type != Group && i.Type != Display && !i.Type.IsQuestion() {
		d.put(invalidType, Error, "code-invalid", path+".type", i.LinkID, "No form may use this item type")
	}
	group, display := i.Type == Group, i.Type == Display
	choice := i.Type == ChoiceItem || i.Type == OpenChoiceItem
	d.rule(group && len(i.Items) == 0, "que-1", i, path, "A group needs items")
	d.rule(display && len(i.Items) > 0, "que-1", i, path, "A text to read has no items")
	d.rule(display && len(i.Code) > 0, "que-3", i, path+".code", "A text to read has no code")
	d.rule(len(i.AnswerOptions) > 0 && i.AnswerValueSet != "", "que-4", i, path, "Options and a value set exclude each other")
	d.rule(i.AnswerValueSet != "" && !choice, "que-5", i, path+".answerValueSet", "Only choices have a value set")
	d.rule(display && (i.Required || i.Repeats), "que-6", i, path, "A text to read is neither required nor repeated")
	d.rule(len(i.Initial) > 0 && (group || display), "que-8", i, path+".initial", "Only questions have initial values")
	d.rule(display && i.ReadOnly, "que-9", i, path+".readOnly", "A text to read is always read-only")
	d.rule(i.MaxLength != nil && !slices.Contains([]ItemType{BooleanItem, DecimalItem, IntegerItem, StringItem, TextItem,
		URLItem, OpenChoiceItem}, i.Type), "que-10", i, path+".maxLength", "This type of question has no length")
	d.rule(len(i.AnswerOptions) > 0 && len(i.Initial) > 0, "que-11", i, path+".initial", "With options, use initialSelected")
	d.rule(len(i.EnableWhen) > 1 && i.EnableBehavior == "", "que-12", i, path, "Several conditions need enableBehavior")
	d.rule(len(i.Initial) > 1 && !i.Repeats, "que-13", i, path+".initial", "Several initial values need repeats")
	d.rule(!slices.Contains([]string{"", "all", "any"}, i.EnableBehavior), "enableBehavior", i, path+".enableBehavior", "It is all or any")
	for n, w := range i.EnableWhen {
		d.condition(i, w, fmt.Sprintf("%s.enableWhen[%d]", path, n))
	}
	d.limits(i, path)
	d.options(i, path)
}

func (d *definer) condition(i *Item, w EnableWhen, path string) {
	d.rule(w.Operator == "exists" && w.Answer.Type != "boolean", "que-7", i, path, "exists compares with a boolean")
	operators := []string{"exists", "=", "!=", ">", "<", ">=", "<="}
	d.rule(!slices.Contains(operators, w.Operator), "operator", i, path+".operator", "There is no such operator")
	d.rule(w.Answer.Type == "", "answer", i, path, "The condition names no answer")
	target := d.index.items[w.Question]
	if target == nil {
		d.put("enableWhenQuestionNotFound", Error, "not-found", path+".question", i.LinkID, "The form has no such question")
		return
	}
	d.rule(!target.Type.IsQuestion(), "question", i, path+".question", "Only questions have answers")
	d.rule(d.index.holds(i, target), "question", i, path+".question", "An item cannot depend on itself or on what it holds")
	if w.Operator == "exists" || w.Answer.Type == "" || !target.Type.IsQuestion() {
		return
	}
	a := &answerCheck{item: target, terms: d.terms, path: path, linkID: i.LinkID}
	if !a.rightType(w.Answer) {
		d.put("answer", Error, "value", path, i.LinkID, "No answer to that question is of this type")
	} else if a.checkOption(w.Answer); len(a.issues) > 0 {
		d.put("answer", Error, "value", path, i.LinkID, "That question has no such option")
	}
}

// limits: patterns that can be read, and bounds that leave something between them.
func (d *definer) limits(i *Item, path string) {
	if p, ok := i.ext().value(extRegex); ok {
		if _, err := wholePattern(p.Text); err != nil {
			d.put(regexNotEvaluated, Warning, "not-supported", path, i.LinkID, "The pattern uses a syntax that is not evaluated")
		}
	}
	low, okLow := i.ext().value(extMinValue)
	high, okHigh := i.ext().value(extMaxValue)
	if okLow && okHigh {
		if order, comparable := low.order(high); comparable && order > 0 {
			d.put("bounds", Error, "value", path, i.LinkID, "The smallest value is above the largest")
		}
	}
	least, most := i.ext().whole(extMinOccurs), i.ext().whole(extMaxOccurs)
	d.rule(least != nil && most != nil && *least > *most, "bounds", i, path, "The fewest answers are more than the most")
	least = i.ext().whole(extMinLength)
	d.rule(least != nil && i.MaxLength != nil && *least > *i.MaxLength, "bounds", i, path, "The shortest answer is longer than the longest")
	for _, name := range []string{extEnableExpression, extAnswerExpression, extAnswerOptionsToggle, extConstraint, extTargetConstraint} {
		if _, ok := i.ext().find(name); ok {
			d.put(expressionNotEvaluted, Information, "not-supported", path, i.LinkID, "The expression is not evaluated")
		}
	}
}

func (d *definer) options(i *Item, path string) {
	if i.AnswerValueSet != "" && d.terms.set(i.AnswerValueSet) == nil {
		d.put(tsError, Warning, "not-found", path+".answerValueSet", i.LinkID, "The value set is not available")
	}
	if i.Type == ChoiceItem && len(i.AnswerOptions) == 0 && i.AnswerValueSet == "" {
		d.put("options", Warning, "incomplete", path, i.LinkID, "There is nothing to choose")
	}
	for n, o := range i.AnswerOptions {
		place := fmt.Sprintf("%s.answerOption[%d]", path, n)
		if o.Value.Type == "" {
			d.put("options", Error, "required", place, i.LinkID, "The option has no value")
			continue
		}
		for _, earlier := range i.AnswerOptions[:n] {
			if earlier.Value.Type == o.Value.Type && o.Value.equals(earlier.Value) {
				d.put("options", Warning, "duplicate", place, i.LinkID, "The option stands twice")
			}
		}
	}
	for n, v := range i.Initial {
		a := &answerCheck{item: i, terms: d.terms, linkID: i.LinkID, path: fmt.Sprintf("%s.initial[%d]", path, n)}
		if a.check(v); len(a.issues) > 0 && i.Type.IsQuestion() {
			d.issues = append(d.issues, a.issues...)
		}
	}
}

// circles names items whose conditions lead back to themselves: nobody could
// ever decide whether to show them.
func (d *definer) circles(items []Item) {
	const open, done = 1, 2
	marks := map[*Item]int{}
	var visit func(i *Item) bool
	visit = func(i *Item) bool {
		if i == nil || marks[i] == done {
			return false
		}
		if marks[i] == open {
			return true
		}
		marks[i] = open
		circle := visit(d.index.parent[i])
		for _, w := range i.EnableWhen {
			circle = visit(d.index.items[w.Question]) || circle
		}
		marks[i] = done
		return circle
	}
	var walk func(items []Item, parent string)
	walk = func(items []Item, parent string) {
		for n := range items {
			path := fmt.Sprintf("%s.item[%d]", parent, n)
			if visit(&items[n]) {
				d.put("circle", Error, "business-rule", path, items[n].LinkID, "The conditions lead back to the item itself")
			}
			walk(items[n].Items, path)
		}
	}
	walk(items, "Questionnaire")
}
