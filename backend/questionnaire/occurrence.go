package questionnaire

import "fmt"

// occur judges one item of the response together with everything inside it.
func (c *checker) occur(o *occurrence, path string) {
	def, item := o.def, o.item
	switch c.scene.of(o) {
	case disabled:
		if item.hasValue() || anyAnswered(item.Items) {
			c.add(notEnabled, def.LinkID, path, "The item is answered although the form does not ask for it here")
		}
		return
	case unknown:
		c.add(expressionNotEvaluted, def.LinkID, path, "Whether the form asks for the item depends on an expression that is not evaluated")
	}
	switch {
	case def.Type == Group:
		c.group(o, path)
	case def.Type == Display:
		if len(item.Answers) > 0 {
			c.add(displayAnswer, def.LinkID, path, "A text to read takes no answer")
		}
		c.items(o, -1, path, def.Items, item.Items)
	case !def.Type.IsQuestion():
		c.add(invalidType, def.LinkID, path, "The form gives the item a type that no form may use")
		return
	default:
		c.question(o, path)
	}
	c.invariants(def.Extensions, def.LinkID, path)
}

func anyAnswered(items []ResponseItem) bool {
	for i := range items {
		if items[i].hasValue() || anyAnswered(items[i].Items) {
			return true
		}
	}
	return false
}

func (c *checker) group(o *occurrence, path string) {
	if len(o.item.Answers) > 0 {
		c.add(groupShouldNotHaveAnswer, o.def.LinkID, path+".answer", "A group has items, not answers")
	}
	if o.def.Required && c.scene.of(o) == enabled && !o.item.answered() {
		c.add(required, o.def.LinkID, path, mandatory(o.def))
	}
	c.items(o, -1, path, o.def.Items, o.item.Items)
}

func (c *checker) question(o *occurrence, path string) {
	def, item := o.def, o.item
	if len(item.Items) > 0 {
		c.add(itemsOutsideAnswer, def.LinkID, path, "Items under a question stand inside its answers")
	}
	if len(item.Answers) > 1 && !def.Repeats {
		c.add(repeats, def.LinkID, path, "The question takes one answer")
	}
	switch {
	case item.declined():
		c.add(declined, def.LinkID, path, "The person would rather not answer in writing")
		return
	case c.scene.of(o) != enabled:
	case !item.hasValue() && def.Required:
		c.add(required, def.LinkID, path, mandatory(def))
	}
	if c.scene.of(o) == enabled {
		c.count(def, len(item.Answers), path, path)
	}
	for _, name := range []string{extAnswerExpression, extAnswerOptionsToggle} {
		if _, ok := def.ext().find(name); ok {
			c.add(expressionNotEvaluted, def.LinkID, path, "The permitted answers depend on an expression that is not evaluated")
		}
	}
	for k := range item.Answers {
		place := fmt.Sprintf("%s.answer[%d]", path, k)
		c.answer(def, item, k, place)
		c.items(o, k, place, def.Items, item.Answers[k].Items)
	}
}

func (c *checker) answer(def *Item, item *ResponseItem, k int, place string) {
	v := item.Answers[k].Value
	if v.Type == "" {
		c.add(answerWithoutValue, def.LinkID, place, "The answer has no value")
		return
	}
	a := &answerCheck{item: def, terms: c.terms, contained: c.r.contained, path: place, linkID: def.LinkID}
	a.check(v)
	a.checkExclusive(v, len(item.Answers))
	for _, i := range a.issues {
		c.put(i)
	}
}

// invariants names the FHIRPath rules of the form that hold here: somebody
// else has to evaluate them.
func (c *checker) invariants(extensions []Extension, linkID, path string) {
	for _, e := range extensions {
		if !e.is(extConstraint) && !e.is(extTargetConstraint) {
			continue
		}
		key := ""
		for _, part := range e.Extensions {
			if part.URL == "key" {
				key = part.Value.Text
			}
		}
		c.add(invariantExecution, linkID, path, "The form's FHIRPath rule "+key+" was not evaluated")
	}
}
