package packfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lianxin/backend/lang"
)

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// CheckTemplate refuses placeholders that will never have a value and stray braces.
func CheckTemplate(text string, known []string) error {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, m[1]) {
			return fmt.Errorf("{%s} has no value here; there are %q", m[1], known)
		}
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
		return fmt.Errorf("a brace has no partner")
	}
	return nil
}

// Fill puts parameters into a text; ok is false when one is missing.
func Fill(t lang.Text, params map[string]lang.Text) (lang.Text, bool) {
	zh, ok1 := fillOne(t.ZH, lang.Chinese, params)
	en, ok2 := fillOne(t.EN, lang.English, params)
	return lang.Text{ZH: zh, EN: en}, ok1 && ok2
}

func fillOne(text string, tag lang.Tag, params map[string]lang.Text) (string, bool) {
	complete := true
	filled := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		value, ok := params[m[1:len(m)-1]]
		complete = complete && ok
		return value.In(tag)
	})
	return filled, complete
}

// Template reads a translated text whose placeholders are known.
func (c Cursor) Template(params []string) lang.Text {
	t := c.Translated()
	for _, s := range []string{t.ZH, t.EN} {
		if err := CheckTemplate(s, params); err != nil {
			c.Fault("pack.template", "%v", err)
		}
	}
	return t
}
