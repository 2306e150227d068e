package relief

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/policy/packfile"
)

// Pack is how one region gives relief, from a day on. It is made by the loader only
// and never changed afterwards.
type Pack struct {
	packfile.Head
	packfile.Written

	Own        EarnRule   // what a donation earns its donor
	Lifetime   *LimitRule // from when on the donor has blood without limit; nil for never
	Relatives  []EarnRule // the first that names the relation and whose condition holds
	Apheresis  ApheresisRule
	Counting   CountingRule
	Components ComponentRule
	Fees       FeeRule
	Prices     []PriceTable // the latest that is in force on the day of use
	Documents  DocumentRule

	examples int
}

// Counts is how many rules and worked examples the pack has.
func (p *Pack) Counts() (rules, examples int) { return len(p.rules()), p.examples }

// Rule is what every rule of a pack says of itself.
type Rule struct {
	ID        string
	Title     lang.Text
	Clause    string
	Certainty packfile.Certainty
	Open      *lang.Text // a point the clause leaves open, and how it is read here; nil for none
}

// EarnRule says how many times its volume a donation earns.
type EarnRule struct {
	Rule
	Relations []Relation // Relatives only
	Terms     []Term     // one after the other; the last may have no end

	when *packfile.Expression // on the donor's history; nil always holds
}

// Term is a stretch of time after a donation.
type Term struct {
	For   packfile.Period // from the day of the donation; zero for ever
	Times int64
}

// LimitRule says when a donor's right has no limit.
type LimitRule struct {
	Rule
	when *packfile.Expression
}

// ApheresisRule says what one unit by apheresis counts as.
type ApheresisRule struct {
	Rule
	UnitML int64
}

// CountingRule says which donations count for which blood.
type CountingRule struct {
	Rule
	Unqualified Counts // donations whose blood did not pass
	// AddUp tells whether the volumes of several donors of a family add up; otherwise
	// the one who covers most is taken.
	AddUp bool
	// BeforeDonation tells whether a donation covers blood that was used before it.
	BeforeDonation bool
}

// Counts is how a donation that did not pass counts.
type Counts string

const (
	InFull  Counts = "full"  // as any other
	Equally Counts = "equal" // once its volume, whatever others earn
	NotAt   Counts = "none"
)

// ComponentRule says how many mL a component counts as.
type ComponentRule struct {
	Rule
	Of map[Component]Conversion
}

// Conversion is what one unit of a component counts as.
type Conversion struct {
	Title lang.Text
	Unit  Unit
	ML    int64 // of one unit
}

// FeeRule says which fees are covered.
type FeeRule struct {
	Rule
	Covered []Fee
}

// PriceTable is what components cost from a day on, in fen for one unit.
type PriceTable struct {
	Rule
	From calendar.Date
	// Binds tells whether what is charged above it is left to the claimant; otherwise
	// the table is there to compare.
	Binds bool
	Fen   map[Component]Price
}

// Price is a price of an amount: 220 yuan for 200 mL.
type Price struct {
	Fen int64
	For Quantity
}

// DocumentRule lists what a claimant hands in.
type DocumentRule struct {
	Rule
	Needs []DocumentRow
}

// DocumentRow is a paper and who brings it.
type DocumentRow struct {
	ID    string
	Title lang.Text
	For   []Relation // empty for everybody
	Agent bool       // only when somebody else hands the claim in
}
