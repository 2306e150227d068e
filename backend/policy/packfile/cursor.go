package packfile

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Cursor reads one node and reports what is wrong with it where it stands. What
// cannot be read is reported and comes out as the zero value.
type Cursor struct {
	file   string
	rule   string // id of the rule being read, for reports
	node   ast.Node
	line   int
	faults *Faults
}

// File is the name of the file the node stands in.
func (c Cursor) File() string { return c.file }

// Line is where the node begins, from 1.
func (c Cursor) Line() int { return c.line }

// Within names the rule that is being read, for reports.
func (c Cursor) Within(rule string) Cursor {
	c.rule = rule
	return c
}

// Mistakes counts what was reported of the whole pack until now.
func (c Cursor) Mistakes() int { return c.faults.Count() }

// Fault reports what is wrong here.
func (c Cursor) Fault(code, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if c.rule != "" {
		detail = fmt.Sprintf("rule %q: %s", c.rule, detail)
	}
	c.faults.Add(c.file, c.line, code, detail)
}

// Mapping returns the entries of a mapping by key. Keys that are not in known
// and keys that come twice are reported; known empty accepts every key.
func (c Cursor) Mapping(known ...string) map[string]Cursor {
	var values []*ast.MappingValueNode
	switch n := c.node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		c.Fault("pack.not_mapping", "a mapping is expected here")
		return nil
	}
	entries := make(map[string]Cursor, len(values))
	for _, v := range values {
		key := v.Key.GetToken()
		entry := Cursor{c.file, c.rule, v.Value, key.Position.Line, c.faults}
		name := key.Value
		switch _, twice := entries[name]; {
		case twice:
			entry.Fault("pack.duplicate_key", "%q is written twice", name)
		case len(known) > 0 && !slices.Contains(known, name):
			entry.Fault("pack.unknown_field", "field %q is unknown here, known are %s", name, strings.Join(known, ", "))
		default:
			entries[name] = entry
		}
	}
	return entries
}

// Peek returns a field of a mapping before anything is checked, for reports.
func (c Cursor) Peek(name string) string {
	if n, ok := c.node.(*ast.MappingNode); ok {
		for _, v := range n.Values {
			if text, ok := v.Value.(*ast.StringNode); ok && v.Key.GetToken().Value == name {
				return text.Value
			}
		}
	}
	return ""
}

// Sequence returns the entries of a list.
func (c Cursor) Sequence(most int) []Cursor {
	n, ok := c.node.(*ast.SequenceNode)
	if !ok {
		c.Fault("pack.not_list", "a list is expected here")
		return nil
	}
	if len(n.Values) > most {
		c.Fault("pack.too_many", "%d entries, at most %d are accepted", len(n.Values), most)
		return nil
	}
	entries := make([]Cursor, 0, len(n.Values))
	for _, v := range n.Values {
		entries = append(entries, Cursor{c.file, c.rule, v, startLine(v, c.line), c.faults})
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
func (c Cursor) scalar() (string, bool) {
	switch n := c.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(n.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	c.Fault("pack.not_text", "a single value is expected here")
	return "", false
}

// Text reads a value that is not empty and not too long.
func (c Cursor) Text() string {
	s, ok := c.scalar()
	if ok && strings.TrimSpace(s) == "" {
		c.Fault("pack.empty", "the value is empty")
	}
	if utf8.RuneCountInString(s) > MaxTextRunes {
		c.Fault("pack.too_long", "longer than %d characters", MaxTextRunes)
		return ""
	}
	return s
}

// Code reads an expression; Compile bounds its size.
func (c Cursor) Code() string {
	s, _ := c.scalar()
	if strings.TrimSpace(s) == "" {
		c.Fault("pack.empty", "the expression is empty")
	}
	return s
}

// Number reads a number of a size that rules have.
func (c Cursor) Number() float64 {
	s, ok := c.scalar()
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != f || f > 1e6 || f < -1e6 {
		c.Fault("pack.not_number", "%q is not a number between -1000000 and 1000000", s)
		return 0
	}
	return f
}

// Integer reads a whole number.
func (c Cursor) Integer() int {
	f := c.Number()
	if f != float64(int(f)) {
		c.Fault("pack.not_integer", "%v is not a whole number", f)
	}
	return int(f)
}

// Certainty reads how sure a value is.
func (c Cursor) Certainty() Certainty { return OneOf(c, Verified, GeneralKnowledge, Sample) }

// Positive reads a whole number others are divided by, counted to or measured by; 1 for
// what is below.
func (c Cursor) Positive() int {
	n := c.Integer()
	if n < 1 {
		c.Fault("pack.not_number", "%d is below one", n)
		return 1
	}
	return n
}

// Boolean reads true or false.
func (c Cursor) Boolean() bool {
	s, ok := c.scalar()
	if ok && s != "true" && s != "false" {
		c.Fault("pack.not_boolean", "%q is neither true nor false", s)
	}
	return s == "true"
}

// Date reads a day written like 2026-11-23.
func (c Cursor) Date() calendar.Date {
	s, ok := c.scalar()
	if !ok {
		return calendar.Date{}
	}
	d, err := calendar.Parse(s)
	if err != nil {
		c.Fault("pack.not_date", "%v", err)
	}
	return d
}

// Translated reads {zh, en}; both must be there.
func (c Cursor) Translated() lang.Text {
	var t lang.Text
	fields := c.Mapping("zh", "en")
	if fields == nil {
		return t
	}
	for name, into := range map[string]*string{"zh": &t.ZH, "en": &t.EN} {
		field, ok := fields[name]
		if !ok {
			c.Fault("pack.missing_translation", "the %q text is missing", name)
			continue
		}
		*into = field.Text()
	}
	return t
}

// OneOf reads a value that must be one of a few words.
func OneOf[T ~string](c Cursor, words ...T) T {
	s, ok := c.scalar()
	if ok && !slices.Contains(words, T(s)) {
		c.Fault("pack.unknown_word", "%q is not one of %q", s, words)
	}
	return T(s)
}

// Need reads a field that must be there.
func Need(c Cursor, fields map[string]Cursor, name string, read func(Cursor)) {
	f, ok := fields[name]
	if !ok {
		c.Fault("pack.missing_field", "field %q is missing", name)
		return
	}
	read(f)
}

// Matching reads a text of a certain form.
func (c Cursor) Matching(pattern *regexp.Regexp, like string) string {
	s := c.Text()
	if s != "" && !pattern.MatchString(s) {
		c.Fault("pack.not_well_formed", "%q is not written like %s", s, like)
	}
	return s
}

// ID reads a kebab-case name that is stable for ever.
func (c Cursor) ID(like string) string { return c.Matching(kebab, like) }

// Period reads a stretch of the calendar such as "6 months".
func (c Cursor) Period() Period {
	p, err := ParsePeriod(c.Text())
	if err != nil {
		c.Fault("pack.period", "%v", err)
	}
	return p
}

// Plain reads whatever stands here: true or false, a number, a list of words as
// []string, or a text.
func (c Cursor) Plain() any {
	switch c.node.(type) {
	case *ast.BoolNode:
		return c.Boolean()
	case *ast.IntegerNode, *ast.FloatNode:
		return c.Number()
	case *ast.SequenceNode:
		words := []string{}
		for _, entry := range c.Sequence(MaxListItems) {
			words = append(words, entry.Text())
		}
		return words
	}
	return c.Text()
}
