package stationfile

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// sheet knows which column holds which field.
type sheet struct {
	fields  []intake.Field       // by column; intake.FieldCount for one that is read over
	columns map[intake.Field]int // from 0
}

// requiredColumns are those no file does without.
var requiredColumns = []intake.Field{intake.RecordID, intake.DocumentNumber, intake.Name, intake.DIN, intake.Product, intake.Volume,
	intake.GivenOn, intake.Site}

// newSheet reads the headings. A heading nobody knows may be a misspelt one, so the
// whole file is refused: fault "intake.headings", or "intake.encoding" where characters cannot be read.
func newSheet(headings []string, row int) (*sheet, error) {
	for _, text := range headings {
		if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
			return nil, fault.New(fault.Invalid, "intake.encoding")
		}
	}
	s, faults := &sheet{columns: map[intake.Field]int{}}, fault.New(fault.Invalid, "intake.headings")
	for i, text := range headings {
		f, known := intake.FieldOf(text)
		switch _, twice := s.columns[f]; {
		case known && f == intake.FieldCount:
		case !known:
			// The text may be anything: in a file without headings it is a person.
			faults.At(fmt.Sprintf("row %d, column %s", row, letters(i)), "intake.heading_unknown", "")
			f = intake.FieldCount
		case twice:
			faults.At(fmt.Sprintf("row %d, column %s (%s)", row, letters(i), f.Label().ZH), "intake.heading_twice", "")
			f = intake.FieldCount
		default:
			s.columns[f] = i
		}
		s.fields = append(s.fields, f)
	}
	for _, f := range requiredColumns {
		if _, ok := s.columns[f]; !ok {
			faults.At(fmt.Sprintf("row %d, %s", row, f.Label().ZH), "intake.heading_missing", f.Label().EN)
		}
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return s, nil
}

// row sorts the cells of a row into fields.
func (s *sheet) row(number int, cells []string) intake.Row {
	r := intake.Row{Number: number, Where: func(f intake.Field) string {
		if column, ok := s.columns[f]; ok {
			return fmt.Sprintf("row %d, column %s (%s)", number, letters(column), f.Label().ZH)
		}
		return fmt.Sprintf("row %d, %s", number, f.Label().ZH)
	}}
	for i, text := range cells {
		switch {
		case i < len(s.fields) && s.fields[i] < intake.FieldCount:
			r.Text[s.fields[i]] = text
		case i >= len(s.fields) && text != "" && r.Fault == nil:
			r.Fault = fault.New(fault.Invalid, "intake.row").At(fmt.Sprintf("row %d, column %s", number, letters(i)), "intake.columns", "")
		}
	}
	return r
}

// letters is a column's name in a sheet: A, B, … Z, AA.
func letters(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}
