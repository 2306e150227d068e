package policy

import (
	"fmt"
	"slices"

	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Pack is a set of rules that is in force for a time. It is made by the loader
// only, is never changed afterwards and may be used by many goroutines.
type Pack struct {
	packfile.Head
	packfile.Written
	Neutral Neutral `json:"neutral"`
	Rules   []*Rule `json:"rules"`

	byID map[string]*Rule
}

// Neutral is what a donor's screen says when the rule behind a hold is not for
// that screen. The words are the same whatever the rule.
type Neutral struct {
	Text    lang.Text `json:"text"`
	Advice  lang.Text `json:"advice"`
	Clause  string    `json:"clause"`
	Ongoing lang.Text `json:"ongoing"` // instead of Text when there is no date
}

// NeutralRule is the rule id that stands for every rule a donor's screen does not name.
const NeutralRule = "deferral-on-record"

// Rule returns the rule with an id.
func (p *Pack) Rule(id string) (*Rule, bool) {
	r, ok := p.byID[id]
	return r, ok
}

// In returns the rules of a phase in the order they are written.
func (p *Pack) In(phase Phase) []*Rule {
	var rules []*Rule
	for _, r := range p.Rules {
		if r.Phase == phase {
			rules = append(rules, r)
		}
	}
	return rules
}

// Bytes returns the pack as it was written, one YAML stream that LoadBytes reads.
func (p *Pack) Bytes() []byte { return slices.Clone(p.Text) }

// Phase is when a rule is asked, and what its expressions may know.
type Phase string

const (
	// FromHistory rules look at past donations; the center turns them into Holds.
	FromHistory Phase = "history"
	// AtGate rules look at the person, before the questionnaire.
	AtGate Phase = "gate"
	// InQuestionnaire rules look at the answers; what they find is for staff only.
	InQuestionnaire Phase = "questionnaire"
	// InInterview rules look at measurements; what they find is for staff only.
	InInterview Phase = "interview"
)

// Certainty says how sure the source of a rule's values is.
type Certainty = packfile.Certainty

const (
	Verified         = packfile.Verified
	GeneralKnowledge = packfile.GeneralKnowledge
)

// Rule is one dated rule of a pack.
type Rule struct {
	ID        string             `json:"id"` // stable, kebab-case; stored with deferrals
	Title     lang.Text          `json:"title"`
	Clause    string             `json:"clause"`
	Certainty Certainty          `json:"certainty"`
	Phase     Phase              `json:"phase"`
	Products  []donation.Product `json:"products"`
	Named     bool               `json:"named"` // a donor's screen may name the rule once it is on record
	When      string             `json:"when"`  // expression: does the rule apply
	Effect    Effect             `json:"effect"`
	Text      lang.Text          `json:"text"`   // template; see doc.go
	Advice    lang.Text          `json:"advice"` // what to do, template
	Staff     lang.Text          `json:"staff,omitzero"`
	LinkIDs   []string           `json:"link_ids,omitempty"` // the questions it reads
	Codes     []AnswerCode       `json:"codes,omitempty"`    // the options it reads
	File      string             `json:"file"`
	Line      int                `json:"line"`

	when, from *packfile.Expression
	examples   []example
}

// AnswerCode is one option of one question.
type AnswerCode struct {
	LinkID string `json:"link_id"`
	Code   string `json:"code"`
}

// Covers tells whether the rule speaks about a product.
func (r *Rule) Covers(p donation.Product) bool { return slices.Contains(r.Products, p) }

// EffectKind is what a rule does when it applies.
type EffectKind string

const (
	Defer EffectKind = "defer" // not before a date
	Flag  EffectKind = "flag"  // staff look at it
	Bound EffectKind = "bound" // a measurement must lie within limits
)

// Effect is what a rule does when it applies. The fields of its kind are set.
type Effect struct {
	Kind      EffectKind      `json:"kind"`
	Permanent bool            `json:"permanent,omitempty"` // Defer: for ever
	For       packfile.Period `json:"for,omitzero"`        // Defer: counted from From
	From      string          `json:"from,omitempty"`      // Defer: date expression
	Until     string          `json:"until,omitempty"`     // Defer: date expression instead of For and From
	Limits    Limits          `json:"limits,omitzero"`     // Bound
}

// String writes the effect as a pack's author would say it.
func (e Effect) String() string {
	switch {
	case e.Kind == Bound:
		return fmt.Sprintf("bound %s %s", e.Limits.Of, e.Limits)
	case e.Kind == Flag:
		return "flag"
	case e.Permanent:
		return "defer permanently"
	case e.Until != "":
		return "defer until " + e.Until
	}
	return fmt.Sprintf("defer %s from %s", e.For, e.From)
}

// Counts tells how many rules there are, and how many worked examples came out as they say.
func (p *Pack) Counts() (rules, examples int) {
	for _, r := range p.Rules {
		examples += len(r.examples)
	}
	return len(p.Rules), examples
}
