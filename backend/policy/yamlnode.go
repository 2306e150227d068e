package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// document is one parsed YAML document and the file it stands in.
type document struct {
	file string
	body ast.Node
}

// parseYAML splits a file into documents. Only plain YAML is accepted: no
// anchors, aliases, tags, merge keys or directives, because a pack is read by
// people and must mean what it shows. What it refuses it adds to faults.
func parseYAML(file string, data []byte, faults *faultList) ([]document, bool) {
	if !utf8.Valid(data) {
		faults.add(file, 1, "pack.not_utf8", "the file is not UTF-8 text")
		return nil, false
	}
	tokens := lexer.Tokenize(string(data))
	if !plainTokens(file, tokens, faults) {
		return nil, false
	}
	// Duplicate keys are found by mapping, which reports all of them with their places.
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, message := yamlError(err)
		faults.add(file, line, "pack.yaml", message)
		return nil, false
	}
	var docs []document
	for _, d := range tree.Docs {
		if d.Body != nil && d.Body.Type() != ast.NullType {
			docs = append(docs, document{file, d.Body})
		}
	}
	return docs, true
}

// plainTokens refuses what parseYAML does not accept before the parser, which
// is recursive, sees it.
func plainTokens(file string, tokens token.Tokens, faults *faultList) bool {
	if len(tokens) > maxTokens {
		faults.add(file, 1, "pack.too_long", fmt.Sprintf("the file has more than %d words and signs", maxTokens))
		return false
	}
	depth, dashes, dashLine := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != dashLine {
				dashes, dashLine = 0, t.Position.Line
			}
			dashes++
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType:
			faults.add(file, t.Position.Line, "pack.yaml_feature", "anchors, aliases, tags, merge keys and directives are not accepted")
			return false
		}
		if depth > maxYAMLDepth || dashes > maxYAMLDepth {
			faults.add(file, t.Position.Line, "pack.too_deep", fmt.Sprintf("nested more than %d deep", maxYAMLDepth))
			return false
		}
	}
	return true
}

// yamlError takes the line and the first line of the parser's message apart:
// "[12:3] unexpected key name" and then a drawing of the source.
func yamlError(err error) (int, string) {
	message, _, _ := strings.Cut(err.Error(), "\n")
	if rest, ok := strings.CutPrefix(message, "["); ok {
		if place, text, ok := strings.Cut(rest, "] "); ok {
			number, _, _ := strings.Cut(place, ":")
			if line, err := strconv.Atoi(number); err == nil {
				return line, text
			}
		}
	}
	return 1, message
}

// cursor reads one node and reports what is wrong with it where it stands.
type cursor struct {
	file   string
	rule   string // id of the rule being read, for reports
	node   ast.Node
	line   int
	faults *faultList
}

func (c cursor) fault(code, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if c.rule != "" {
		detail = fmt.Sprintf("rule %q: %s", c.rule, detail)
	}
	c.faults.add(c.file, c.line, code, detail)
}

// mapping returns the entries of a mapping by key. Keys that are not in known
// and keys that come twice are reported; known empty accepts every key.
func (c cursor) mapping(known ...string) map[string]cursor {
	var values []*ast.MappingValueNode
	switch n := c.node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		c.fault("pack.not_mapping", "a mapping is expected here")
		return nil
	}
	entries := make(map[string]cursor, len(values))
	for _, v := range values {
		key := v.Key.GetToken()
		entry := cursor{c.file, c.rule, v.Value, key.Position.Line, c.faults}
		name := key.Value
		switch _, twice := entries[name]; {
		case twice:
			entry.fault("pack.duplicate_key", "%q is written twice", name)
		case len(known) > 0 && !slices.Contains(known, name):
			entry.fault("pack.unknown_field", "field %q is unknown here, known are %s", name, strings.Join(known, ", "))
		default:
			entries[name] = entry
		}
	}
	return entries
}

// peek returns a field of a mapping before anything is checked, for reports.
func (c cursor) peek(name string) string {
	if n, ok := c.node.(*ast.MappingNode); ok {
		for _, v := range n.Values {
			if text, ok := v.Value.(*ast.StringNode); ok && v.Key.GetToken().Value == name {
				return text.Value
			}
		}
	}
	return ""
}

// sequence returns the entries of a list.
func (c cursor) sequence(most int) []cursor {
	n, ok := c.node.(*ast.SequenceNode)
	if !ok {
		c.fault("pack.not_list", "a list is expected here")
		return nil
	}
	if len(n.Values) > most {
		c.fault("pack.too_many", "%d entries, at most %d are accepted", len(n.Values), most)
		return nil
	}
	entries := make([]cursor, 0, len(n.Values))
	for _, v := range n.Values {
		entries = append(entries, cursor{c.file, c.rule, v, startLine(v, c.line), c.faults})
	}
	return entries
}

// startLine finds where a node begins: the token of a mapping is its first ":".
func startLine(n ast.Node, otherwise int) int {
	switch v := n.(type) {
	case *ast.MappingNode:
		if len(v.Values) > 0 {
			return startLine(v.Values[0], otherwise)
		}
	case *ast.MappingValueNode:
		return v.Key.GetToken().Position.Line
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return otherwise
	}
	return n.GetToken().Position.Line
}

// scalar returns the written text of a single value.
func (c cursor) scalar() (string, bool) {
	switch n := c.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	c.fault("pack.not_text", "a single value is expected here")
	return "", false
}

func (c cursor) text() string {
	s, ok := c.scalar()
	if ok && strings.TrimSpace(s) == "" {
		c.fault("pack.empty", "the value is empty")
	}
	if utf8.RuneCountInString(s) > MaxTextRunes {
		c.fault("pack.too_long", "longer than %d characters", MaxTextRunes)
		return ""
	}
	return s
}

// code reads an expression; compile bounds its size.
func (c cursor) code() string {
	s, _ := c.scalar()
	if strings.TrimSpace(s) == "" {
		c.fault("pack.empty", "the expression is empty")
	}
	return s
}

func (c cursor) number() float64 {
	s, ok := c.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f || f > 1e6 || f < -1e6 {
		c.fault("pack.not_number", "%q is not a number between -1000000 and 1000000", s)
		return 0
	}
	return f
}

func (c cursor) integer() int {
	f := c.number()
	if f != float64(int(f)) {
		c.fault("pack.not_integer", "%v is not a whole number", f)
	}
	return int(f)
}

func (c cursor) boolean() bool {
	s, ok := c.scalar()
	if ok && s != "true" && s != "false" {
		c.fault("pack.not_boolean", "%q is neither true nor false", s)
	}
	return s == "true"
}

func (c cursor) date() calendar.Date {
	s, ok := c.scalar()
	if !ok {
		return calendar.Date{}
	}
	d, err := calendar.Parse(s)
	if err != nil {
		c.fault("pack.not_date", "%v", err)
	}
	return d
}

// translated reads {zh, en}; both must be there.
func (c cursor) translated() lang.Text {
	var t lang.Text
	fields := c.mapping("zh", "en")
	if fields == nil {
		return t
	}
	for name, into := range map[string]*string{"zh": &t.ZH, "en": &t.EN} {
		field, ok := fields[name]
		if !ok {
			c.fault("pack.missing_translation", "the %q text is missing", name)
			continue
		}
		*into = field.text()
	}
	return t
}

// oneOf reads a value that must be one of a few words.
func oneOf[T ~string](c cursor, words ...T) T {
	s, ok := c.scalar()
	if ok && !slices.Contains(words, T(s)) {
		c.fault("pack.unknown_word", "%q is not one of %q", s, words)
	}
	return T(s)
}
