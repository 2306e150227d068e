package questionnaire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"lianxin/backend/fault"
)

// MaxSize is the largest document read, in bytes: 4 MiB.
const MaxSize = 4 << 20

// MaxDepth is the deepest nesting of objects and arrays read. A form nested
// sixteen groups deep needs about fifty levels; nobody can use a deeper one.
const MaxDepth = 100

type kind uint8

const (
	isNull kind = iota
	isBool
	isNumber
	isString
	isArray
	isObject
)

var kindNames = map[kind]string{
	isNull: "null", isBool: "a boolean", isNumber: "a number",
	isString: "a string", isArray: "an array", isObject: "an object",
}

// node is one JSON value with the place it was read from. Numbers keep their
// written form: 5.60 has two decimal places and a float64 would forget one.
type node struct {
	kind   kind
	yes    bool
	text   string // of a string or a number
	list   []*node
	keys   []string
	fields map[string]*node
	start  int64
	end    int64
}

// get returns the field of an object, nil when it is absent or n is no object.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	return n.fields[key]
}

// parseNode reads one bounded JSON document.
// Faults: questionnaire.too_large, questionnaire.too_deep, questionnaire.not_json.
func parseNode(doc []byte) (*node, error) {
	if len(doc) > MaxSize {
		return nil, fault.New(fault.TooLarge, "questionnaire.too_large").With("limit", MaxSize).With("size", len(doc))
	}
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(doc) {
		return nil, fault.New(fault.Invalid, "questionnaire.not_json").At("document", "questionnaire.not_utf8", "the bytes are not UTF-8")
	}
	p := &parser{doc: doc, dec: json.NewDecoder(bytes.NewReader(doc))}
	p.dec.UseNumber()
	root, err := p.value(0)
	if err == nil {
		if _, more := p.dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is text after the document")
		}
	}
	if err == nil {
		return root, nil
	}
	var known *fault.Fault
	if errors.As(err, &known) {
		return nil, known
	}
	return nil, fault.New(fault.Invalid, "questionnaire.not_json").
		At(position(doc, p.dec.InputOffset()), "questionnaire.not_json", reason(err))
}

// reason is the decoder's complaint without any of the document's text.
func reason(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "the document ends too early"
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return "the JSON is malformed"
	}
	return err.Error()
}

// position says line and column of a byte offset, both from 1.
func position(doc []byte, offset int64) string {
	head := doc[:min(int(offset), len(doc))]
	line := 1 + bytes.Count(head, []byte("\n"))
	column := 1 + utf8.RuneCount(head[1+bytes.LastIndexByte(head, '\n'):])
	return fmt.Sprintf("line %d column %d", line, column)
}

type parser struct {
	doc []byte
	dec *json.Decoder
}

func (p *parser) value(depth int) (*node, error) {
	before := p.dec.InputOffset()
	token, err := p.dec.Token()
	if err != nil {
		return nil, err
	}
	return p.after(token, before, depth)
}

func (p *parser) after(token json.Token, before int64, depth int) (*node, error) {
	n := &node{start: p.skip(before), end: p.dec.InputOffset()}
	switch t := token.(type) {
	case nil:
		n.kind = isNull
	case bool:
		n.kind, n.yes = isBool, t
	case json.Number:
		n.kind, n.text = isNumber, t.String()
	case string:
		n.kind, n.text = isString, t
	case json.Delim:
		if depth >= MaxDepth {
			return nil, fault.New(fault.TooLarge, "questionnaire.too_deep").With("limit", MaxDepth).
				At(position(p.doc, n.start), "questionnaire.too_deep", "")
		}
		if err := p.inside(n, t, depth); err != nil {
			return nil, err
		}
		n.end = p.dec.InputOffset()
	}
	return n, nil
}

// skip moves from the end of the previous token to the first byte of this one.
func (p *parser) skip(offset int64) int64 {
	for offset < int64(len(p.doc)) && bytes.IndexByte([]byte(" \t\r\n,:"), p.doc[offset]) >= 0 {
		offset++
	}
	return offset
}

func (p *parser) inside(n *node, open json.Delim, depth int) error {
	if open == '[' {
		n.kind = isArray
		for p.dec.More() {
			child, err := p.value(depth + 1)
			if err != nil {
				return err
			}
			n.list = append(n.list, child)
		}
	} else {
		n.kind, n.fields = isObject, map[string]*node{}
		for p.dec.More() {
			if err := p.field(n, depth); err != nil {
				return err
			}
		}
	}
	_, err := p.dec.Token() // the closing bracket
	return err
}

func (p *parser) field(n *node, depth int) error {
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	key, ok := token.(string)
	if !ok {
		return errors.New("a property name is missing")
	}
	if _, twice := n.fields[key]; twice {
		return fmt.Errorf("a property stands twice in one object")
	}
	child, err := p.value(depth + 1)
	if err != nil {
		return err
	}
	n.keys = append(n.keys, key)
	n.fields[key] = child
	return nil
}
