package policy

import (
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Finding is what a rule noticed in answers or measurements. It is for staff
// only, never for a donor's screen or paper; it suggests and staff decide.
type Finding struct {
	RuleID    string        `json:"rule_id"`
	Title     lang.Text     `json:"title"`
	Clause    string        `json:"clause"`
	Certainty Certainty     `json:"certainty" enum:"verified,general-knowledge"`
	Kind      EffectKind    `json:"kind" enum:"defer,flag,bound"`
	Text      lang.Text     `json:"text"`
	Advice    lang.Text     `json:"advice"`
	Staff     lang.Text     `json:"staff,omitzero" doc:"A note for staff only, such as who may make an exception"`
	LinkIDs   []string      `json:"link_ids,omitempty" doc:"Questions concerned"`
	From      calendar.Date `json:"from,omitzero" doc:"Day the suggested deferral is counted from"`
	Until     calendar.Date `json:"until,omitzero" doc:"Suggested first day on which giving is possible again"`
	Permanent bool          `json:"permanent,omitempty" doc:"The suggested deferral has no end"`
	Undated   bool          `json:"undated,omitempty" doc:"A deferral whose day is not known: ask for it"`
	Of        Quantity      `json:"of,omitempty" doc:"Quantity out of its limits"`
	Value     float64       `json:"value,omitempty"`
	Limits    string        `json:"limits,omitempty" doc:"Accepted values with their unit"`
}

// Screen looks through the answers of a questionnaire for a product on the day
// of the donation. Findings come in the order of the pack.
func Screen(pack *Pack, person Person, product donation.Product, answers Answers, today calendar.Date) []Finding {
	var seen []string
	facts := factsOfAnswers(person, answers, today, &seen)
	var findings []Finding
	for _, r := range pack.In(InQuestionnaire) {
		if !r.Covers(product) {
			continue
		}
		seen = nil
		o := r.outcome(facts, today)
		if !o.applies {
			continue
		}
		f := r.finding(o)
		if f.LinkIDs = seen; len(seen) == 0 {
			f.LinkIDs = r.LinkIDs
		}
		findings = append(findings, f)
	}
	return findings
}

func (r *Rule) finding(o outcome) Finding {
	f := Finding{
		RuleID: r.ID, Title: r.Title, Clause: r.Clause, Certainty: r.Certainty, Kind: r.Effect.Kind,
		Staff: r.Staff, From: o.from, Until: o.until, Permanent: o.permanent,
		Undated: r.Effect.Kind == Defer && !o.permanent && o.until.IsZero(),
	}
	if r.Effect.Kind == Bound {
		f.Of, f.Value, f.Limits = r.Effect.Limits.Of, o.value, r.Effect.Limits.String()
	}
	words := r.words(o.from, o.until, o.value)
	var ok bool
	if f.Text, ok = packfile.Fill(r.Text, words); !ok {
		f.Text = r.Title // the dated sentence cannot be said without its date
	}
	if f.Advice, ok = packfile.Fill(r.Advice, words); !ok {
		f.Advice = undatedAdvice
	}
	return f
}

// undatedAdvice is for staff when an answer came without its date.
var undatedAdvice = lang.Text{
	ZH: "请询问具体日期，再计算可以献血的日期。",
	EN: "Ask for the day, then work out from when giving is possible.",
}
