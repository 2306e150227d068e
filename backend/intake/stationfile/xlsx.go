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
			row, err, more := next()
			switch {
			case err != nil:
				refuse(err)
				return
			case !more:
				if table == nil {
					yield(intake.Row{}, fault.New(fault.Invalid, "intake.empty"))
				}
				return
			case isBlank(row.cells):
			case table == nil:
				if table, err = newSheet(row.cells, number); err != nil {
					yield(intake.Row{}, err)
					return
				}
			default:
				quantities(table, row)
				days(table, row.cells, from1904)
				asked = yield(table.row(number, row.cells), nil)
			}
		}
	}
}

// sheetRow is a row of a sheet.
type sheetRow struct {
	cells   []string
	numbers []int // columns, from 0, where a number stands and no text
}

// sheetRows are the rows of the first sheet as the file has them, unformatted. With the
// first of them it is known whether days are counted from 1904, as Excel did on Macs.
func sheetRows(file io.Reader, from1904 *bool) iter.Seq2[sheetRow, error] {
	return func(yield func(sheetRow, error) bool) {
		asked := true
		defer func() {
			if p := recover(); p != nil && asked {
				yield(sheetRow{}, fmt.Errorf("the workbook is damaged: %v", p))
			}
		}()
		book, err := excelize.OpenReader(file, excelize.Options{RawCellValue: true, UnzipSizeLimit: largestSheet, UnzipXMLSizeLimit: largestSheet})
		if err != nil {
			yield(sheetRow{}, err)
			return
		}
		defer func() { _ = book.Close() }() // nothing was written
		props, err := book.GetWorkbookProps()
		if err != nil {
			yield(sheetRow{}, err)
			return
		}
		*from1904 = props.Date1904 != nil && *props.Date1904
		rows, err := book.Rows(book.GetSheetName(0))
		if err != nil {
			yield(sheetRow{}, err)
			return
		}
		kinds, err := kindsOf(book)
		if err != nil {
			yield(sheetRow{}, err)
			return
		}
		for number := 1; rows.Next(); number++ {
			cells, err := rows.Columns()
			if asked = yield(sheetRow{cells, kinds.numbers(number)}, err); !asked || err != nil {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(sheetRow{}, err)
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

// quantities writes what names somebody or something and stands in the sheet as a number
// so that it is refused, here and, unmended, in the file of what was refused: which digits
// a spreadsheet program lost nobody knows.
func quantities(table *sheet, row sheetRow) {
	for _, i := range row.numbers {
		if i < len(table.fields) && i < len(row.cells) {
			row.cells[i] = table.fields[i].AsQuantity(row.cells[i])
		}
	}
}

// days writes the days of a row out: a sheet keeps them as a count of days.
func days(table *sheet, cells []string, from1904 bool) {
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
}
