// Package bankfile writes the files banks are given and reads their statements: CSV in
// UTF-8 or GB 18030, and workbooks (Office Open XML), by the formats of package payout.
//
// The same payments give the same bytes. Text goes into a file as text: what a spreadsheet
// program would take for a formula is refused and not altered, for a bank compares names
// letter by letter.
package bankfile

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

// File is a file to be handed to a bank.
type File struct {
	Name    string
	Type    string // media type
	Content []byte
}

// Write writes payments in a bank's format. Faults "payout.payee_formula" and
// "payout.encoding" name the payment.
func Write(f payout.Format, b payout.Batch, payments []payout.Payment) (File, error) {
	rows := [][]string{f.Titles()}
	for i, p := range payments {
		row := f.Row(i+1, p)
		for _, text := range row {
			if payout.IsFormula(text) {
				return File{}, fault.New(fault.Invalid, "payout.payee_formula").At(p.ID, "payout.payee_formula", "")
			}
		}
		rows = append(rows, row)
	}
	if f.Kind == payout.XLSX {
		content, err := workbook(rows)
		return File{b.Number + ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", content}, err
	}
	content, err := table(rows, f.Encoding)
	return File{b.Number + ".csv", "text/csv; charset=" + string(f.Encoding), content}, err
}

func table(rows [][]string, as payout.Encoding) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("file for a bank: %w", err)
	}
	if as != payout.GB18030 {
		return out.Bytes(), nil
	}
	encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes(out.Bytes())
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "payout.encoding")
	}
	return encoded, nil
}

// sheet is the one sheet of a workbook.
const sheet = "Sheet1"

// workbook writes every cell as text: an account number is no number, and no text a formula.
func workbook(rows [][]string) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close()
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49})
	if err != nil {
		return nil, fmt.Errorf("workbook for a bank: %w", err)
	}
	for r, row := range rows {
		for c, value := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err == nil {
				err = book.SetCellStr(sheet, cell, value)
			}
			if err == nil {
				err = book.SetCellStyle(sheet, cell, cell, text)
			}
			if err != nil {
				return nil, fmt.Errorf("workbook for a bank: %w", err)
			}
		}
	}
	if err := book.SetColWidth(sheet, "A", "J", 24); err != nil {
		return nil, fmt.Errorf("workbook for a bank: %w", err)
	}
	if err := describe(book, rows); err != nil {
		return nil, fmt.Errorf("workbook for a bank: %w", err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("workbook for a bank: %w", err)
	}
	return out.Bytes(), nil
}

// describe says how large the sheet is, by which some programs read it, and whose file it is:
// the library says one cell, and its author.
func describe(book *excelize.File, rows [][]string) error {
	last, err := excelize.CoordinatesToCellName(len(rows[0]), len(rows))
	if err != nil {
		return err
	}
	if err := book.SetSheetDimension(sheet, "A1:"+last); err != nil {
		return err
	}
	return book.SetDocProps(&excelize.DocProperties{Creator: "Lianxin"})
}
