package workbook

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/demand"
	"lianxin/backend/lang"
)

func report() demand.Report {
	weeks := func(each int, latest ...int) []int {
		series := make([]int, demand.PastWeeks)
		for i := range series {
			series[i] = each
		}
		copy(series[len(series)-len(latest):], latest)
		return series
	}
	gift := func(id, zh, en string) demand.Gift {
		return demand.Gift{ID: id, Name: lang.Text{ZH: zh, EN: en}, Category: lang.Text{ZH: "厨房", EN: "Kitchen"}, Points: 40}
	}
	return demand.BuiltIn().Report(demand.Facts{Today: calendar.MustParse("2026-11-29"),
		Gifts: []demand.Gift{gift("mug", "搪瓷杯", "Mug"), gift("film", "电影票", "Film ticket"), gift("clock", "=挂钟", "=Clock")},
		Sites: []demand.Site{{ID: "haidian", Name: lang.Text{ZH: "海淀", EN: "Haidian"}}},
		Shelves: map[demand.Place]demand.Shelf{{GiftID: "mug", SiteID: "haidian"}: {Stock: 3, Series: weeks(5)},
			{GiftID: "film"}: {Stock: 900, Series: weeks(5, 12, 12, 12, 12, 12, 12, 12, 12)}, {GiftID: "clock", SiteID: "haidian"}: {Stock: 40, Series: weeks(0)}}})
}

// What is read back from the file is what the tables say, as numbers and days.
func TestTheWorkbookReadsBack(t *testing.T) {
	r := report()
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		var file bytes.Buffer
		if err := Write(&file, r, tag); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range r.Tables(tag) {
			rows, err := book.GetRows(table.Title, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			compare(t, table, rows)
		}
	}
}

func compare(t *testing.T, table demand.Table, rows [][]string) {
	t.Helper()
	if len(rows) != firstRow+len(table.Rows) {
		t.Fatalf("%s: %d rows, want %d", table.Title, len(rows), firstRow+len(table.Rows))
	}
	for n, row := range table.Rows {
		column := 0
		for i, c := range table.Columns {
			if c.Kind == demand.Trace {
				continue
			}
			got := ""
			if column < len(rows[firstRow+n]) {
				got = rows[firstRow+n][column]
			}
			if want := raw(c.Kind, row[i]); got != want {
				t.Errorf("%s, row %d, %s: %q, want %q", table.Title, n, c.Title, got, want)
			}
			column++
		}
	}
}

// raw is how a file holds a cell.
func raw(kind demand.CellKind, c demand.Cell) string {
	switch kind {
	case demand.Whole, demand.Decimal:
		return strconv.FormatFloat(c.Number, 'f', -1, 64)
	case demand.Day:
		if c.Day.IsZero() {
			return ""
		}
		return strconv.Itoa(calendar.New(1899, 12, 30).DaysUntil(c.Day))
	}
	return c.Words
}
