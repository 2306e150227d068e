package intake

import (
	"fmt"

	"lianxin/backend/fault"
)

// Row is one record as it was written: texts, and where each stands.
type Row struct {
	Number int // row of a sheet, line of a file, place in a Bundle or batch; from 1
	Text   [FieldCount]string
	// Where says where a field stands: "row 7, column C (证件号码)".
	Where func(f Field) string
	// Raw is the line as it was written, of one that could not be taken apart.
	Raw string
	// Fault says why the row could not even be taken apart; nil for most.
	Fault *fault.Fault
}

// at is where a field stands.
func (r *Row) at(f Field) string {
	if r.Where == nil {
		return fmt.Sprintf("row %d: %s", r.Number, f.Path())
	}
	return r.Where(f)
}

// Places are where the refusal of a row lies, for an outcome of Applier.
func (r *Row) Places(o Outcome) []fault.Place {
	return []fault.Place{{Location: r.at(o.Field), Code: o.Code}}
}

// Unreadable is a row that cannot be taken apart; raw is the line, "" for none.
func Unreadable(number int, where, code, raw string) Row {
	return Row{Number: number, Raw: raw, Fault: fault.New(fault.Invalid, "intake.row").At(where, code, "")}
}
