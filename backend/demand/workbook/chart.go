package workbook

import (
	"github.com/xuri/excelize/v2"

	"lianxin/backend/demand"
	"lianxin/backend/lang"
)

// charted is how many gifts a chart of gifts has at most.
const charted = 15

// charts are drawn by the spreadsheet program from the cells of the tables.
func (b *book) charts(r demand.Report, tables []demand.Table, tag lang.Tag) {
	for _, t := range tables {
		switch t.ID {
		case "weeks":
			b.line(t, len(r.Asked))
		case "rising", "falling":
			b.bars(t, 2, 3)
		}
	}
}

// line shows the weeks that were and those expected.
func (b *book) line(t demand.Table, past int) {
	series := func(from, to int) excelize.ChartSeries {
		return excelize.ChartSeries{Name: span(t, 3, from, from), Categories: span(t, 1, from, to), Values: span(t, 2, from, to)}
	}
	b.chart(t, &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{series(0, past-1), series(past, len(t.Rows)-1)}})
}

// bars show two columns of the first gifts beside each other.
func (b *book) bars(t demand.Table, columns ...int) {
	last := min(len(t.Rows), charted) - 1
	if last < 0 {
		return
	}
	var series []excelize.ChartSeries
	for _, c := range columns {
		series = append(series, excelize.ChartSeries{Name: "'" + t.Title + "'!" + absolute(c, firstRow), Categories: span(t, 1, 0, last), Values: span(t, c, 0, last)})
	}
	b.chart(t, &excelize.Chart{Type: excelize.Bar, Series: series})
}

func (b *book) chart(t demand.Table, c *excelize.Chart) {
	c.Title = excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: t.Title}}}
	c.Legend.Position = "bottom"
	c.Dimension = excelize.ChartDimension{Width: 860, Height: 420}
	b.keep(b.file.AddChart(t.Title, cell(len(t.Columns)+2, firstRow), c))
}

// span names cells of a column of a table, by rows from 0.
func span(t demand.Table, column, from, to int) string {
	return "'" + t.Title + "'!" + absolute(column, firstRow+1+from) + ":" + absolute(column, firstRow+1+to)
}

func absolute(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row, true)
	if err != nil {
		panic(err) // columns and rows are counted here
	}
	return name
}
