package questionnaire

import "sort"

// state tells whether an item takes part in the form.
type state int

const (
	undecided state = iota // not looked at yet
	enabled
	disabled
	unknown // depends on an expression that is not evaluated
)

// occurrence is one place where an item of the form stands in a response: a
// group may stand there several times, a question once under each answer.
type occurrence struct {
	def      *Item // nil for the response itself
	item     *ResponseItem
	parent   *occurrence
	answer   int // the parent's answer it stands under, -1 for none
	children []*occurrence
	order    int // in the document
	last     int // the highest order inside it
	state    state
}

// scene is a response laid out along its form.
type scene struct {
	index *index
	root  *occurrence
	spots map[*Item][]*occurrence // in the order of the document
	laid  map[*ResponseItem]*occurrence
	count int
}

func newScene(q *Questionnaire, r *Response) *scene {
	s := &scene{index: newIndex(q), root: &occurrence{answer: -1, state: enabled},
		spots: map[*Item][]*occurrence{}, laid: map[*ResponseItem]*occurrence{}}
	s.lay(s.root, -1, r.Items)
	s.root.last = s.count
	return s
}

func (s *scene) lay(parent *occurrence, answer int, items []ResponseItem) {
	for n := range items {
		def := s.child(parent.def, items[n].LinkID)
		if def == nil {
			continue
		}
		s.count++
		o := &occurrence{def: def, item: &items[n], parent: parent, answer: answer, order: s.count}
		parent.children = append(parent.children, o)
		s.spots[def] = append(s.spots[def], o)
		s.laid[o.item] = o
		s.lay(o, -1, items[n].Items)
		for k := range items[n].Answers {
			s.lay(o, k, items[n].Answers[k].Items)
		}
		o.last = s.count
	}
}

// child finds the item with a linkId directly inside parent, nil when it stands
// elsewhere or nowhere.
func (s *scene) child(parent *Item, linkID string) *Item {
	def := s.index.items[linkID]
	if def == nil || s.index.parent[def] != parent {
		return nil
	}
	return def
}

// of is the state of an occurrence; an item inside a disabled one is disabled.
func (s *scene) of(o *occurrence) state {
	if o.state == undecided {
		o.state = enabled // breaks a circle of conditions
		o.state = s.would(o.parent, o.answer, o.order, o.def)
	}
	return o.state
}

// would is the state def has, or would have, at a place of the response.
func (s *scene) would(parent *occurrence, answer, order int, def *Item) state {
	above := s.of(parent)
	if above == disabled {
		return disabled
	}
	own := s.conditions(parent, answer, order, def)
	if own == enabled {
		return above
	}
	return own
}

func (s *scene) conditions(parent *occurrence, answer, order int, def *Item) state {
	if _, ok := def.ext().find(extEnableExpression); ok {
		return unknown
	}
	if len(def.EnableWhen) == 0 {
		return enabled
	}
	all := def.EnableBehavior == "all"
	for _, w := range def.EnableWhen {
		if holds := w.holds(s.answersTo(parent, answer, order, w.Question)); holds != all {
			if holds {
				return enabled
			}
			return disabled
		}
	}
	if all {
		return enabled
	}
	return disabled
}

// answersTo gives the answers of the nearest occurrence of a question: first
// among the ancestors, then before, then after, never outside the innermost
// item that holds both. A disabled question has no answers.
func (s *scene) answersTo(from *occurrence, answer, order int, question string) []Answer {
	target := s.index.items[question]
	if target == nil {
		return nil
	}
	for !s.encloses(from, target) {
		answer, from = from.answer, from.parent
	}
	nearest := from
	if from.def != target {
		nearest = choose(s.spots[target], from, answer, order)
	}
	if nearest == nil || s.of(nearest) == disabled {
		return nil
	}
	return nearest.item.Answers
}

func (s *scene) encloses(o *occurrence, target *Item) bool {
	return o.def == nil || s.index.holds(o.def, target)
}

// choose picks the last of target's occurrences before order, else the first
// after, among those inside scope, and inside one of its answers if one is given.
func choose(spots []*occurrence, scope *occurrence, answer, order int) *occurrence {
	first, last := scope.order, scope.last
	if answer >= 0 {
		last = first
		for _, child := range scope.children {
			if child.answer == answer {
				if last == scope.order {
					first = child.order - 1
				}
				last = child.last
			}
		}
	}
	inside := func(i int) bool { return i >= 0 && i < len(spots) && spots[i].order > first && spots[i].order <= last }
	next := sort.Search(len(spots), func(i int) bool { return spots[i].order >= order })
	if inside(next - 1) {
		return spots[next-1]
	}
	if from := sort.Search(len(spots), func(i int) bool { return spots[i].order > first }); inside(max(next, from)) {
		return spots[max(next, from)]
	}
	return nil
}

// holds decides one condition over a question's answers. "!=" holds when no
// answer is equal, so it holds for an unanswered question; the others need one
// answer that fits. http://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html
func (w EnableWhen) holds(answers []Answer) bool {
	given := false
	equal := false
	for _, a := range answers {
		if a.Value.Type == "" {
			continue
		}
		given = true
		order, comparable := a.Value.order(w.Answer)
		if w.Operator == "=" && a.Value.equals(w.Answer) {
			return true
		}
		equal = equal || a.Value.equals(w.Answer)
		if comparable && satisfies(w.Operator, order) {
			return true
		}
	}
	switch w.Operator {
	case "exists":
		return given == w.Answer.Bool
	case "!=":
		return !equal
	}
	return false
}

func satisfies(operator string, order int) bool {
	switch operator {
	case ">":
		return order > 0
	case "<":
		return order < 0
	case ">=":
		return order >= 0
	case "<=":
		return order <= 0
	}
	return false
}

// equals compares two values of a form: codings by system and code, numbers
// and times by what they mean, texts letter by letter.
func (v Value) equals(other Value) bool {
	if order, comparable := v.order(other); comparable {
		return order == 0
	}
	if v.Type != other.Type {
		return false
	}
	switch v.Type {
	case "boolean":
		return v.Bool == other.Bool
	case "Coding":
		return other.Coding.covers(*v.Coding)
	case "Reference":
		return v.Reference.Reference == other.Reference.Reference
	case "Quantity", "Attachment":
		return false
	}
	return v.raw == nil && v.Text == other.Text
}

// order compares two values that have an order; comparable is false otherwise.
func (v Value) order(other Value) (order int, comparable bool) {
	if v.Number != "" && other.Number != "" {
		a, okA := v.rat()
		b, okB := other.rat()
		if !okA || !okB {
			return 0, false
		}
		return a.Cmp(b), true
	}
	if v.Quantity != nil && other.Quantity != nil {
		return v.Quantity.compare(other.Quantity)
	}
	a, okA := parseMoment(v.Type, v.Text)
	b, okB := parseMoment(other.Type, other.Text)
	if okA && okB && (v.Type == "time") == (other.Type == "time") {
		return a.compare(b)
	}
	return 0, false
}
