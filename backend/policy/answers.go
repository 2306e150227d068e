package policy

import (
	"encoding/json"
	"slices"

	"lianxin/backend/calendar"
)

// Answers holds plain values by linkId: bool, a code, codes, a number, or a date
// written as 2026-11-23. A question that was not asked, not answered or left to
// the staff is absent. A value of another kind than a rule asks for counts as
// absent, which leads to the staff and never to "no".
type Answers map[string]any

func (a Answers) answered(linkID string) bool {
	switch v := a[linkID].(type) {
	case nil:
		return false
	case string:
		return v != ""
	case []string:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return true
}

func (a Answers) is(linkID string, want bool) bool {
	v, ok := a[linkID].(bool)
	return ok && v == want
}

func (a Answers) has(linkID string, codes []string) bool {
	switch v := a[linkID].(type) {
	case string:
		return slices.Contains(codes, v)
	case []string:
		return slices.ContainsFunc(v, func(code string) bool { return slices.Contains(codes, code) })
	case []any: // as encoding/json reads a list
		return slices.ContainsFunc(v, func(entry any) bool {
			code, ok := entry.(string)
			return ok && slices.Contains(codes, code)
		})
	}
	return false
}

func (a Answers) number(linkID string) float64 {
	switch v := a[linkID].(type) {
	case float64:
		return v
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f
		}
	}
	return 0
}

func (a Answers) date(linkID string) calendar.Date {
	switch v := a[linkID].(type) {
	case string:
		if d, err := calendar.Parse(v); err == nil {
			return d
		}
	case calendar.Date:
		return v
	}
	return calendar.Date{}
}
