package packfile

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// document is one parsed YAML document and the file it stands in.
type document struct {
	file string
	body ast.Node
}

// parseYAML splits a file into documents. Only plain YAML is accepted: no
// anchors, aliases, tags, merge keys or directives, because a pack is read by
// people and must mean what it shows. What it refuses it adds to faults.
func parseYAML(file string, data []byte, faults *Faults) ([]document, bool) {
	if !utf8.Valid(data) {
		faults.Add(file, 1, "pack.not_utf8", "the file is not UTF-8 text")
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
		faults.Add(file, line, "pack.yaml", message)
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
func plainTokens(file string, tokens token.Tokens, faults *Faults) bool {
	if len(tokens) > maxTokens {
		faults.Add(file, 1, "pack.too_long", fmt.Sprintf("the file has more than %d words and signs", maxTokens))
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
			faults.Add(file, t.Position.Line, "pack.yaml_feature", "anchors, aliases, tags, merge keys and directives are not accepted")
			return false
		}
		if depth > maxYAMLDepth || dashes > maxYAMLDepth {
			faults.Add(file, t.Position.Line, "pack.too_deep", fmt.Sprintf("nested more than %d deep", maxYAMLDepth))
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
