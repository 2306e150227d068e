package relief

import (
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Bill is what a hospital charged for blood. Money is in fen.
type Bill struct {
	Lines []Line
	// InsuranceFen is what insurance paid of all lines together, beside what the
	// lines say of themselves.
	InsuranceFen int64
	// IsNone says that nothing was charged yet: then there are no lines, and the answer is
	// what there is.
	IsNone bool
}

// Line is one line of a bill.
type Line struct {
	ID           string // unique in the bill: the caller's own
	Component    Component
	Fee          Fee
	Quantity     Quantity      // of the component's unit
	On           calendar.Date // the day the blood was used
	AmountFen    int64         // charged for the whole line
	InsuranceFen int64         // what insurance paid of this line, when the hospital says it by line
}

// Bounds of a bill.
const (
	MaxLines   = 500
	MaxLineFen = 100_000_000 // one million yuan
)

// Check returns fault "relief.bill" with every wrong place, such as "lines[2].quantity";
// nil when the bill can be assessed on a day.
func (b Bill) Check(today calendar.Date) error {
	f := fault.New(fault.Invalid, "relief.bill")
	if b.IsNone && len(b.Lines) == 0 && b.InsuranceFen == 0 {
		return nil
	}
	if len(b.Lines) == 0 || len(b.Lines) > MaxLines {
		f.At("lines", "relief.lines", fmt.Sprintf("%d lines, 1 to %d are accepted", len(b.Lines), MaxLines))
	}
	seen, total := map[string]bool{}, int64(0)
	for i, l := range b.Lines {
		at := fmt.Sprintf("lines[%d]", i)
		if l.ID == "" || seen[l.ID] {
			f.At(at+".id", "relief.line_id", "a line has no id, or that of another")
		}
		seen[l.ID] = true
		total += l.AmountFen - l.InsuranceFen
		for _, wrong := range l.check(today) {
			f.At(at+"."+wrong.field, wrong.code, "")
		}
	}
	if b.InsuranceFen < 0 || b.InsuranceFen > total {
		f.At("insurance_fen", "relief.insurance", "insurance paid less than nothing, or more than was charged")
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

type wrongField struct{ field, code string }

func (l Line) check(today calendar.Date) (wrong []wrongField) {
	for _, c := range []struct {
		is    bool
		field string
		code  string
	}{
		{!l.Component.Valid(), "component", "relief.component"},
		{!l.Fee.Valid(), "fee", "relief.fee"},
		{l.Quantity <= 0 || l.Quantity > MaxQuantity, "quantity", "relief.quantity"},
		{l.On.IsZero() || l.On.After(today), "on", "relief.used_on"},
		{l.AmountFen < 0 || l.AmountFen > MaxLineFen, "amount_fen", "relief.amount"},
		{l.InsuranceFen < 0 || l.InsuranceFen > l.AmountFen, "insurance_fen", "relief.insurance"},
	} {
		if c.is {
			wrong = append(wrong, wrongField{c.field, c.code})
		}
	}
	return wrong
}
