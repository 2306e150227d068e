package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Difference is one value that is not the same in two versions of a pack.
type Difference struct {
	Path   []string `json:"path" doc:"Names from the outside in: of a rule, a question, an option, a member"`
	Before string   `json:"before" doc:"Empty for what is new"`
	After  string   `json:"after" doc:"Empty for what is gone"`
}

// Compare tells everything that differs between two versions, in the order of the later
// one, with what is gone at the end. Entries of a list are found again by their own name
// and not by their number, so that one more question does not change all after it; that
// the same entries stand in another order is a difference of its own, "order".
func Compare(kind Kind, before, after []byte) ([]Difference, error) {
	was, err := leavesOf(kind, before)
	if err != nil {
		return nil, fmt.Errorf("earlier version: %w", err)
	}
	is, err := leavesOf(kind, after)
	if err != nil {
		return nil, fmt.Errorf("later version: %w", err)
	}
	earlier := map[string]leaf{}
	for _, l := range was {
		earlier[l.key()] = l
	}
	differences := []Difference{}
	for _, l := range is {
		before := earlier[l.key()]
		if delete(earlier, l.key()); before.text != l.text {
			differences = append(differences, Difference{l.path, before.text, l.text})
		}
	}
	for _, l := range was {
		if _, isGone := earlier[l.key()]; isGone && l.text != "" {
			differences = append(differences, Difference{l.path, l.text, ""})
		}
	}
	return slices.DeleteFunc(differences, isOnlyCount), nil
}

// isOnlyCount tells an order that differs because an entry came or went: the entry itself
// says so.
func isOnlyCount(d Difference) bool {
	if d.Path[len(d.Path)-1] != order {
		return false
	}
	before, after := strings.Split(d.Before, orderSeparator), strings.Split(d.After, orderSeparator)
	common := func(names, others []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return !slices.Contains(others, n) })
	}
	return slices.Equal(common(before, after), common(after, before))
}

// leaf is one value and where it stands.
type leaf struct {
	path []string
	text string
}

func (l leaf) key() string { return strings.Join(l.path, "\x00") }

const (
	order          = "order"
	orderSeparator = ", "
)

func leavesOf(kind Kind, content []byte) ([]leaf, error) {
	tree, err := treeOf(kind, content)
	if err != nil {
		return nil, err
	}
	var leaves []leaf
	walk(nil, tree, func(path []string, text string) { leaves = append(leaves, leaf{slices.Clone(path), text}) })
	return leaves, nil
}

// treeOf decodes a pack; the documents of a stream are put together, their lists one
// behind the other.
func treeOf(kind Kind, content []byte) (map[string]any, error) {
	whole := map[string]any{}
	if kind == Questionnaire {
		return whole, json.Unmarshal(content, &whole)
	}
	documents := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var one map[string]any
		switch err := documents.Decode(&one); {
		case errors.Is(err, io.EOF):
			return whole, nil
		case err != nil:
			return nil, fmt.Errorf("decode: %w", err)
		}
		for name, value := range one {
			earlier, isList := whole[name].([]any)
			if more, ok := value.([]any); ok && isList {
				value = append(earlier, more...)
			}
			whole[name] = value
		}
	}
}

// walk visits every value with its path.
func walk(path []string, value any, visit func([]string, string)) {
	switch v := value.(type) {
	case map[string]any:
		walkMembers(path, v, visit)
	case []any:
		walkEntries(path, v, visit)
	default:
		visit(path, fmt.Sprint(v))
	}
}

func walkMembers(path []string, members map[string]any, visit func([]string, string)) {
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if text, ok := translationOf(members[name]); ok && strings.HasPrefix(name, "_") {
			for _, language := range text {
				visit(append(path, strings.TrimPrefix(name, "_")+" ("+language[0]+")"), language[1])
			}
			continue
		}
		walk(append(path, name), members[name], visit)
	}
}

// walkEntries names the entries of a list by what they call themselves; plain values
// stand together.
func walkEntries(path []string, entries []any, visit func([]string, string)) {
	names, used := []string{}, map[string]int{}
	for _, e := range entries {
		name := nameOf(e)
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s #%d", name, used[name])
		}
		names = append(names, name)
	}
	if len(entries) == 0 || !slices.ContainsFunc(entries, isCompound) {
		visit(path, strings.Join(names, orderSeparator))
		return
	}
	// The list itself is no name anybody knows: a question is found by its own.
	parent := path
	if len(path) > 0 && listsByName[path[len(path)-1]] {
		parent = path[:len(path)-1]
	}
	visit(append(slices.Clone(parent), order), strings.Join(names, orderSeparator))
	for i, e := range entries {
		walk(append(slices.Clone(parent), names[i]), e, visit)
	}
}

// listsByName are lists whose entries have names that are told apart without it.
var listsByName = map[string]bool{"rules": true, "item": true, "answerOption": true}

func isCompound(e any) bool {
	switch e.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// nameOf is what an entry of a list calls itself.
func nameOf(e any) string {
	members, ok := e.(map[string]any)
	if !ok {
		return fmt.Sprint(e)
	}
	for _, name := range []string{"id", "linkId", "code", "name", "question"} {
		if text, ok := members[name].(string); ok {
			return text
		}
	}
	for _, name := range []string{"valueCoding", "pack"} {
		if inner, ok := members[name].(map[string]any); ok {
			return nameOf(inner)
		}
	}
	if url, ok := members["url"].(string); ok {
		return url[strings.LastIndex(url, "/")+1:]
	}
	return "·"
}

// translationOf reads the translations beside a text of a questionnaire: language and text.
func translationOf(value any) (texts [][2]string, ok bool) {
	member, _ := value.(map[string]any)
	extensions, _ := member["extension"].([]any)
	for _, e := range extensions {
		outer, _ := e.(map[string]any)
		parts, isTranslation := outer["extension"].([]any)
		if !isTranslation || nameOf(e) != "translation" {
			return nil, false
		}
		var language, content string
		for _, p := range parts {
			part, _ := p.(map[string]any)
			switch part["url"] {
			case "lang":
				language, _ = part["valueCode"].(string)
			case "content":
				content, _ = part["valueString"].(string)
			}
		}
		texts = append(texts, [2]string{language, content})
	}
	return texts, len(texts) > 0
}
