package policy

import (
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

// Judged is one quantity a donation asks for, with its limits and what was measured.
type Judged struct {
	Of       Quantity  `json:"of" enum:"weight,systolic,diastolic,pulse_pressure,pulse,hemoglobin,hematocrit,platelets,predicted_platelets,planned_volume,planned_units"`
	RuleID   string    `json:"rule_id"`
	Title    lang.Text `json:"title"`
	Limits   string    `json:"limits" doc:"Accepted values with their unit"`
	Clause   string    `json:"clause"`
	Value    float64   `json:"value,omitempty"`
	Verdict  string    `json:"verdict" enum:"missing,within,out"`
	Text     lang.Text `json:"text,omitzero" doc:"What is wrong with the value"`
	Advice   lang.Text `json:"advice,omitzero"`
	Computed bool      `json:"computed,omitempty" doc:"Follows from other quantities"`
}

// JudgeEach returns every quantity the pack bounds for a sex and product, in the order
// of the pack: what Judge and Missing say, one quantity after the other.
func JudgeEach(pack *Pack, sex Sex, product donation.Product, m Measurements) []Judged {
	var all []Judged
	for _, r := range pack.In(InInterview) {
		if r.Effect.Kind != Bound || !r.Covers(product) || !r.when.Bool(m.facts(sex)) {
			continue
		}
		limits := r.Effect.Limits
		j := Judged{Of: limits.Of, RuleID: r.ID, Title: r.Title, Limits: limits.String(), Clause: r.Clause, Verdict: "missing",
			Computed: limits.Of == PulsePressure}
		if v, ok := m.value(limits.Of); ok {
			j.Value, j.Verdict = v, "within"
		}
		if o := r.judge(sex, m); o.applies {
			f := r.finding(o)
			j.Verdict, j.Text, j.Advice = "out", f.Text, f.Advice
		}
		all = append(all, j)
	}
	return all
}

// DeferralReason is a rule by which staff may defer somebody.
type DeferralReason struct {
	RuleID    string        `json:"rule_id"`
	Title     lang.Text     `json:"title"`
	Clause    string        `json:"clause"`
	Certainty Certainty     `json:"certainty" enum:"verified,general-knowledge"`
	Permanent bool          `json:"permanent,omitempty"`
	Period    lang.Text     `json:"period,omitzero" doc:"How long it lasts"`
	Until     calendar.Date `json:"until,omitzero" doc:"First day on which giving is possible again, counted from the day asked about; absent when staff say it"`
}

// DeferralReasons lists the rules staff may defer by, with what follows from a day: the
// deferrals of the questionnaire, then what measurements and the interview found.
func DeferralReasons(pack *Pack, from calendar.Date) []DeferralReason {
	var all []DeferralReason
	for _, r := range slices.Concat(pack.In(InQuestionnaire), pack.In(InInterview)) {
		if r.Phase == InQuestionnaire && r.Effect.Kind != Defer {
			continue
		}
		reason := DeferralReason{RuleID: r.ID, Title: r.Title, Clause: r.Clause, Certainty: r.Certainty, Permanent: r.Effect.Kind == Defer && r.Effect.Permanent}
		if r.Effect.Kind == Defer && !r.Effect.Permanent && r.Effect.Until == "" {
			reason.Period, reason.Until = r.Effect.For.Words(), r.Effect.For.After(from)
		}
		all = append(all, reason)
	}
	return all
}
