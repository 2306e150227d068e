package questionnaire

import (
	"slices"

	"lianxin/backend/lang"
)

// ItemView is one screen of a form: a question, or a text to read.
type ItemView struct {
	LinkID      string       `json:"linkId" doc:"Identifies the question in the form"`
	Type        ItemType     `json:"type" doc:"FHIR item type; display for a text to read"`
	SectionID   string       `json:"sectionId,omitempty" doc:"linkId of the innermost group"`
	Section     lang.Text    `json:"section" doc:"Title of the innermost group"`
	Text        lang.Text    `json:"text" doc:"The question"`
	Help        lang.Text    `json:"help" doc:"Plain-language help"`
	Options     []OptionView `json:"options,omitempty" doc:"What may be chosen"`
	Required    bool         `json:"required" doc:"Needs an answer or to be left to staff"`
	Repeats     bool         `json:"repeats" doc:"Takes several answers"`
	ReadOnly    bool         `json:"readOnly,omitempty" doc:"Is filled in by the program"`
	Min         string       `json:"min,omitempty" doc:"Smallest number or earliest date, as the form writes it"`
	Max         string       `json:"max,omitempty" doc:"Largest number or latest date, as the form writes it"`
	MaxLength   *int         `json:"maxLength,omitempty" doc:"Most characters"`
	MaxDecimals *int         `json:"maxDecimals,omitempty" doc:"Most decimal places"`
	Unit        lang.Text    `json:"unit" doc:"Unit of the number"`
	Control     string       `json:"control,omitempty" doc:"Code of the form's itemControl, such as slider"`
	Answer      []any        `json:"answer,omitempty" doc:"The answers: booleans, numbers, texts, codes"`
	Skipped     bool         `json:"skipped" doc:"Left to staff"`
}

// OptionView is one thing to choose.
type OptionView struct {
	Code      string    `json:"code" doc:"What to send as the answer"`
	Text      lang.Text `json:"text" doc:"What to show"`
	Exclusive bool      `json:"exclusive,omitempty" doc:"Cannot be combined with other options"`

	value Value
}

func (o OptionView) matches(code string) bool {
	c := o.value.Coding
	return o.Code == code || c != nil && c.System != "" && c.System+"|"+c.Code == code
}

// Visible lists what the person is asked now, in the order of the form. Hidden
// items and helps are not in it.
func (f *Form) Visible() []ItemView {
	states := f.states()
	var out []ItemView
	var walk func(items []Item, section *Item)
	walk = func(items []Item, section *Item) {
		for i := range items {
			def := &items[i]
			if state, asked := states[def]; !asked || state == disabled || def.hidden() || def.isHelp() {
				continue
			}
			if def.Type == Group {
				walk(def.Items, def)
				continue
			}
			out = append(out, f.view(def, section))
			walk(def.Items, section)
		}
	}
	walk(f.q.Items, nil)
	return out
}

func (f *Form) view(def, section *Item) ItemView {
	language := f.q.Language
	v := ItemView{LinkID: def.LinkID, Type: def.Type, Text: def.words(language), Help: def.help(language),
		Required: def.Required, Repeats: def.Repeats, ReadOnly: def.ReadOnly, MaxLength: def.MaxLength,
		MaxDecimals: def.ext().whole(extMaxDecimalPlaces), Control: def.ext().control(), Skipped: f.skipped[def.LinkID]}
	if section != nil {
		v.SectionID, v.Section = section.LinkID, section.words(language)
	}
	v.Min = def.bound(extMinQuantity, extMinValue)
	v.Max = def.bound(extMaxQuantity, extMaxValue)
	if c := def.unit(); c != nil {
		v.Unit = inBoth(language, firstOf(c.Display, c.Code), c.translations)
	}
	v.Options = append(v.Options, f.options(def)...)
	for _, a := range f.given[def.LinkID] {
		v.Answer = append(v.Answer, a.plain())
	}
	return v
}

func (i *Item) bound(names ...string) string {
	v, ok := i.ext().value(names...)
	if !ok {
		return ""
	}
	if v.Quantity != nil {
		return v.Quantity.Value.String()
	}
	return firstOf(v.Number.String(), v.Text)
}

// help is the text of the child that explains the question.
func (i *Item) help(language string) lang.Text {
	n := slices.IndexFunc(i.Items, func(child Item) bool { return child.isHelp() })
	if n < 0 {
		return lang.Text{}
	}
	return i.Items[n].words(language)
}

// options lists what may be chosen: the form's own options, or the codes of its
// value set where they can be listed.
func (f *Form) options(def *Item) []OptionView {
	var out []OptionView
	for _, o := range def.AnswerOptions {
		code := firstOf(o.Value.Number.String(), o.Value.Text)
		text := inBoth(f.q.Language, code, o.Value.translations)
		if c := o.Value.Coding; c != nil {
			code = firstOf(c.Code, c.Display)
			text = inBoth(f.q.Language, firstOf(c.Display, c.Code), c.translations)
		} else if r := o.Value.Reference; r != nil {
			code = r.Reference
			text = inBoth(f.q.Language, firstOf(r.Display, r.Reference), nil)
		}
		out = append(out, OptionView{Code: code, Text: text, Exclusive: o.exclusive(), value: o.Value})
	}
	if def.AnswerValueSet == "" {
		return out
	}
	concepts, language, _ := f.terms.expand(def.AnswerValueSet, 0)
	for _, c := range concepts {
		coding := c.Coding
		out = append(out, OptionView{Code: c.Code, Text: c.words(firstOf(language, f.q.Language)), value: CodingValue(coding)})
	}
	return out
}
