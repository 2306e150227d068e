package relief

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Assessment says what a patient is entitled to of a bill, and why. Volumes are in
// mL, money in fen.
type Assessment struct {
	Pack         string         `json:"pack"`
	Version      string         `json:"version"`
	Region       string         `json:"region" doc:"GB/T 2260"`
	On           calendar.Date  `json:"on"`
	Unlimited    bool           `json:"unlimited" doc:"The patient has blood without limit, for life"`
	Lines        []LineShare    `json:"lines" doc:"In the order of the bill"`
	Entitlements []Entitlement  `json:"entitlements" doc:"What there was and what is left, in the order in which it is drawn"`
	Excluded     []Excluded     `json:"excluded" doc:"Donors who cover nothing here, and why"`
	Totals       Totals         `json:"totals"`
	Bases        []Basis        `json:"bases" doc:"The rules this assessment names"`
	Documents    []DocumentNeed `json:"documents" doc:"What the claimant hands in"`
}

// Totals add an assessment up.
type Totals struct {
	NeededML     int64 `json:"needed_ml"`
	CoveredML    int64 `json:"covered_ml"`
	BilledFen    int64 `json:"billed_fen"`
	InsuranceFen int64 `json:"insurance_fen"`
	PayableFen   int64 `json:"payable_fen" doc:"What is reimbursed or waived; never more than billed minus insurance"`
}

// LineShare is what of a line is covered.
type LineShare struct {
	ID           string `json:"id"`
	NeededML     int64  `json:"needed_ml" doc:"0 for a fee that is no blood"`
	CoveredML    int64  `json:"covered_ml"`
	BilledFen    int64  `json:"billed_fen"`
	AcceptedFen  int64  `json:"accepted_fen" doc:"Of what was billed, as far as the price table goes"`
	InsuranceFen int64  `json:"insurance_fen" doc:"The part of what insurance paid that falls on this line"`
	PayableFen   int64  `json:"payable_fen"`
	Draws        []Draw `json:"draws"`
	Short        Short  `json:"short,omitempty" enum:"fee,before,none,used_up,price" doc:"Why not all of it is covered: the fee is not, the blood was used before the donation, nobody gave, everything was used, the price is above the table's"`

	table *PriceTable // the one it was compared with
}

// Short is why a line is not covered in full.
type Short string

const (
	NotShort       Short = ""
	FeeNotCovered  Short = "fee"
	BeforeDonation Short = "before"
	NobodyGave     Short = "none"
	UsedUp         Short = "used_up"
	AboveTable     Short = "price"
)

// Draw takes millilitres of a source for a line.
type Draw struct {
	Source Source `json:"source"`
	Rule   string `json:"rule" doc:"Of bases"`
	ML     int64  `json:"ml"`
	Fen    int64  `json:"fen"`
}

// Entitlement is a source as the assessment found and leaves it.
type Entitlement struct {
	Source     Source        `json:"source"`
	DonorID    string        `json:"donor_id"`
	Relation   Relation      `json:"relation"`
	GivenOn    calendar.Date `json:"given_on,omitzero"`
	CountedML  int64         `json:"counted_ml" doc:"What the donation counts as"`
	Times      int64         `json:"times" doc:"On the day of the assessment"`
	EntitledML int64         `json:"entitled_ml" doc:"Counted times times; 0 without a limit"`
	UsedML     int64         `json:"used_ml" doc:"Before"`
	ReservedML int64         `json:"reserved_ml" doc:"Before, by others"`
	TakenML    int64         `json:"taken_ml" doc:"By this assessment"`
	LeftML     int64         `json:"left_ml" doc:"After it; 0 without a limit"`
	Until      calendar.Date `json:"until,omitzero" doc:"First day on which it is less; none when it stays"`
	Rule       string        `json:"rule" doc:"Of bases"`
}

// Excluded is a donor who covers nothing.
type Excluded struct {
	DonorID  string   `json:"donor_id"`
	Relation Relation `json:"relation"`
	Why      Exclude  `json:"why" enum:"relation,nothing,another"`
	Rule     string   `json:"rule,omitempty" doc:"Of bases"`
}

// Exclude is why a donor covers nothing.
type Exclude string

const (
	RelationNotCovered Exclude = "relation" // the rules do not name it
	NothingCounts      Exclude = "nothing"  // no donation that counts
	AnotherDonor       Exclude = "another"  // family volumes do not add up, and another donor covers more
)

// Basis is a rule an assessment rests on.
type Basis struct {
	Rule      string             `json:"rule"`
	Title     lang.Text          `json:"title"`
	Clause    string             `json:"clause"`
	Certainty packfile.Certainty `json:"certainty" enum:"verified,general-knowledge,sample"`
	Open      *lang.Text         `json:"open,omitempty" doc:"A point the clause leaves open, and how it is read here"`
}

// DocumentNeed is a paper the claimant hands in.
type DocumentNeed struct {
	ID    string    `json:"id"`
	Title lang.Text `json:"title"`
	For   Relation  `json:"for,omitempty" doc:"The relation that asks for it; none when everybody hands it in"`
	Agent bool      `json:"agent" doc:"Only when somebody else hands the claim in"`
	Rule  string    `json:"rule" doc:"Of bases"`
}
