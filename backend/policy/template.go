package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Parameters a text may name in braces.
const (
	paramUntil  = "until"  // first day on which giving is possible again
	paramFrom   = "from"   // day the period is counted from, such as the last donation
	paramPeriod = "period" // such as "6 months"; see Period.Words
	paramValue  = "value"  // measured value
	paramLimits = "limits" // accepted values with their unit
)

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// params returns the names a rule's texts may use.
func (e Effect) params() []string {
	switch {
	case e.Kind == Bound:
		return []string{paramValue, paramLimits}
	case e.Kind != Defer || e.Permanent:
		return nil
	case e.Until != "":
		return []string{paramUntil}
	}
	return []string{paramUntil, paramFrom, paramPeriod}
}

// checkTemplate refuses placeholders that will never have a value and stray braces.
func checkTemplate(text string, known []string) error {
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

// fill puts the parameters into a text; ok is false when one is missing.
func fill(t lang.Text, params map[string]lang.Text) (lang.Text, bool) {
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

// words returns the parameters of what a rule said.
func (r *Rule) words(from, until calendar.Date, value float64) map[string]lang.Text {
	p := map[string]lang.Text{}
	if !until.IsZero() {
		p[paramUntil] = same(until.String())
	}
	if !from.IsZero() {
		p[paramFrom] = same(from.String())
	}
	if r.Effect.For.N > 0 {
		p[paramPeriod] = r.Effect.For.Words()
	}
	if r.Effect.Kind == Bound {
		p[paramValue], p[paramLimits] = same(plain(value)), same(r.Effect.Limits.String())
	}
	return p
}

func same(s string) lang.Text { return lang.Text{ZH: s, EN: s} }
