package questionnaire

import (
	"fmt"

	"lianxin/backend/fault"
)

// build lays the answers out as response items. With states it leaves out what
// is not asked and what is empty; without, every item has its place, so that
// conditions can be decided for all of them.
func (f *Form) build(items []Item, states map[*Item]state) []ResponseItem {
	var out []ResponseItem
	for i := range items {
		def := &items[i]
		state, asked := states[def]
		if def.Type == Display && states != nil || states != nil && (!asked || state == disabled) {
			continue
		}
		item := ResponseItem{LinkID: def.LinkID}
		if states != nil {
			item.Text = def.Text
		}
		if def.Type == Group {
			item.Items = f.build(def.Items, states)
		} else {
			f.fill(&item, def, states)
		}
		if states == nil || item.answered() {
			out = append(out, item)
		}
	}
	return out
}

func (f *Form) fill(item *ResponseItem, def *Item, states map[*Item]state) {
	if f.skipped[def.LinkID] {
		item.Extensions = []Extension{{URL: DataAbsentReason, Value: Value{Type: "code", Text: AskedDeclined}}}
		return
	}
	for n, v := range f.given[def.LinkID] {
		a := Answer{Value: v}
		if n == 0 {
			a.Items = f.build(def.Items, states)
		}
		item.Answers = append(item.Answers, a)
	}
}

// Restore takes over the answers of a response to the same questionnaire, in
// place of all answers held. On a fault nothing changes.
// Faults: questionnaire.other_form, and those of Answer with every wrong place.
func (f *Form) Restore(r *Response) error {
	if !f.q.answers(r.Questionnaire) {
		return fault.New(fault.Conflict, "questionnaire.other_form")
	}
	fresh := NewForm(f.q)
	fresh.terms = f.terms
	clear(fresh.given)
	wrong := fault.New(fault.Invalid, "questionnaire.answers_do_not_fit")
	fresh.take(nil, "QuestionnaireResponse", r.Items, wrong)
	if len(wrong.Places) > 0 {
		return wrong
	}
	f.given, f.skipped = fresh.given, fresh.skipped
	return nil
}

func (f *Form) take(parent *Item, path string, items []ResponseItem, wrong *fault.Fault) {
	for i := range items {
		item := &items[i]
		place := fmt.Sprintf("%s.item[%d]", path, i)
		def := f.index.items[item.LinkID]
		if def == nil || f.index.parent[def] != parent {
			wrong.At(place, "questionnaire.unknown_item", "")
			continue
		}
		if len(f.given[def.LinkID]) > 0 || f.skipped[def.LinkID] {
			wrong.At(place, "questionnaire."+snake(duplicateItem), "")
			continue
		}
		if def.Type.IsQuestion() {
			f.takeAnswers(def, place, item, wrong)
		}
		f.take(def, place, item.Items, wrong)
		for k := range item.Answers {
			f.take(def, fmt.Sprintf("%s.answer[%d]", place, k), item.Answers[k].Items, wrong)
		}
	}
}

func (f *Form) takeAnswers(def *Item, place string, item *ResponseItem, wrong *fault.Fault) {
	if item.declined() {
		f.skipped[def.LinkID] = true
		return
	}
	var values []Value
	for _, a := range item.Answers {
		if a.Value.Type != "" {
			values = append(values, a.Value)
		}
	}
	for _, i := range f.judge(def, values) {
		wrong.At(place, "questionnaire."+snake(i.Detail), i.Text)
	}
	if len(values) > 0 {
		f.given[def.LinkID] = values
	}
}
