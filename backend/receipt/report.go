package receipt

import (
	"fmt"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// Report is a paper for staff: tables and charts of figures, A4 upright, in one
// language. It says nothing of persons. Unlike a Snapshot it is kept nowhere and is
// made anew from the figures whenever somebody asks.
type Report struct {
	Language lang.Tag
	Title    string
	Issuer   string
	About    []string // lines beneath the title
	MadeAt   time.Time
	Sections []ReportSection
}

// ReportSection is one table under a heading, with a chart above it.
type ReportSection struct {
	Title   string
	Note    string
	Chart   *ReportChart
	Columns []ReportColumn
	Rows    [][]ReportCell
	Empty   string // said when there are no rows
	More    string // said beneath the rows when some were left out
}

// ReportColumn is a column; Share of all columns' shares is its part of the width.
type ReportColumn struct {
	Title string
	Right bool // numbers
	Share float64
}

// ReportCell is a text, or a small chart of amounts.
type ReportCell struct {
	Text  string
	Trace []int
}

// ReportChart is columns of amounts side by side; those from Expected on are drawn
// paler, for they have not happened yet.
type ReportChart struct {
	Caption  string // what the height of the tallest is
	Values   []float64
	Expected int
	First    string // beneath the first column
	Middle   string // beneath the first expected one
	Last     string
}

// reportPaper is A4 with room for tables.
var reportPaper = geometry{
	paperWidth: 210, paperHeight: 297, left: 15, right: 15, top: 14, bottom: 12, wide: true,
	sizes: sizes{title: 19, lead: 12.5, body: 8.5, small: 7.5},
	gap:   4, ruleWidth: 0.15, frameWidth: 0.3,
	ink: ink, quiet: quiet, accent: accent, faint: faint,
}

// RenderReport returns the PDF of a report, the same bytes for the same report.
// Characters that cannot be printed become 〓. Fault "receipt.missing" for a report
// without a title or time.
func RenderReport(r Report) ([]byte, error) {
	if r.Title == "" || r.MadeAt.IsZero() {
		return nil, fault.New(fault.Invalid, "receipt.missing")
	}
	t := newTypesetter(letterforms())
	c := &composer{geometry: reportPaper, typesetter: t, room: reportPaper.content()}
	c.reportHead(r)
	for _, s := range r.Sections {
		c.reportSection(s)
	}
	foot := func(page, pages int) block {
		return c.column(c.room, func(c *composer) {
			c.quietRule()
			c.space(0.2)
			words := c.line(c.small(), toLeft, Printable(r.Title))
			c.add(beside(words, c.line(c.small(), toRight, fmt.Sprintf("%d / %d", page, pages)), 0))
		})
	}
	pages := paginate(c.blocks, foot, reportPaper.paperHeight-reportPaper.top-reportPaper.bottom-filler)
	if t.err != nil {
		return nil, fault.Wrap(t.err, fault.Internal, "receipt.glyphs")
	}
	raw, err := drawPages(reportPaper, pages)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "receipt.pdf")
	}
	file, err := sealed(raw, t.weights[:], document{title: r.Title, made: r.MadeAt})
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "receipt.pdf")
	}
	return file, nil
}

func (c *composer) reportHead(r Report) {
	c.write(c.style(c.sizes.body, typeface.Bold, c.accent), toLeft, Printable(r.Issuer))
	c.space(0.2)
	c.write(c.style(c.sizes.title, typeface.Bold, c.ink), toLeft, Printable(r.Title))
	for _, line := range r.About {
		c.write(c.small(), toLeft, Printable(line))
	}
	c.space(0.5)
	c.rule(stroke{width: c.frameWidth * 1.6, colour: c.accent})
}

func (c *composer) reportSection(s ReportSection) {
	c.space(1.4)
	c.blocks[len(c.blocks)-1].separates = true
	c.write(c.lead(), toLeft, Printable(s.Title))
	c.blocks[len(c.blocks)-1].stays = true
	if s.Note != "" {
		c.write(c.small(), toLeft, Printable(s.Note))
		c.blocks[len(c.blocks)-1].stays = true
	}
	c.add(block{height: c.gap * 0.4, stays: true})
	if s.Chart != nil {
		c.columnsOf(*s.Chart)
	}
	if len(s.Rows) == 0 {
		if s.Empty != "" {
			c.write(c.body(), toLeft, Printable(s.Empty))
		}
		return
	}
	c.tableRow(s, headings(s), c.bold(), true)
	c.rule(stroke{width: c.frameWidth, colour: c.ink})
	for _, row := range s.Rows {
		c.tableRow(s, row, c.body(), false)
	}
	if s.More != "" {
		c.space(0.3)
		c.write(c.small(), toLeft, Printable(s.More))
	}
}

func headings(s ReportSection) []ReportCell {
	cells := make([]ReportCell, len(s.Columns))
	for i, col := range s.Columns {
		cells[i].Text = col.Title
	}
	return cells
}

// tableRow adds one row of cells with a line beneath it.
func (c *composer) tableRow(s ReportSection, row []ReportCell, as style, heads bool) {
	total, between, pad := 0.0, c.gap*0.6, c.gap*0.16
	for _, col := range s.Columns {
		total += col.Share
	}
	var whole block
	x := 0.0
	for i, col := range s.Columns {
		width := col.Share / total * c.room
		cell := c.column(width-between, func(c *composer) {
			if row[i].Trace != nil {
				c.trace(row[i].Trace, as.lineHeight())
				return
			}
			at := toLeft
			if col.Right {
				at = toRight
			}
			c.write(as, at, Printable(row[i].Text))
		})
		whole = beside(whole, cell, x)
		x += width
	}
	whole = whole.moved(0, pad)
	whole.height += pad
	if !heads {
		whole.drawing = append(whole.drawing, drawn{y: whole.height, line: &stroke{length: c.room, width: c.ruleWidth, colour: c.faint}})
	}
	whole.stays = heads
	c.add(whole)
}

// trace draws amounts as thin columns, the largest as high as the line.
func (c *composer) trace(amounts []int, height float64) {
	top := 1
	for _, n := range amounts {
		top = max(top, n)
	}
	b := block{height: height}
	step := c.room / float64(max(len(amounts), 1))
	for i, n := range amounts {
		if h := float64(n) / float64(top) * height * 0.8; n > 0 {
			b.drawing = append(b.drawing, c.bar(float64(i)*step+step/2, height*0.92, h, step*0.7, c.quiet))
		}
	}
	c.add(b)
}

// bar is a column that stands on y, as a stroke as thick as the column is wide.
func (c *composer) bar(x, y, height, width float64, col colour) drawn {
	return drawn{x: x, y: y - height, line: &stroke{length: height, width: width, vertical: true, colour: col}}
}

// chartHeight is the height of the tallest column of a chart, in millimetres.
const chartHeight = 34

// pale is the colour of what has not happened yet.
var pale = colour{222, 160, 164}

// columnsOf draws a chart across the column.
func (c *composer) columnsOf(chart ReportChart) {
	top := 1.0
	for _, v := range chart.Values {
		top = max(top, v)
	}
	b := block{height: chartHeight + 1, stays: true}
	step := c.room / float64(max(len(chart.Values), 1))
	for i, v := range chart.Values {
		col := c.accent
		if i >= chart.Expected {
			col = pale
		}
		if v > 0 {
			b.drawing = append(b.drawing, c.bar(float64(i)*step+step/2, chartHeight, v/top*chartHeight, step*0.72, col))
		}
	}
	b.drawing = append(b.drawing, drawn{y: chartHeight, line: &stroke{length: c.room, width: c.ruleWidth * 2, colour: c.quiet}})
	if chart.Caption != "" {
		c.write(c.small(), toLeft, Printable(chart.Caption))
		c.blocks[len(c.blocks)-1].stays = true
	}
	c.add(b)
	labels := beside(c.line(c.small(), toLeft, chart.First), c.line(c.small(), toRight, chart.Last), 0)
	if x := float64(chart.Expected) * step; chart.Middle != "" {
		width := c.width(c.small(), chart.Middle)
		labels.drawing = append(labels.drawing, c.set(c.small(), max(x-width, 0), c.small().baseline(), chart.Middle))
	}
	c.add(labels)
	c.space(0.5)
}
