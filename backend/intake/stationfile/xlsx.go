package stationfile

import (
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// largestSheet bounds what a workbook may be when it is unpacked, in bytes. All of
// it stays in memory: the library would otherwise write people's data to the
// system's folder for temporary files.
const largestSheet = 2 << 30

// readXLSX reads the first sheet of a workbook, headings in its first row that is
// not empty.
func readXLSX(file io.Reader) iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		asked := true
		refuse := func(err error) {
			if asked {
				asked = false
				yield(intake.Row{}, fault.Wrap(err, fault.Invalid, "intake.format"))
			}
		}
		// The library reads what others wrote, damaged files too, and is known to
		// panic on some of them; what the caller does with a row is not inside.
		from1904 := false
		next, stop := iter.Pull2(sheetRows(file, &from1904))
		defer stop()
		var table *sheet
		for number := 1; asked; number++ {
			cells, err, more := next()
			switch {
			case err != nil:
				refuse(err)
				return
			case !more:
				if table == nil {
					yield(intake.Row{}, fault.New(fault.Invalid, "intake.empty"))
				}
				return
			case isBlank(cells):
			case table == nil:
				if table, err = newSheet(cells, number); err != nil {
					yield(intake.Row{}, err)
					return
				}
			default:
				asked = yield(table.row(number, days(table, cells, from1904)), nil)
			}
		}
	}
}

// sheetRows are the rows of the first sheet as the file has them, unformatted. With the
// first of them it is known whether days are counted from 1904, as Excel did on Macs.
func sheetRows(file io.Reader, from1904 *bool) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		asked := true
		defer func() {
			if p := recover(); p != nil && asked {
				yield(nil, fmt.Errorf("the workbook is damaged: %v", p))
			}
		}()
		book, err := excelize.OpenReader(file, excelize.Options{RawCellValue: true, UnzipSizeLimit: largestSheet, UnzipXMLSizeLimit: largestSheet})
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = book.Close() }() // nothing was written
		props, err := book.GetWorkbookProps()
		if err != nil {
			yield(nil, err)
			return
		}
		*from1904 = props.Date1904 != nil && *props.Date1904
		rows, err := book.Rows(book.GetSheetName(0))
		if err != nil {
			yield(nil, err)
			return
		}
		for rows.Next() {
			cells, err := rows.Columns()
			if asked = yield(cells, err); !asked || err != nil {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(nil, err)
		}
	}
}

func isBlank(cells []string) bool {
	for _, text := range cells {
		if text != "" {
			return false
		}
	}
	return true
}

// days writes the days of a row out: a sheet keeps them as a count of days.
func days(table *sheet, cells []string, from1904 bool) []string {
	for i, text := range cells {
		if i >= len(table.fields) || !table.fields[i].IsDate() {
			continue
		}
		// Eight digits are a day written without marks, see dateForms.
		if count, err := strconv.ParseFloat(text, 64); err == nil && count >= 1 && count < 1_000_000 {
			if at, err := excelize.ExcelDateToTime(count, from1904); err == nil {
				cells[i] = calendar.New(at.Year(), at.Month(), at.Day()).String()
			}
		}
	}
	return cells
}
