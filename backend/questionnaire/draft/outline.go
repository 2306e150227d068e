package draft

import (
	"fmt"
	"slices"

	"lianxin/backend/lang"
)

// Read is what may be changed of a form.
func Read(content []byte) (Outline, error) {
	root, err := parse(content)
	if err != nil {
		return Outline{}, err
	}
	out := Outline{Title: textOf(root, "title"), Sections: []Section{}}
	for _, item := range itemsOf(root) {
		if item["type"] != "group" || isHidden(item) {
			continue
		}
		s := Section{LinkID: linkID(item), Title: textOf(item, "text"), Questions: []Question{}}
		for _, q := range itemsOf(item) {
			if isQuestion(q) {
				s.Questions = append(s.Questions, questionOf(q))
			}
		}
		out.Sections = append(out.Sections, s)
	}
	return out, nil
}

func questionOf(item tree) Question {
	q := Question{LinkID: linkID(item), Text: textOf(item, "text"), Off: isOff(item)}
	q.Type, _ = item["type"].(string)
	if help := helpOf(item); help != nil {
		q.Help = textOf(help, "text")
	}
	for _, option := range codings(item) {
		code, _ := option["code"].(string)
		q.Options = append(q.Options, Option{Code: code, Text: textOf(option, "display")})
	}
	for _, w := range members(item, "enableWhen") {
		q.Conditions = append(q.Conditions, conditionOf(w))
	}
	return q
}

func conditionOf(w tree) Condition {
	c := Condition{}
	c.Question, _ = w["question"].(string)
	c.Operator, _ = w["operator"].(string)
	for name, value := range w {
		if name == "question" || name == "operator" {
			continue
		}
		if coding, ok := value.(tree); ok {
			value = coding["code"]
		}
		c.Answer = fmt.Sprint(value)
	}
	return c
}

func isQuestion(item tree) bool {
	return item["type"] != "display" && item["type"] != "group" && !isHidden(item)
}

func linkID(item tree) string {
	id, _ := item["linkId"].(string)
	return id
}

func itemsOf(of tree) []tree { return members(of, "item") }

// members are the objects of a list.
func members(of tree, name string) []tree {
	list, _ := of[name].([]any)
	out := make([]tree, 0, len(list))
	for _, e := range list {
		if one, ok := e.(tree); ok {
			out = append(out, one)
		}
	}
	return out
}

// codings are what the options of a choice show.
func codings(item tree) []tree {
	var out []tree
	for _, o := range members(item, "answerOption") {
		if c, ok := o["valueCoding"].(tree); ok {
			out = append(out, c)
		}
	}
	return out
}

// helpOf is the text that explains a question, nil where there is none.
func helpOf(item tree) tree {
	for _, child := range itemsOf(item) {
		if child["type"] == "display" {
			return child
		}
	}
	return nil
}

func isHidden(item tree) bool {
	return slices.ContainsFunc(members(item, "extension"), func(e tree) bool {
		return e["url"] == "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden" && e["valueBoolean"] == true
	})
}

func isOff(item tree) bool {
	return slices.ContainsFunc(members(item, "extension"), func(e tree) bool { return e["url"] == OffMark })
}

func textOf(of tree, name string) lang.Text {
	zh, _ := of[name].(string)
	return lang.Text{ZH: zh, EN: translation(of, name)}
}

// translation is the English beside a text.
func translation(of tree, name string) string {
	for _, e := range translationsOf(of, name) {
		if language, content := parts(e); language == "en" {
			text, _ := content["valueString"].(string)
			return text
		}
	}
	return ""
}

func translationsOf(of tree, name string) []tree {
	beside, _ := of["_"+name].(tree)
	return slices.DeleteFunc(members(beside, "extension"), func(e tree) bool { return e["url"] != translationURL })
}

// parts are the language of a translation and the extension with its words.
func parts(e tree) (language string, content tree) {
	for _, p := range members(e, "extension") {
		switch p["url"] {
		case "lang":
			language, _ = p["valueCode"].(string)
		case "content":
			content = p
		}
	}
	return language, content
}
