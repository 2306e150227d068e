package policy

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Parameters a text may name in braces.
const (
	paramUntil  = "until"  // first day on which giving is possible again
	paramFrom   = "from"   // day the period is counted from, such as the last donation
	paramPeriod = "period" // such as "6 months"; see packfile.Period
	paramValue  = "value"  // measured value
	paramLimits = "limits" // accepted values with their unit
)

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
