package stationfile

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/site"
)

var today = calendar.MustParse("2026-11-23")

// checker knows a site of each of two stations.
var checker = intake.Checker{Station: site.Miyun, Today: today, Site: func(name string) (site.Site, bool) {
	switch name {
	case "miyun-gulou", "密云鼓楼":
		return site.Site{ID: "miyun-gulou", Station: site.Miyun}, true
	case "wangfujing":
		return site.Site{ID: name, Station: site.Beijing}, true
	}
	return site.Site{}, false
}}

func example(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// workbook writes rows to the first sheet; strings are texts, numbers are numbers.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err == nil {
			err = book.SetSheetRow("Sheet1", cell, &row)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// exampleWorkbook is the example as a workbook; days are counts of days, as a sheet keeps them.
func exampleWorkbook(t testing.TB) []byte {
	var rows [][]any
	for line := range strings.Lines(string(example(t, "example.csv"))) {
		var row []any
		for cell := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			switch cell {
			case "2026-11-16":
				row = append(row, 46342)
			case "400":
				row = append(row, 400)
			default:
				row = append(row, cell)
			}
		}
		rows = append(rows, row)
	}
	return workbook(t, rows...)
}

// outcome is what became of a file.
type outcome struct {
	records []intake.Record
	wrong   []string // "where code", in order
	file    error
}

func read(file io.Reader, o Options) outcome {
	var out outcome
	for row, err := range Read(file, o) {
		if err != nil {
			out.file = err
			continue
		}
		r, err := checker.Check(row)
		if err == nil {
			out.records = append(out.records, r)
			continue
		}
		for _, p := range fault.From(err).Places {
			out.wrong = append(out.wrong, p.Location+" "+p.Code)
		}
	}
	return out
}
