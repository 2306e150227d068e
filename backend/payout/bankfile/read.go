package bankfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/textfile"
)

// MaxBytes is how large a statement is at most; unpacked is that of a workbook.
const (
	MaxBytes = payout.MaxStatementBytes
	unpacked = 64 << 20
)

// Read reads a bank's statement: a workbook or a CSV file, in UTF-8 or GB 18030, whatever
// stands above its headings. Faults "payout.statement_file" for what is neither,
// "payout.statement_headings", and "payout.statement_rows" that names every row that cannot
// be read: a statement is taken in whole or not at all.
func Read(f payout.Format, content []byte) ([]payout.Line, error) {
	if len(content) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "payout.statement_size").With("bytes", MaxBytes)
	}
	rows, err := rowsOf(content)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "payout.statement_file")
	}
	return linesOf(f, rows)
}

func linesOf(f payout.Format, rows [][]string) ([]payout.Line, error) {
	var fields [][]int
	var lines []payout.Line
	unreadable := fault.New(fault.Invalid, "payout.statement_rows")
	for i, cells := range rows {
		if fields == nil {
			if found, ok := f.Heads(cells); ok {
				fields = found
			}
			continue
		}
		line, ok, why := f.Line(fields, cells)
		if why != "" {
			unreadable.At(fmt.Sprintf("row %d", i+1), why, "")
		}
		if ok {
			lines = append(lines, line)
		}
	}
	switch {
	case fields == nil:
		return nil, fault.New(fault.Invalid, "payout.statement_headings")
	case len(unreadable.Places) > 0:
		return nil, unreadable
	}
	return lines, nil
}

func rowsOf(content []byte) ([][]string, error) {
	if bytes.HasPrefix(content, []byte("PK")) {
		return sheetRows(content)
	}
	if bytes.IndexByte(content, 0) >= 0 {
		return nil, errors.New("neither text nor a workbook")
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		var err error
		if content, err = io.ReadAll(textfile.Decode(bytes.NewReader(content), textfile.GB18030)); err != nil {
			return nil, err
		}
	}
	return tableRows(content)
}

// tableRows reads a table whose separator is what its lines have most of.
func tableRows(content []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	for _, separator := range "\t;|" {
		if bytes.Count(content, []byte(string(separator))) > bytes.Count(content, []byte(string(r.Comma))) {
			r.Comma = separator
		}
	}
	var rows [][]string
	for len(rows) <= payout.MaxLines+100 {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		for i, text := range cells {
			// Some banks put a mark before numbers so that spreadsheets leave them alone.
			cells[i] = strings.Trim(strings.TrimSpace(text), "'`\t")
		}
		rows = append(rows, cells)
	}
	return nil, errors.New("too many rows")
}

// sheetRows reads the first sheet of a workbook. The library is known to panic on damaged ones.
func sheetRows(content []byte) (rows [][]string, err error) {
	defer func() {
		if p := recover(); p != nil {
			rows, err = nil, fmt.Errorf("the workbook is damaged: %v", p)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: unpacked, UnzipXMLSizeLimit: unpacked})
	if err != nil {
		return nil, err
	}
	defer func() { _ = book.Close() }() // nothing was written
	if rows, err = book.GetRows(book.GetSheetName(0)); err != nil {
		return nil, err
	}
	for _, cells := range rows {
		for i, text := range cells {
			cells[i] = rounded(text)
		}
	}
	return rows, nil
}

// rounded takes from a number what a sheet's binary fractions add: 1410.0499999999999 is 1410.05.
func rounded(text string) string {
	if _, part, _ := strings.Cut(text, "."); len(part) < 8 {
		return text
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(n) > 1e10 || math.Abs(n*100-math.Round(n*100)) > 1e-4 {
		return text
	}
	return strconv.FormatFloat(math.Round(n*100)/100, 'f', 2, 64)
}
