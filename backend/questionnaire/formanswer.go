package questionnaire

import (
	"encoding/json"
	"strconv"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// BooleanValue is a yes or no.
func BooleanValue(yes bool) Value { return Value{Type: "boolean", Bool: yes} }

// StringValue is a text.
func StringValue(text string) Value { return Value{Type: "string", Text: text} }

// IntegerValue is a whole number.
func IntegerValue(n int) Value {
	return Value{Type: "integer", Number: json.Number(strconv.Itoa(n))}
}

// DecimalValue is an exact number as written.
func DecimalValue(n json.Number) Value { return Value{Type: "decimal", Number: n} }

// DateValue is a day.
func DateValue(d calendar.Date) Value { return Value{Type: "date", Text: d.String()} }

// CodingValue is a code with its system.
func CodingValue(c Coding) Value { return Value{Type: "Coding", Coding: &c} }

// QuantityValue is a number with its unit.
func QuantityValue(q Quantity) Value { return Value{Type: "Quantity", Quantity: &q} }

// CodeValue stands for the option with this code, whatever its system.
func CodeValue(code string) Value { return Value{Type: "code", Text: code} }

// Answer records the answer to a question in place of an earlier one or of a
// Skip; no values clears it. Values may be a Value, or what JSON and Go have
// for it: bool, number, string (of a choice the code of an option), date, or an
// object for codings, quantities, attachments and references.
//
// Faults: questionnaire.unknown_item, .not_a_question, .not_enabled, .read_only,
// and one named after what Check would report: .invalid_answer_type, .repeats,
// .invalid_answer_option, .min_value, .max_value, .max_length, .regex and so on,
// with parameter limit where there is one.
func (f *Form) Answer(linkID string, values ...any) error {
	def, err := f.asked(linkID)
	if err != nil {
		return err
	}
	if def.ReadOnly {
		return fault.New(fault.Conflict, "questionnaire.read_only").At("answers."+linkID, "questionnaire.read_only", "")
	}
	typed := make([]Value, len(values))
	for i, v := range values {
		typed[i] = f.typed(def, v)
	}
	if issues := f.judge(def, typed); len(issues) > 0 {
		return asFault(linkID, issues)
	}
	delete(f.skipped, linkID)
	if len(typed) == 0 {
		delete(f.given, linkID)
		return nil
	}
	f.given[linkID] = typed
	return nil
}

// asFault is the first issue as the fault, all of them as its places.
func asFault(linkID string, issues []Issue) error {
	out := fault.New(fault.Invalid, "questionnaire."+snake(issues[0].Detail))
	for name, value := range issues[0].Params {
		out.With(name, value)
	}
	for _, i := range issues {
		out.At("answers."+linkID, "questionnaire."+snake(i.Detail), i.Text)
	}
	return out
}

// judge holds everything about the values of one question that does not depend
// on other questions, and nothing that a later answer could mend.
func (f *Form) judge(def *Item, values []Value) []Issue {
	a := &answerCheck{item: def, terms: f.terms, linkID: def.LinkID}
	if len(values) > 1 && !def.Repeats {
		a.add(repeats, "The question takes one answer")
	}
	if most := def.ext().whole(extMaxOccurs); most != nil && len(values) > *most {
		a.issues = append(a.issues, a.issue(maxCount).beyond(atMost, *most, len(values), "answers"))
	}
	for _, v := range values {
		if v.Type == "" {
			a.add(invalidAnswerType, "The value is not of a type that answers this question")
			continue
		}
		a.check(v)
		a.checkExclusive(v, len(values))
	}
	var wrong []Issue
	for _, i := range a.issues {
		if i.Severity == Error || i.Severity == Fatal {
			wrong = append(wrong, i)
		}
	}
	return wrong
}

// typed gives a plain value the type its question wants; a Value without a
// type when that cannot be.
func (f *Form) typed(def *Item, v any) Value {
	switch v := v.(type) {
	case Value:
		if v.Type == "code" {
			return f.chosen(def, v.Text)
		}
		return v
	case bool:
		return BooleanValue(v)
	case calendar.Date:
		return DateValue(v)
	case Coding:
		return CodingValue(v)
	case Quantity:
		return QuantityValue(v)
	case int:
		return f.number(def, json.Number(strconv.Itoa(v)))
	case int64:
		return f.number(def, json.Number(strconv.FormatInt(v, 10)))
	case float64:
		return f.number(def, json.Number(strconv.FormatFloat(v, 'f', -1, 64)))
	case json.Number:
		return f.number(def, v)
	case string:
		return f.text(def, v)
	case map[string]any:
		return object(def, v)
	}
	return Value{}
}

func (f *Form) number(def *Item, n json.Number) Value {
	switch def.Type {
	case IntegerItem:
		return Value{Type: "integer", Number: n}
	case QuantityItem:
		q := Quantity{Value: n}
		if c := def.unit(); c != nil {
			q.Unit, q.System, q.Code = c.Display, c.System, c.Code
		}
		return QuantityValue(q)
	case ChoiceItem, OpenChoiceItem:
		return f.chosen(def, n.String())
	}
	return Value{Type: "decimal", Number: n}
}

func (f *Form) text(def *Item, text string) Value {
	if def.Type == ChoiceItem || def.Type == OpenChoiceItem {
		return f.chosen(def, text)
	}
	return Value{Type: answerTypes[def.Type], Text: text}.orNone()
}

// orNone drops a text that was given to a question of another kind.
func (v Value) orNone() Value {
	if isIn(textTypes, v.Type) {
		return v
	}
	return Value{}
}

// chosen is the option with a code; the text itself where an open choice has no
// such option; otherwise a coding that no option has, for the check to refuse.
func (f *Form) chosen(def *Item, code string) Value {
	for _, o := range f.options(def) {
		if o.matches(code) {
			return o.value
		}
	}
	if def.Type == OpenChoiceItem {
		return StringValue(code)
	}
	return CodingValue(Coding{Code: code})
}

// object reads a JSON object as the complex type that answers the question.
func object(def *Item, fields map[string]any) Value {
	doc, err := json.Marshal(fields)
	if err != nil {
		return Value{}
	}
	root, err := parseNode(doc)
	if err != nil {
		return Value{}
	}
	r := &reader{doc: doc}
	v := r.typed(at{root, "value"}, answerTypes[def.Type])
	if r.err() != nil || len(r.stray) > 0 || isIn(textTypes, v.Type) {
		return Value{}
	}
	return v
}

// unit is the unit a bare number is meant in; nil when the form says none or several.
func (i *Item) unit() *Coding {
	if v, ok := i.ext().value(extUnit); ok {
		return v.Coding
	}
	if options := i.ext().values(extUnitOption); len(options) == 1 {
		return options[0].Coding
	}
	return nil
}
