package audit

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"time"

	"lianxin/backend/fault"
)

// Format is how a log is kept elsewhere. Both hold all that the hashes cover, so that the
// chain can be verified from the file alone.
type Format string

const (
	NDJSON Format = "ndjson" // one JSON object a line, as the API writes an entry
	CSV    Format = "csv"    // RFC 4180 with headings, UTF-8 with a byte order mark, hashes in hexadecimal
)

// columns are the headings of a CSV file.
var columns = []string{"seq", "at", "who", "role", "action", "noun", "object", "device", "site", "before", "after", "prev", "hash"}

// byteOrderMark makes spreadsheets read a CSV file as UTF-8.
const byteOrderMark = "\ufeff"

// Exporter writes entries to a file.
type Exporter struct {
	buffer *bufio.Writer
	csv    *csv.Writer // nil for NDJSON
}

// NewExporter begins a file in a format.
func NewExporter(w io.Writer, format Format) (*Exporter, error) {
	x := &Exporter{buffer: bufio.NewWriter(w)}
	if format != CSV {
		return x, nil
	}
	if _, err := x.buffer.WriteString(byteOrderMark); err != nil {
		return nil, fmt.Errorf("export audit log: %w", err)
	}
	x.csv = csv.NewWriter(x.buffer)
	x.csv.UseCRLF = true
	return x, x.csv.Write(columns)
}

// Write adds one entry.
func (x *Exporter) Write(e Entry) error {
	if x.csv != nil {
		return x.csv.Write([]string{strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), e.Who, e.Role, e.Action, e.Object.Noun, e.Object.ID,
			e.Where.Device, e.Where.Site, e.Before, e.After, hex.EncodeToString(e.Prev), hex.EncodeToString(e.Hash)})
	}
	text, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("export audit log: %w", err)
	}
	_, err = x.buffer.Write(append(text, '\n'))
	return err
}

// Close writes what is left; it does not close the file.
func (x *Exporter) Close() error {
	if x.csv != nil {
		if x.csv.Flush(); x.csv.Error() != nil {
			return fmt.Errorf("export audit log: %w", x.csv.Error())
		}
	}
	return x.buffer.Flush()
}

// Exported reads a file of either format, for [Verify]. Fault "audit.file" with the line
// that is none of an exported log.
func Exported(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		buffer := bufio.NewReader(r)
		next := nextJSON(buffer)
		if start, _ := buffer.Peek(len(byteOrderMark)); bytes.Equal(start, []byte(byteOrderMark)) {
			_, _ = buffer.Discard(len(byteOrderMark)) // it was just seen
			next = nextRow(buffer)
		}
		for line := 1; ; line++ {
			e, err := next()
			if err == io.EOF { //nolint:errorlint // the readers return it bare
				return
			}
			if err != nil {
				err = fault.Wrap(err, fault.Invalid, "audit.file").With("line", line)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

func nextJSON(r io.Reader) func() (Entry, error) {
	decoder := json.NewDecoder(r)
	return func() (e Entry, err error) {
		err = decoder.Decode(&e)
		return e, err
	}
}

func nextRow(r io.Reader) func() (Entry, error) {
	rows, headed := csv.NewReader(r), false
	return func() (Entry, error) {
		if !headed {
			headings, err := rows.Read()
			if headed = true; err == nil && !slices.Equal(headings, columns) {
				err = fmt.Errorf("headings %q", headings)
			}
			if err != nil {
				return Entry{}, err
			}
		}
		row, err := rows.Read()
		if err != nil {
			return Entry{}, err
		}
		return fromRow(row)
	}
}

func fromRow(row []string) (Entry, error) {
	e := Entry{Who: row[2], Role: row[3], Action: row[4], Object: Object{Noun: row[5], ID: row[6]}, Where: Where{Device: row[7], Site: row[8]}, Before: row[9], After: row[10]}
	var err error
	if e.Seq, err = strconv.ParseInt(row[0], 10, 64); err != nil {
		return e, err
	}
	if e.At, err = time.Parse(time.RFC3339Nano, row[1]); err != nil {
		return e, err
	}
	if e.Prev, err = hex.DecodeString(row[11]); err != nil {
		return e, err
	}
	e.Hash, err = hex.DecodeString(row[12])
	return e, err
}
