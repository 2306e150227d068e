package hospital

import (
	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

// Coverage is all a hospital is told: what there is and by which clause. Volumes are in
// mL, money in fen.
type Coverage struct {
	On           calendar.Date `json:"on"`
	Rules        string        `json:"rules" doc:"Pack and version it was answered by"`
	Unlimited    bool          `json:"unlimited" doc:"The patient has blood without limit, for life"`
	LeftML       int64         `json:"left_ml" doc:"What is left beside what the charges take; 0 without a limit"`
	NeededML     int64         `json:"needed_ml"`
	CoveredML    int64         `json:"covered_ml"`
	BilledFen    int64         `json:"billed_fen"`
	InsuranceFen int64         `json:"insurance_fen"`
	WaivedFen    int64         `json:"waived_fen" doc:"What the patient need not pay"`
	PatientFen   int64         `json:"patient_fen" doc:"What is left for the patient to pay"`
	Charges      []Covered     `json:"charges" doc:"In the order of the bill"`
	Clauses      []Clause      `json:"clauses" doc:"The rules it rests on"`
}

// Covered is what of a charge is covered.
type Covered struct {
	ID        string       `json:"id"`
	NeededML  int64        `json:"needed_ml"`
	CoveredML int64        `json:"covered_ml"`
	WaivedFen int64        `json:"waived_fen"`
	Short     relief.Short `json:"short,omitempty" enum:"fee,before,none,used_up,price" doc:"Why not all of it is covered: the fee is not, the blood was used before the donation, nobody gave, everything was used, the price is above the table's"`
}

// Clause is a rule that was applied.
type Clause struct {
	Title  lang.Text  `json:"title"`
	Clause string     `json:"clause"`
	Open   *lang.Text `json:"open,omitempty" doc:"A point the clause leaves open, and how it is read here"`
}

// coverageOf leaves of an assessment what a hospital needs.
func coverageOf(a relief.Assessment) Coverage {
	t := a.Totals
	c := Coverage{On: a.On, Rules: a.Pack + " " + a.Version, Unlimited: a.Unlimited, NeededML: t.NeededML, CoveredML: t.CoveredML, BilledFen: t.BilledFen,
		InsuranceFen: t.InsuranceFen, WaivedFen: t.PayableFen, PatientFen: t.BilledFen - t.InsuranceFen - t.PayableFen, Charges: []Covered{}, Clauses: []Clause{}}
	for _, e := range a.Entitlements {
		c.LeftML += e.LeftML
	}
	for _, l := range a.Lines {
		c.Charges = append(c.Charges, Covered{ID: l.ID, NeededML: l.NeededML, CoveredML: l.CoveredML, WaivedFen: l.PayableFen, Short: l.Short})
	}
	for _, b := range a.Bases {
		c.Clauses = append(c.Clauses, Clause{b.Title, b.Clause, b.Open})
	}
	return c
}
