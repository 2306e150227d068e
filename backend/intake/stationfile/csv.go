package stationfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/textfile"
)

// readCSV reads a table with headings in its first line that is not empty,
// separated by commas, semicolons or tabs. No field of ours holds the end of a
// line, so each line is read by itself: a quotation mark too many spoils its own
// row and not all that follow.
func readCSV(file *bufio.Reader) iter.Seq2[intake.Row, error] {
	return func(yield func(intake.Row, error) bool) {
		var table *sheet
		var cells *splitter
		for l, err := range textfile.Lines(file) {
			if err != nil {
				yield(intake.Row{}, damaged(err))
				return
			}
			if len(bytes.TrimSpace(l.Text)) == 0 && !l.TooLong {
				continue
			}
			if table == nil {
				cells = newSplitter(l.Text)
				if table, err = headingsOf(cells, l); err != nil {
					yield(intake.Row{}, err)
					return
				}
				continue
			}
			if !yield(csvRow(table, cells, l), nil) {
				return
			}
		}
		if table == nil {
			yield(intake.Row{}, fault.New(fault.Invalid, "intake.empty"))
		}
	}
}

func headingsOf(cells *splitter, l textfile.Line) (*sheet, error) {
	names, err := cells.split(l.Text)
	if err != nil || l.TooLong {
		return nil, fault.Wrap(err, fault.Invalid, "intake.format")
	}
	return newSheet(names, l.Number)
}

func csvRow(table *sheet, cells *splitter, l textfile.Line) intake.Row {
	if l.TooLong {
		return intake.Unreadable(l.Number, fmt.Sprintf("row %d", l.Number), "intake.unreadable", "")
	}
	texts, err := cells.split(l.Text)
	if err != nil {
		// The first quotation mark is where the trouble begins, if not where it ends.
		column := bytes.Count(l.Text[:max(0, bytes.IndexByte(l.Text, '"'))], []byte(string(cells.reader.Comma)))
		return intake.Unreadable(l.Number, fmt.Sprintf("row %d, column %s", l.Number, letters(column)), "intake.unreadable", string(l.Text))
	}
	return table.row(l.Number, texts)
}

// splitter takes lines apart. One reader serves all of them: it sees an end of file
// behind each, and more when it is asked again.
type splitter struct {
	line   bytes.Reader
	reader *csv.Reader
}

// newSplitter finds the separator of a table by its headings.
func newSplitter(headings []byte) *splitter {
	s := &splitter{}
	s.reader = csv.NewReader(&s.line)
	s.reader.FieldsPerRecord, s.reader.ReuseRecord = -1, true
	for _, separator := range "\t;" {
		if bytes.Count(headings, []byte(string(separator))) > bytes.Count(headings, []byte(string(s.reader.Comma))) {
			s.reader.Comma = separator
		}
	}
	return s
}

// split returns the cells of a line; they are good until the next one.
func (s *splitter) split(line []byte) ([]string, error) {
	s.line.Reset(line)
	cells, err := s.reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil // nothing but what counts as an empty line
	}
	return cells, err
}
