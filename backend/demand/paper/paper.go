// Package paper prints the report about gifts: A4, the same numbers as the page and
// the workbook, with charts drawn as lines.
package paper

import (
	"fmt"
	"slices"
	"time"

	"lianxin/backend/demand"
	"lianxin/backend/lang"
	"lianxin/backend/receipt"
)

// printed is how many rows of a table are on paper; the workbook has all of them.
const printed = 40

// Render returns the PDF of a report. The list of all gifts is left to the workbook.
func Render(r demand.Report, tag lang.Tag, madeAt time.Time) ([]byte, error) {
	title, about := r.Headline(tag)
	out := receipt.Report{Language: tag, Title: title, Issuer: lang.Text{ZH: "连心", EN: "Lianxin"}.In(tag), About: about, MadeAt: madeAt}
	tables := r.Tables(tag)
	at := slices.IndexFunc(tables, func(t demand.Table) bool { return t.ID == "weeks" })
	out.Sections = append(out.Sections, weeks(r, tables[at], tag))
	for _, t := range tables {
		if t.ID != "weeks" && t.ID != "gifts" {
			out.Sections = append(out.Sections, section(t, tag))
		}
	}
	return receipt.RenderReport(out)
}

// weeks is the chart alone: fifty-two rows of numbers are for the workbook.
func weeks(r demand.Report, t demand.Table, tag lang.Tag) receipt.ReportSection {
	values := make([]float64, 0, len(t.Rows))
	for _, row := range t.Rows {
		values = append(values, row[1].Number)
	}
	day := func(row int) string { return t.Rows[row][0].Text(demand.Day) }
	return receipt.ReportSection{Title: t.Title, Note: t.Note, Chart: &receipt.ReportChart{Values: values, Expected: len(r.Asked),
		Caption: fmt.Sprintf(lang.Text{ZH: "最高的一周 %.0f 件", EN: "Tallest week: %.0f"}.In(tag), slices.Max(values)),
		First:   day(0), Middle: day(len(r.Asked)), Last: day(len(t.Rows) - 1)}}
}

func section(t demand.Table, tag lang.Tag) receipt.ReportSection {
	s := receipt.ReportSection{Title: fmt.Sprintf("%s（%d）", t.Title, len(t.Rows)), Note: t.Note, Empty: lang.Text{ZH: "没有。", EN: "None."}.In(tag)}
	if tag == lang.English {
		s.Title = fmt.Sprintf("%s (%d)", t.Title, len(t.Rows))
	}
	if t.ID == "quality" {
		s.Title = t.Title
	}
	for i, c := range t.Columns {
		col := receipt.ReportColumn{Title: c.Title, Share: 2, Right: c.Kind != demand.Words && c.Kind != demand.Trace && c.Kind != demand.Day}
		if i == 0 || c.Kind == demand.Trace {
			col.Share = 4
		} else if c.Kind == demand.Words {
			col.Share = 3
		}
		s.Columns = append(s.Columns, col)
	}
	for _, row := range t.Rows[:min(len(t.Rows), printed)] {
		cells := make([]receipt.ReportCell, len(row))
		for i, c := range row {
			cells[i] = receipt.ReportCell{Text: c.Text(t.Columns[i].Kind), Trace: c.Trace}
		}
		s.Rows = append(s.Rows, cells)
	}
	if more := len(t.Rows) - printed; more > 0 {
		s.More = fmt.Sprintf(lang.Text{ZH: "另有 %d 项，见电子表格。", EN: "%d more are in the workbook."}.In(tag), more)
	}
	return s
}
