package draft

import (
	"fmt"
	"slices"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Apply writes what an outline says into a form: texts, order, what is asked. Fault
// "draft.other_form" with each place that is not of this form: nothing is added here,
// and nothing is lost.
func Apply(content []byte, o Outline) ([]byte, error) {
	root, err := parse(content)
	if err != nil {
		return nil, err
	}
	f := fault.New(fault.Invalid, "draft.other_form")
	setText(root, "title", o.Title)
	ids := make([]string, len(o.Sections))
	for i, s := range o.Sections {
		ids[i] = s.LinkID
	}
	groups := func(item tree) bool { return item["type"] == "group" && !isHidden(item) }
	items := arranged(f, "sections", itemsOf(root), groups, ids)
	if len(f.Places) > 0 {
		return nil, f
	}
	for i, item := range slices.DeleteFunc(slices.Clone(items), func(item tree) bool { return !groups(item) }) {
		applySection(f, fmt.Sprintf("sections[%d]", i), item, o.Sections[i])
	}
	if len(f.Places) > 0 {
		return nil, f
	}
	root["item"] = list(items)
	return written(root)
}

func applySection(f *fault.Fault, where string, item tree, s Section) {
	setText(item, "text", s.Title)
	ids := make([]string, len(s.Questions))
	for i, q := range s.Questions {
		ids[i] = q.LinkID
	}
	items := arranged(f, where+".questions", itemsOf(item), isQuestion, ids)
	if len(f.Places) > 0 {
		return
	}
	item["item"] = list(items)
	for i, q := range slices.DeleteFunc(slices.Clone(items), func(item tree) bool { return !isQuestion(item) }) {
		applyQuestion(f, fmt.Sprintf("%s.questions[%d]", where, i), q, s.Questions[i])
	}
}

func applyQuestion(f *fault.Fault, where string, item tree, q Question) {
	setText(item, "text", q.Text)
	if help := helpOf(item); help != nil {
		setText(help, "text", q.Help)
	} else if q.Help != (lang.Text{}) {
		f.At(where+".help", "draft.other_form", "this question has no help")
	}
	setOff(item, q.Off)
	options := codings(item)
	if len(options) != len(q.Options) {
		f.At(where+".options", "draft.other_form", "options are neither added nor taken away")
		return
	}
	for i, o := range q.Options {
		if options[i]["code"] != o.Code {
			f.At(where+".options", "draft.other_form", "options stay in their order")
			return
		}
		setText(options[i], "display", o.Text)
	}
}

// arranged puts the items of a kind into another order, each once; the others keep their places.
func arranged(f *fault.Fault, where string, items []tree, isOne func(tree) bool, ids []string) []tree {
	byID, known := map[string]tree{}, []string{}
	for _, item := range items {
		if isOne(item) {
			byID[linkID(item)] = item
			known = append(known, linkID(item))
		}
	}
	wanted := slices.Clone(ids)
	slices.Sort(wanted)
	slices.Sort(known)
	if !slices.Equal(wanted, known) {
		f.At(where, "draft.other_form", "the same ones in any order are wanted")
		return items
	}
	out, next := make([]tree, 0, len(items)), 0
	for _, item := range items {
		if isOne(item) {
			item = byID[ids[next]]
			next++
		}
		out = append(out, item)
	}
	return out
}

func list(items []tree) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = item
	}
	return out
}

// setText writes a text and its English, beside whatever else stands there.
func setText(of tree, name string, text lang.Text) {
	if textOf(of, name) == text {
		return
	}
	of[name] = text.ZH
	for _, e := range translationsOf(of, name) {
		if language, content := parts(e); language == "en" && content != nil {
			content["valueString"] = text.EN
			return
		}
	}
	beside, ok := of["_"+name].(tree)
	if !ok {
		beside = tree{}
		of["_"+name] = beside
	}
	extensions, _ := beside["extension"].([]any)
	beside["extension"] = append(extensions, tree{"url": translationURL, "extension": []any{
		tree{"url": "lang", "valueCode": "en"}, tree{"url": "content", "valueString": text.EN}}})
}

func setOff(item tree, off bool) {
	if isOff(item) == off {
		return
	}
	extensions, _ := item["extension"].([]any)
	if off {
		item["extension"] = append(extensions, tree{"url": OffMark, "valueBoolean": true})
		return
	}
	rest := slices.DeleteFunc(slices.Clone(extensions), func(e any) bool {
		one, _ := e.(tree)
		return one["url"] == OffMark
	})
	if len(rest) == 0 {
		delete(item, "extension")
		return
	}
	item["extension"] = rest
}
