package claim

import (
	"cmp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/calendar"
	"lianxin/backend/relief"
)

// Hospital is where the patient was treated.
type Hospital struct {
	Name     string        `json:"name,omitempty" maxLength:"160"`
	Region   string        `json:"region,omitempty" maxLength:"6" doc:"Where it is, GB/T 2260: two thirds of claims come from elsewhere"`
	Admitted calendar.Date `json:"admitted,omitzero" doc:"First day of the treatment"`
	Left     calendar.Date `json:"left,omitzero" doc:"Last day of it"`
}

// Line is one line for blood on a bill.
type Line struct {
	Invoice   string           `json:"invoice,omitempty" maxLength:"64" doc:"Number of the invoice (票据号) it stands on"`
	Component relief.Component `json:"component,omitempty" enum:"whole_blood,leukoreduced_blood,red_cells,washed_red_cells,manual_platelets,apheresis_platelets,frozen_plasma,cryoprecipitate,apheresis_leukocytes"`
	Fee       relief.Fee       `json:"fee,omitempty" enum:"blood,nucleic_acid_tests,cross_matching,leukoreduction,irradiation,transfusion,other" doc:"What the line is for; blood where nothing is said"`
	Quantity  string           `json:"quantity,omitempty" maxLength:"10" doc:"In the component's unit, as it is written: 1.5"`
	AmountFen int64            `json:"amount_fen,omitempty" minimum:"0" maximum:"100000000" doc:"What was charged for the whole line, fen"`
	On        calendar.Date    `json:"on,omitzero" doc:"Day of the transfusion, or of the bill where it names no other"`
}

// Hundredths is the quantity, 0 while it is none.
func (l Line) Hundredths() relief.Quantity {
	q, err := relief.ParseQuantity(strings.TrimSpace(l.Quantity))
	if err != nil {
		return 0
	}
	return q
}

// ReliefBill is the bill as package relief assesses it; a line's ID is its place.
func (c Content) ReliefBill() relief.Bill {
	bill := relief.Bill{Lines: make([]relief.Line, len(c.Lines))}
	if c.Insurance != nil {
		bill.InsuranceFen = *c.Insurance
	}
	for i, l := range c.Lines {
		bill.Lines[i] = relief.Line{ID: strconv.Itoa(i), Component: l.Component, Fee: cmp.Or(l.Fee, relief.BloodFee), Quantity: l.Hundredths(), On: l.On, AmountFen: l.AmountFen}
	}
	return bill
}

// BilledFen is what all lines cost.
func (c Content) BilledFen() int64 {
	var sum int64
	for _, l := range c.Lines {
		sum += l.AmountFen
	}
	return sum
}

// ClaimableFen is what insurance has not paid; never below nothing.
func (c Content) ClaimableFen() int64 {
	sum := c.BilledFen()
	if c.Insurance != nil {
		sum -= *c.Insurance
	}
	return max(sum, 0)
}

// Span is the days of the treatment: those of the hospital, or those of the lines.
func (c Content) Span() (from, until calendar.Date) {
	from, until = c.Hospital.Admitted, c.Hospital.Left
	for _, l := range c.Lines {
		if l.On.IsZero() {
			continue
		}
		if from.IsZero() || l.On.Before(from) {
			from = l.On
		}
		if until.IsZero() || l.On.After(until) {
			until = l.On
		}
	}
	return from, until
}

// compact is a number as it is compared: full-width and narrow forms are one, capitals
// and small letters too, and spaces and hyphens people put between are gone.
func compact(number string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u3000', '-', '\u00a0', '\t', '\n', '\r':
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(number)))
}
