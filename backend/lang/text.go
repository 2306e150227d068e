// Package lang holds the two languages of the product and texts written in both.
//
// Texts of rules, sites and forms are data and travel with their translations;
// a surface picks the language when it shows them, so a person may switch at
// any moment without asking the server again.
package lang

import "fmt"

// Tag names a language of the product, as a BCP 47 tag.
type Tag string

const (
	// Chinese is simplified Chinese, the language everything is complete in first.
	Chinese Tag = "zh-CN"
	// English is the second complete language.
	English Tag = "en"
)

// Parse accepts the two tags of the product and nothing else.
func Parse(s string) (Tag, error) {
	switch Tag(s) {
	case Chinese, English:
		return Tag(s), nil
	}
	return "", fmt.Errorf("language %q is neither %q nor %q", s, Chinese, English)
}

// Text is one sentence or name in both languages.
type Text struct {
	ZH string `json:"zh" yaml:"zh" doc:"Simplified Chinese"`
	EN string `json:"en" yaml:"en" doc:"English"`
}

// In returns the text in the language t; Chinese when t is unknown.
func (t Text) In(tag Tag) string {
	if tag == English {
		return t.EN
	}
	return t.ZH
}

// IsComplete tells whether both languages are present.
func (t Text) IsComplete() bool { return t.ZH != "" && t.EN != "" }
