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
	"path/filepath"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// ErrorFile is a copy of the rows of a file that were refused, with the reasons in
// its last column. Mended, it can be read again: that column is read over. It holds
// people's data; only its owner can read it.
//
// A row that was written is there after a stop as soon as Sync has returned. Nothing can
// be added to a workbook on the disk: until Close its rows are a table of texts beside it.
type ErrorFile struct {
	path   string
	format Format
	file   *os.File
	out    *bufio.Writer
	there  map[[sha256.Size]byte]bool // the lines that were there when it was gone on with
	rows   int
	isNew  bool // its folder does not have it for certain
	isOpen bool // something was written since it was made durable
}

// ErrorFormat is how the refused rows of a file are written: a workbook's as a
// workbook, for a table of texts opened with a spreadsheet loses digits of long
// numbers, all others as CSV.
func ErrorFormat(of Format) Format {
	if of == XLSX {
		return XLSX
	}
	return CSV
}

// mark tells spreadsheets that a table is UTF-8.
const mark = "\ufeff"

// errorHeadings are the first row of every error file.
func errorHeadings() []string {
	headings := make([]string, 0, intake.FieldCount+1)
	for _, f := range intake.Fields() {
		headings = append(headings, f.Label().ZH)
	}
	return append(headings, "错误")
}

// OpenErrorFile begins a file, or goes on with the one that is there after a stop: what it
// holds stays, and rows it has already are not added again. The error is fs.ErrExist when
// something is there that is not to be gone on with, or is no such file.
func OpenErrorFile(path string, format Format, goesOn bool) (*ErrorFile, error) {
	e := &ErrorFile{path: path, format: format, there: map[[sha256.Size]byte]bool{}}
	flags := os.O_RDWR | os.O_CREATE
	if !goesOn {
		flags |= os.O_EXCL
	}
	if format == XLSX {
		if err := e.readWorkbook(goesOn); err != nil {
			return nil, err
		}
	}
	var err error
	if e.file, err = os.OpenFile(e.texts(), flags, 0o600); err != nil {
		return nil, fmt.Errorf("open error file: %w", err)
	}
	e.out = bufio.NewWriter(e.file)
	if err := e.goOn(); err != nil {
		return nil, errors.Join(err, e.file.Close())
	}
	return e, nil
}

// texts is where the rows stand as a table of texts.
func (e *ErrorFile) texts() string {
	if e.format == XLSX {
		return TextsOf(e.path)
	}
	return e.path
}

// TextsOf is where the rows of a workbook are until it ends.
func TextsOf(path string) string { return path + ".csv" }

// goOn reads what the table of texts holds, and begins one that holds nothing.
func (e *ErrorFile) goOn() error {
	old, err := io.ReadAll(e.file)
	if err != nil {
		return fmt.Errorf("read error file: %w", err)
	}
	head := append([]byte(mark), e.line(errorHeadings())...)
	if len(old) == 0 {
		e.isNew, e.isOpen = true, true
		_, err = e.out.Write(head)
		return err
	}
	rest, isOurs := bytes.CutPrefix(old, head)
	if !isOurs {
		return fmt.Errorf("it holds something else: %w", fs.ErrExist)
	}
	for line := range bytes.Lines(rest) {
		e.there[sha256.Sum256(line)] = true
	}
	if !bytes.HasSuffix(old, []byte("\n")) { // the stop came in the middle of a row
		_, err = e.out.WriteString("\n")
	}
	return err
}

// line is a row as a line of texts.
func (e *ErrorFile) line(cells []string) []byte {
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	_ = out.Write(cells) // a buffer takes everything
	out.Flush()
	return text.Bytes()
}

// Rows is how many rows were added.
func (e *ErrorFile) Rows() int { return e.rows }

// Path is where the file is.
func (e *ErrorFile) Path() string { return e.path }

// Write adds a row with what is wrong with it, unless it is there.
func (e *ErrorFile) Write(row intake.Row, places []fault.Place) error {
	cells := make([]string, 0, intake.FieldCount+1)
	for _, text := range append(row.Text[:], reasons(row, places)) {
		// A line of a cell would be a line of the file, which is read line by line.
		text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)
		if e.format == CSV && len(text) > 1 && strings.ContainsRune("=+-@", rune(text[0])) {
			text = " " + text // a spreadsheet would compute it; the space is taken away when it is read
		}
		cells = append(cells, text)
	}
	e.rows++
	line := e.line(cells)
	if e.there[sha256.Sum256(line)] {
		return nil
	}
	e.isOpen = true
	if _, err := e.out.Write(line); err != nil {
		return fmt.Errorf("write error file: %w", err)
	}
	return nil
}

// reasons says in both languages what is wrong.
func reasons(row intake.Row, places []fault.Place) string {
	var all []string
	for _, p := range places {
		text := intake.FaultText(p.Code)
		all = append(all, p.Location+": "+text.ZH+" / "+text.EN)
	}
	if row.Raw != "" {
		all = append(all, row.Raw)
	}
	return strings.Join(all, "; ")
}

// Sync makes durable what was added.
func (e *ErrorFile) Sync() error {
	if !e.isOpen {
		return nil
	}
	err := e.out.Flush()
	if err == nil {
		err = e.file.Sync()
	}
	if err == nil && e.isNew {
		err = syncFolder(e.path)
	}
	if err != nil {
		return fmt.Errorf("write error file: %w", err)
	}
	e.isOpen, e.isNew = false, false
	return nil
}

// syncFolder makes the name of a file durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Close ends the file.
func (e *ErrorFile) Close() error {
	err := e.Sync()
	if err == nil && e.format == XLSX {
		err = e.writeWorkbook()
	}
	if err = errors.Join(err, e.file.Close()); err != nil {
		return fmt.Errorf("end error file: %w", err)
	}
	if e.format == XLSX {
		return os.Remove(e.texts())
	}
	return nil
}
