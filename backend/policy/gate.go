package policy

import (
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Verdict answers "may I donate today?" for every product. It is shown to the
// donor: dates and facts, never a diagnosis.
type Verdict struct {
	Today       calendar.Date `json:"today"`
	PackVersion string        `json:"pack_version"`
	Options     []Option      `json:"options"` // one per product, in the order of donation.Products
}

// Option is the answer for one product.
type Option struct {
	Product    donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	Allowed    bool             `json:"allowed"`
	EarliestOn calendar.Date    `json:"earliest_on,omitzero" doc:"First possible day as far as it is known today; today when allowed; absent when never or when staff must look first"`
	Permanent  bool             `json:"permanent,omitempty" doc:"There is no day on which it becomes possible"`
	AskStaff   bool             `json:"ask_staff,omitempty" doc:"Something is missing that staff can settle"`
	Reasons    []Reason         `json:"reasons,omitempty" doc:"The longest first"`
}

// Reason is one rule that keeps the person from a product, in words for the person.
type Reason struct {
	RuleID    string               `json:"rule_id"`
	Clause    string               `json:"clause"`
	Certainty Certainty            `json:"certainty" enum:"verified,general-knowledge"`
	Text      lang.Text            `json:"text"`
	Advice    lang.Text            `json:"advice"`
	Until     calendar.Date        `json:"until,omitzero"`
	Permanent bool                 `json:"permanent,omitempty"`
	Params    map[string]lang.Text `json:"params,omitempty" doc:"What was put into the texts"`
}

// For returns the answer for a product; a product the pack does not know is not allowed.
func (v Verdict) For(p donation.Product) Option {
	for _, o := range v.Options {
		if o.Product == p {
			return o
		}
	}
	return Option{Product: p, AskStaff: true}
}

// Alternatives returns the other products that are possible today.
func (v Verdict) Alternatives(chosen donation.Product) []donation.Product {
	var others []donation.Product
	for _, o := range v.Options {
		if o.Allowed && o.Product != chosen {
			others = append(others, o.Product)
		}
	}
	return others
}

// Gate decides before the questionnaire, on kiosk and center alike: the center
// passes the holds it computed, the kiosk those it was sent.
func Gate(pack *Pack, person Person, holds []Hold, today calendar.Date) Verdict {
	v := Verdict{Today: today, PackVersion: pack.Version}
	for _, p := range donation.Products() {
		v.Options = append(v.Options, gateOption(pack, person, p, holds, today))
	}
	return v
}

// maxGateSteps bounds the search for the first allowed day. Each step ends at
// least one hold or one rule about the person, so few are ever needed.
const maxGateSteps = 64

// gateOption looks for the first allowed day by going to the end of the longest
// reason and asking again: on that day the person may be older than the rules allow.
func gateOption(pack *Pack, person Person, p donation.Product, holds []Hold, today calendar.Date) Option {
	option := Option{Product: p, Reasons: reasonsOn(pack, person, p, holds, today)}
	if len(option.Reasons) == 0 {
		option.Allowed, option.EarliestOn = true, today
		return option
	}
	reasons := option.Reasons
	for range maxGateSteps {
		if len(reasons) == 0 {
			return option
		}
		first := reasons[0]
		switch {
		case first.Permanent:
			option.EarliestOn, option.Permanent = calendar.Date{}, true
			option.Reasons = withReason(option.Reasons, first)
			return option
		case first.Until.IsZero():
			option.EarliestOn, option.AskStaff = calendar.Date{}, true
			option.Reasons = withReason(option.Reasons, first)
			return option
		}
		option.EarliestOn = first.Until
		reasons = reasonsOn(pack, person, p, holds, first.Until)
	}
	option.EarliestOn, option.AskStaff = calendar.Date{}, true
	return option
}

func withReason(reasons []Reason, r Reason) []Reason {
	if slices.ContainsFunc(reasons, func(known Reason) bool { return known.RuleID == r.RuleID }) {
		return reasons
	}
	return append([]Reason{r}, reasons...)
}

// reasonsOn returns what keeps the person from a product on a day: permanent
// reasons, then those only staff can settle, then the longest first.
func reasonsOn(pack *Pack, person Person, p donation.Product, holds []Hold, day calendar.Date) []Reason {
	var reasons []Reason
	facts := factsOfPerson(person, day)
	for _, r := range pack.In(AtGate) {
		if !r.Covers(p) {
			continue
		}
		if o := r.outcome(facts, day); o.applies {
			reasons = append(reasons, pack.reason(r, o))
		}
	}
	for _, h := range longest(slices.Clone(holds)) {
		if h.Product == p && !h.IsOver(day) {
			reasons = append(reasons, pack.reasonOf(h))
		}
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return b.rank(a) })
	return reasons
}

// rank compares how long two reasons last.
func (r Reason) rank(other Reason) int {
	if r.Permanent != other.Permanent {
		if r.Permanent {
			return 1
		}
		return -1
	}
	return compareUntil(r.Until, other.Until)
}

// reasonOf words a hold; what the pack cannot or may not name gets the neutral words.
func (p *Pack) reasonOf(h Hold) Reason {
	o := outcome{applies: true, from: h.From, until: h.Until, permanent: h.Until.IsZero()}
	if r, ok := p.Rule(h.RuleID); ok && r.Named && r.explains(h) {
		return p.reason(r, o)
	}
	return p.neutral(o)
}

// explains tells whether the rule's own sentence is true of a hold: staff may
// have set another date, or the center may use a newer pack.
func (r *Rule) explains(h Hold) bool {
	if r.Effect.Kind != Defer || r.Effect.Permanent != h.Until.IsZero() {
		return false
	}
	return r.Effect.For.N == 0 || (!h.From.IsZero() && r.Effect.For.After(h.From) == h.Until)
}

func (p *Pack) reason(r *Rule, o outcome) Reason {
	words := r.words(o.from, o.until, o.value)
	text, ok1 := packfile.Fill(r.Text, words)
	advice, ok2 := packfile.Fill(r.Advice, words)
	if !ok1 || !ok2 {
		return p.neutral(o)
	}
	return Reason{RuleID: r.ID, Clause: r.Clause, Certainty: r.Certainty, Text: text, Advice: advice,
		Until: o.until, Permanent: o.permanent, Params: words}
}

func (p *Pack) neutral(o outcome) Reason {
	words := map[string]lang.Text{}
	text := p.Neutral.Ongoing
	if !o.until.IsZero() {
		words[paramUntil] = same(o.until.String())
		text, _ = packfile.Fill(p.Neutral.Text, words)
	}
	return Reason{RuleID: NeutralRule, Clause: p.Neutral.Clause, Certainty: GeneralKnowledge, Text: text,
		Advice: p.Neutral.Advice, Until: o.until, Permanent: o.permanent, Params: words}
}
