// Package workbook writes the report about gifts as a spreadsheet (Office Open XML):
// a sheet for each table, numbers as numbers, with charts that spreadsheet programs draw.
package workbook

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/demand"
	"lianxin/backend/lang"
)

// book is a workbook being written; err is the first failure.
type book struct {
	file   *excelize.File
	styles map[demand.CellKind]int
	bold   int
	quiet  int
	err    error
}

// Write writes a report in one language. The same report gives the same cells.
func Write(to io.Writer, r demand.Report, tag lang.Tag) error {
	b := &book{file: excelize.NewFile(), styles: map[demand.CellKind]int{}}
	defer b.file.Close()
	b.prepare()
	tables := r.Tables(tag)
	b.front(r, tables, tag)
	for _, t := range tables {
		b.table(t)
	}
	b.charts(r, tables, tag)
	b.keep(b.file.DeleteSheet("Sheet1"))
	b.file.SetActiveSheet(0)
	title, _ := r.Headline(tag)
	made := time.Date(r.AsOf.Year(), r.AsOf.Month(), r.AsOf.Day(), 0, 0, 0, 0, calendar.Beijing).UTC().Format(time.RFC3339)
	b.keep(b.file.SetDocProps(&excelize.DocProperties{Title: title, Creator: "Lianxin", Created: made, Modified: made, Language: string(tag)}))
	if b.err != nil {
		return fmt.Errorf("workbook of gifts: %w", b.err)
	}
	return b.file.Write(to)
}

func (b *book) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

// style makes one of the workbook's styles.
func (b *book) style(s excelize.Style) int {
	id, err := b.file.NewStyle(&s)
	b.keep(err)
	return id
}

func (b *book) prepare() {
	day, decimal := "yyyy-mm-dd", "0.0"
	b.styles[demand.Whole] = b.style(excelize.Style{NumFmt: 1})
	b.styles[demand.Decimal] = b.style(excelize.Style{CustomNumFmt: &decimal})
	b.styles[demand.Day] = b.style(excelize.Style{CustomNumFmt: &day})
	b.bold = b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3EFEA"}}, Border: []excelize.Border{{Type: "bottom", Color: "B0202A", Style: 2}}})
	b.quiet = b.style(excelize.Style{Font: &excelize.Font{Color: "68635F"}, Alignment: &excelize.Alignment{Vertical: "top"}})
}

// front is the first sheet: what the whole is, and where to find what.
func (b *book) front(r demand.Report, tables []demand.Table, tag lang.Tag) {
	title, about := r.Headline(tag)
	sheet := title
	_, err := b.file.NewSheet(sheet)
	b.keep(err)
	big := b.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16, Color: "B0202A"}})
	b.set(sheet, 1, 1, title, big)
	for i, line := range about {
		b.set(sheet, 1, 2+i, line, b.quiet)
	}
	for i, t := range tables {
		b.set(sheet, 1, 5+i, t.Title, 0)
		b.set(sheet, 2, 5+i, len(t.Rows), b.styles[demand.Whole])
		b.keep(b.file.SetCellHyperLink(sheet, cell(1, 5+i), "'"+t.Title+"'!A1", "Location"))
	}
	b.keep(b.file.SetColWidth(sheet, "A", "A", 34))
}

// firstRow is that of a table's headings; note and title stand above.
const firstRow = 3

func (b *book) table(t demand.Table) {
	_, err := b.file.NewSheet(t.Title)
	b.keep(err)
	b.set(t.Title, 1, 1, t.Note, b.quiet)
	column := 0
	for i, c := range t.Columns {
		if c.Kind == demand.Trace {
			continue // a spreadsheet has the numbers on their own sheet
		}
		column++
		b.set(t.Title, column, firstRow, c.Title, b.bold)
		width := 12.0
		if c.Kind == demand.Words {
			width = 28
		}
		name, err := excelize.ColumnNumberToName(column)
		b.keep(err)
		b.keep(b.file.SetColWidth(t.Title, name, name, width))
		for n, row := range t.Rows {
			b.value(t.Title, column, firstRow+1+n, c.Kind, row[i])
		}
	}
	b.keep(b.file.SetPanes(t.Title, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: firstRow, TopLeftCell: cell(2, firstRow+1), ActivePane: "bottomRight"}))
	if len(t.Rows) > 0 {
		b.keep(b.file.AutoFilter(t.Title, cell(1, firstRow)+":"+cell(column, firstRow+len(t.Rows)), nil))
	}
}

func (b *book) value(sheet string, column, row int, kind demand.CellKind, v demand.Cell) {
	switch kind {
	case demand.Whole:
		b.set(sheet, column, row, int64(v.Number), b.styles[kind])
	case demand.Decimal:
		b.set(sheet, column, row, v.Number, b.styles[kind])
	case demand.Day:
		if !v.Day.IsZero() {
			b.set(sheet, column, row, time.Date(v.Day.Year(), v.Day.Month(), v.Day.Day(), 0, 0, 0, 0, time.UTC), b.styles[kind])
		}
	default:
		// SetCellStr writes text only: a name that begins with = is no formula.
		b.keep(b.file.SetCellStr(sheet, cell(column, row), v.Text(kind)))
	}
}

func (b *book) set(sheet string, column, row int, value any, style int) {
	b.keep(b.file.SetCellValue(sheet, cell(column, row), value))
	if style != 0 {
		b.keep(b.file.SetCellStyle(sheet, cell(column, row), cell(column, row), style))
	}
}

func cell(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		panic(err) // columns and rows are counted here
	}
	return name
}
