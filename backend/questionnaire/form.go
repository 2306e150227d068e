package questionnaire

import (
	"slices"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Form is a questionnaire while one person fills it in, one question at a time.
// It holds every group once, and it is not safe for concurrent use.
//
// Answers to questions that stop being asked stay in memory and come back when
// the question does; Response leaves them out.
type Form struct {
	q       *Questionnaire
	terms   terms
	index   *index
	given   map[string][]Value
	skipped map[string]bool
}

// NewForm starts a form with its initial values. It shows one occurrence of
// every group; sets of codes come from the form itself and the built-in ones.
func NewForm(q *Questionnaire) *Form { return NewFormWith(q, nil) }

// NewFormWith is NewForm with further value sets.
func NewFormWith(q *Questionnaire, library *Library) *Form {
	f := &Form{q: q, terms: newTerms(q, library), index: newIndex(q),
		given: map[string][]Value{}, skipped: map[string]bool{}}
	f.initial(q.Items)
	return f
}

func (f *Form) initial(items []Item) {
	for i := range items {
		item := &items[i]
		values := slices.Clone(item.Initial)
		for _, o := range item.AnswerOptions {
			if o.InitialSelected {
				values = append(values, o.Value)
			}
		}
		if len(values) > 0 && item.Type.IsQuestion() {
			f.given[item.LinkID] = values
		}
		f.initial(item.Items)
	}
}

// Canonical is the address and version of the questionnaire.
func (f *Form) Canonical() string { return f.q.Canonical() }

// question finds a question by linkId.
// Faults: questionnaire.unknown_item, questionnaire.not_a_question.
func (f *Form) question(linkID string) (*Item, error) {
	def := f.index.items[linkID]
	if def == nil {
		// Not by its name: what stands in its place could be anybody's number.
		return nil, fault.New(fault.NotFound, "questionnaire.unknown_item").At("answers.?", "questionnaire.unknown_item", "")
	}
	if !def.Type.IsQuestion() {
		return nil, fault.New(fault.Invalid, "questionnaire.not_a_question").At("answers."+linkID, "questionnaire.not_a_question", "")
	}
	return def, nil
}

// asked is question for one that the person can be asked now.
// Further fault: questionnaire.not_enabled.
func (f *Form) asked(linkID string) (*Item, error) {
	def, err := f.question(linkID)
	if err != nil {
		return nil, err
	}
	if state, ok := f.states()[def]; !ok || state == disabled {
		return nil, fault.New(fault.Conflict, "questionnaire.not_enabled").At("answers."+linkID, "questionnaire.not_enabled", "")
	}
	return def, nil
}

// Skip records that the person would rather tell staff. It takes back an answer
// given before. Faults as Answer.
func (f *Form) Skip(linkID string) error {
	def, err := f.asked(linkID)
	if err != nil {
		return err
	}
	delete(f.given, def.LinkID)
	f.skipped[def.LinkID] = true
	return nil
}

// Clear takes an answer, or a Skip, back.
// Faults: questionnaire.unknown_item, questionnaire.not_a_question.
func (f *Form) Clear(linkID string) error {
	def, err := f.question(linkID)
	if err != nil {
		return err
	}
	delete(f.given, def.LinkID)
	delete(f.skipped, def.LinkID)
	return nil
}

// Complete lists, in the order of the form, the required questions that have
// neither an answer nor been left to staff, and questions with too few answers.
// Empty means complete.
func (f *Form) Complete() []string {
	states := f.states()
	var missing []string
	var walk func(items []Item)
	walk = func(items []Item) {
		for i := range items {
			def := &items[i]
			if state, asked := states[def]; !asked || state == disabled {
				continue
			}
			if def.Type.IsQuestion() && f.lacks(def) {
				missing = append(missing, def.LinkID)
			}
			before := len(missing)
			walk(def.Items)
			if first := f.firstAsked(def.Items, states); def.Type == Group && def.Required &&
				len(missing) == before && first != "" && !f.anyGiven(def.Items) {
				missing = append(missing, first)
			}
		}
	}
	walk(f.q.Items)
	return missing
}

func (f *Form) lacks(def *Item) bool {
	if f.skipped[def.LinkID] {
		return false
	}
	n := len(f.given[def.LinkID])
	if def.Required && n == 0 {
		return true
	}
	least := def.ext().whole(extMinOccurs)
	return least != nil && n < *least
}

func (f *Form) anyGiven(items []Item) bool {
	return slices.ContainsFunc(items, func(i Item) bool {
		return len(f.given[i.LinkID]) > 0 || f.skipped[i.LinkID] || f.anyGiven(i.Items)
	})
}

func (f *Form) firstAsked(items []Item, states map[*Item]state) string {
	for i := range items {
		if state, ok := states[&items[i]]; !ok || state == disabled {
			continue
		}
		if items[i].Type.IsQuestion() {
			return items[i].LinkID
		}
		if inner := f.firstAsked(items[i].Items, states); inner != "" {
			return inner
		}
	}
	return ""
}

// Skipped lists the questions left to staff that are asked now, in order.
func (f *Form) Skipped() []string {
	var out []string
	f.eachAsked(func(def *Item) {
		if f.skipped[def.LinkID] {
			out = append(out, def.LinkID)
		}
	})
	return out
}

// Answers gives the answers of the questions asked now as plain values by
// linkId: bool, int, float64, the code of a choice, a date as 2026-11-23, and
// for repeating questions []string of codes or []any. Questions without an
// answer, also those left to staff, are not in it.
func (f *Form) Answers() map[string]any {
	out := map[string]any{}
	f.eachAsked(func(def *Item) {
		values := f.given[def.LinkID]
		switch {
		case len(values) == 0:
		case !def.Repeats:
			out[def.LinkID] = values[0].plain()
		case def.Type == ChoiceItem || def.Type == OpenChoiceItem:
			out[def.LinkID] = codes(values)
		default:
			out[def.LinkID] = plainAll(values)
		}
	})
	return out
}

func codes(values []Value) []string {
	var out []string
	for _, v := range values {
		if v.Number != "" {
			out = append(out, v.Number.String())
		} else if text, ok := v.plain().(string); ok {
			out = append(out, text)
		}
	}
	return out
}

func plainAll(values []Value) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v.plain()
	}
	return out
}

func (f *Form) eachAsked(visit func(*Item)) {
	states := f.states()
	var walk func(items []Item)
	walk = func(items []Item) {
		for i := range items {
			if state, ok := states[&items[i]]; ok && state != disabled {
				visit(&items[i])
				walk(items[i].Items)
			}
		}
	}
	walk(f.q.Items)
}

// states tells which items are asked now. Items under a question that has no
// answer are not in it: they have nowhere to stand.
func (f *Form) states() map[*Item]state {
	everything := &Response{Items: f.build(f.q.Items, nil)}
	s := newScene(f.q, everything)
	out := make(map[*Item]state, len(s.spots))
	for def, spots := range s.spots {
		out[def] = s.of(spots[0])
	}
	return out
}

// Response is the answers at the instant authored, completed, without those to
// questions that are not asked.
func (f *Form) Response(authored time.Time) Response {
	return Response{Questionnaire: f.q.Canonical(), Status: Completed, Language: f.q.Language,
		Authored: authored.Format(time.RFC3339), Items: f.build(f.q.Items, f.states())}
}

// Title is the questionnaire's name.
func (f *Form) Title() lang.Text { return f.q.Name() }
