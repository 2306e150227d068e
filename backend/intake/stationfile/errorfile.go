package stationfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// ErrorFile is a copy of the rows of a file that were refused, with the reasons in
// its last column. Mended, it can be read again: that column is read over. It holds
// people's data; keep it where only its owner can read it.
type ErrorFile struct {
	write func(cells []string) error
	close func() error
	rows  int
}

// ErrorFormat is how the refused rows of a file are written: a workbook's as a
// workbook, for a table of texts opened with a spreadsheet loses digits of long
// numbers, all others as CSV.
func ErrorFormat(of Format) Format {
	if of == XLSX {
		return XLSX
	}
	return CSV
}

// NewErrorFile begins a file; Close must follow.
func NewErrorFile(to io.Writer, format Format) (*ErrorFile, error) {
	e := &ErrorFile{}
	var err error
	if format == XLSX {
		err = e.workbook(to)
	} else {
		err = e.table(to)
	}
	if err != nil {
		return nil, fmt.Errorf("begin error file: %w", err)
	}
	headings := make([]string, 0, intake.FieldCount+1)
	for _, f := range intake.Fields() {
		headings = append(headings, f.Label().ZH)
	}
	return e, e.write(append(headings, "错误"))
}

func (e *ErrorFile) table(to io.Writer) error {
	if _, err := io.WriteString(to, "\ufeff"); err != nil { // spreadsheets take it for another encoding otherwise
		return err
	}
	out := csv.NewWriter(to)
	e.write = func(cells []string) error {
		for i, text := range cells {
			// A spreadsheet would compute it; the space is taken away when it is read.
			if len(text) > 1 && strings.ContainsRune("=+-@", rune(text[0])) {
				cells[i] = " " + text
			}
		}
		return out.Write(cells)
	}
	e.close = func() error { out.Flush(); return out.Error() }
	return nil
}

func (e *ErrorFile) workbook(to io.Writer) error {
	book := excelize.NewFile()
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return errors.Join(err, book.Close())
	}
	number := 0
	e.write = func(cells []string) error {
		number++
		row := make([]any, len(cells))
		for i, text := range cells {
			row[i] = text
		}
		return sheet.SetRow(fmt.Sprintf("A%d", number), row)
	}
	e.close = func() error {
		err := sheet.Flush()
		if err == nil {
			err = book.Write(to)
		}
		return errors.Join(err, book.Close())
	}
	return nil
}

// Rows is how many were refused.
func (e *ErrorFile) Rows() int { return e.rows }

// Write adds a row with what is wrong with it.
func (e *ErrorFile) Write(row intake.Row, places []fault.Place) error {
	e.rows++
	cells := make([]string, 0, intake.FieldCount+1)
	for _, text := range row.Text {
		cells = append(cells, text)
	}
	if err := e.write(append(cells, reasons(row, places))); err != nil {
		return fmt.Errorf("write error file: %w", err)
	}
	return nil
}

// reasons says in both languages what is wrong.
func reasons(row intake.Row, places []fault.Place) string {
	var all []string
	for _, p := range places {
		text := intake.FaultText(p.Code)
		all = append(all, p.Location+": "+text.ZH+" / "+text.EN)
	}
	if row.Raw != "" {
		all = append(all, row.Raw)
	}
	return strings.Join(all, "; ")
}

// Close ends the file.
func (e *ErrorFile) Close() error {
	if err := e.close(); err != nil {
		return fmt.Errorf("end error file: %w", err)
	}
	return nil
}
