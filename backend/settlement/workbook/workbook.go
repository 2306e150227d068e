// Package workbook writes a statement as a spreadsheet (Office Open XML): a sheet for each
// table, amounts as numbers in yuan.
package workbook

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/lang"
	"lianxin/backend/settlement"
)

// Write writes a statement in one language. The same statement gives the same bytes.
func Write(to io.Writer, s settlement.Statement, tag lang.Tag, madeAt time.Time) (err error) {
	if s.State == settlement.Locked {
		madeAt = s.LockedAt
	}
	file := excelize.NewFile()
	defer file.Close()
	fen := "#,##0.00"
	amounts, err := file.NewStyle(&excelize.Style{CustomNumFmt: &fen})
	if err != nil {
		return fmt.Errorf("style of a statement: %w", err)
	}
	heads, err := file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("style of a statement: %w", err)
	}
	for i, t := range s.Tables(tag) {
		var above []string
		if i == 0 {
			above = append([]string{s.Title(tag)}, s.About(tag)...)
		}
		if err := sheet(file, t, above, amounts, heads); err != nil {
			return fmt.Errorf("sheet of a statement: %w", err)
		}
	}
	made := madeAt.UTC().Format(time.RFC3339)
	if err := file.SetDocProps(&excelize.DocProperties{Title: s.Title(tag), Creator: "Lianxin", Created: made, Modified: made, Language: string(tag)}); err != nil {
		return fmt.Errorf("properties of a statement: %w", err)
	}
	if err := file.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("first sheet of a statement: %w", err)
	}
	file.SetActiveSheet(0)
	var raw bytes.Buffer
	if err := file.Write(&raw); err != nil {
		return fmt.Errorf("write a statement: %w", err)
	}
	return ordered(to, raw.Bytes())
}

// ordered writes the parts of a workbook by name: the library writes them in the order of
// a map, which is another one each time.
func ordered(to io.Writer, raw []byte) error {
	parts, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return fmt.Errorf("read a workbook: %w", err)
	}
	slices.SortFunc(parts.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(to)
	for _, part := range parts.File {
		if err := out.Copy(part); err != nil {
			return fmt.Errorf("order a workbook: %w", err)
		}
	}
	return out.Close()
}

// sheet streams one table: a month of a large district has thousands of lines.
func sheet(file *excelize.File, t settlement.Table, above []string, amounts, heads int) error {
	if _, err := file.NewSheet(t.Title); err != nil {
		return err
	}
	out, err := file.NewStreamWriter(t.Title)
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		if err := out.SetColWidth(i+1, i+1, 5*c.Share+2); err != nil {
			return err
		}
	}
	row := 0
	write := func(cells ...any) error {
		row++
		at, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		return out.SetRow(at, cells)
	}
	for _, line := range above {
		if err := write(line); err != nil {
			return err
		}
	}
	if err := write(headings(t, heads)...); err != nil {
		return err
	}
	for _, cells := range t.Rows {
		if err := write(values(cells, amounts)...); err != nil {
			return err
		}
	}
	return out.Flush()
}

func headings(t settlement.Table, style int) []any {
	cells := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = excelize.Cell{StyleID: style, Value: c.Title}
	}
	return cells
}

// fenOfYuan is how many fen a yuan has.
const fenOfYuan = 100

func values(cells []settlement.Cell, amounts int) []any {
	row := make([]any, len(cells))
	for i, c := range cells {
		switch {
		case c.Text != "":
			row[i] = c.Text // a text is never a formula here
		case c.IsFen:
			row[i] = excelize.Cell{StyleID: amounts, Value: float64(c.Amount) / fenOfYuan}
		default:
			row[i] = c.Amount
		}
	}
	return row
}
