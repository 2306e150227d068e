package stationfile

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/xuri/excelize/v2"
)

// readWorkbook notes the rows of the workbook that is there.
func (e *ErrorFile) readWorkbook(goesOn bool) error {
	switch _, err := os.Stat(e.path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("open error file: %w", err)
	case !goesOn:
		return fmt.Errorf("open error file: %w", fs.ErrExist)
	}
	return e.eachRow(func(number int, cells []string) error {
		if number == 1 && !slices.Equal(cells, errorHeadings()) {
			return fmt.Errorf("it holds something else: %w", fs.ErrExist)
		}
		e.there[sha256.Sum256(e.line(cells))] = true
		return nil
	})
}

// eachRow goes through the workbook that is there, as far as there is one.
func (e *ErrorFile) eachRow(do func(number int, cells []string) error) error {
	file, err := os.Open(e.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open error file: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	number, from1904 := 0, false        // ours are counted as usual
	for given, err := range sheetRows(file, &from1904) {
		if err != nil { // no workbook: it is not ours
			return fmt.Errorf("%w: %w", fs.ErrExist, err)
		}
		number++
		row := make([]string, len(errorHeadings()))
		copy(row, given.cells) // a sheet leaves empty cells at the end out
		if err := do(number, row); err != nil {
			return err
		}
	}
	return nil
}

// writeWorkbook puts the rows of the old workbook and those of the texts into a new one,
// which takes the place of the old.
func (e *ErrorFile) writeWorkbook() error {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // what is kept is written by then
	sheet, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return err
	}
	last := 0
	add := func(_ int, cells []string) error {
		last++
		row := make([]any, len(cells))
		for i, text := range cells {
			row[i] = text
		}
		return sheet.SetRow(fmt.Sprintf("A%d", last), row)
	}
	if err := e.eachRow(add); err != nil {
		return err
	}
	if err := e.eachText(last > 0, add); err != nil {
		return err
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	return e.replace(book)
}

// eachText goes through the table of texts; one that goes on after a workbook has no
// need of its headings.
func (e *ErrorFile) eachText(withoutHeadings bool, do func(number int, cells []string) error) error {
	if _, err := e.file.Seek(int64(len(mark)), io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReader(e.file)
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if len(line) == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if number == 1 && withoutHeadings {
			continue
		}
		// Half a row that a stop left is given again, whole, behind it.
		cells, err := csv.NewReader(bytes.NewReader(line)).Read()
		if err != nil || len(cells) != len(errorHeadings()) {
			continue
		}
		if err := do(number, cells); err != nil {
			return err
		}
	}
}

// replace writes the workbook beside the old one and puts it in its place.
func (e *ErrorFile) replace(book *excelize.File) error {
	beside := e.path + ".new"
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	err = book.Write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	if err := os.Rename(beside, e.path); err != nil {
		return err
	}
	return syncFolder(e.path)
}
