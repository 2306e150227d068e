// Package stationfile reads the files of stations' own systems: CSV, XLSX, NDJSON and
// FHIR become rows, one by one, which package intake checks. The rows that are
// refused are written to a file of the same kind.
package stationfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// Format is how a file is written.
type Format string

const (
	CSV    Format = "csv"
	XLSX   Format = "xlsx"
	NDJSON Format = "ndjson"
	FHIR   Format = "fhir"
)

// Encoding is how the characters of a CSV or NDJSON file are written.
type Encoding string

const (
	DetectEncoding Encoding = ""
	UTF8           Encoding = "utf-8"
	GB18030        Encoding = "gb18030"
)

// Options say how to read a file; what is left out is found out.
type Options struct {
	Format   Format
	Encoding Encoding
}

// FormatOf tells the format by a file's name, false when it does not.
func FormatOf(name string) (Format, bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".txt", ".tsv":
		return CSV, true
	case ".xlsx":
		return XLSX, true
	case ".ndjson", ".jsonl":
		return NDJSON, true
	case ".json":
		return FHIR, true
	}
	return "", false
}

// Read returns the rows of a file one by one. A row that cannot be read carries its
// fault and the others follow; an error is of the whole file and the last thing
// that is said: "intake.headings" with the columns nobody knows, that are missing
// or there twice, "intake.empty", "intake.format", "intake.too_large".
func Read(file io.Reader, o Options) iter.Seq2[intake.Row, error] {
	switch o.Format {
	case XLSX:
		return readXLSX(file)
	case NDJSON:
		return readNDJSON(decoded(file, o.Encoding))
	case FHIR:
		return readFHIR(decoded(file, UTF8))
	}
	return readCSV(decoded(file, o.Encoding))
}

// looked is how much of a file is looked at to tell its encoding, in bytes.
const looked = 64 << 10

// decoded makes UTF-8 of a file and takes its mark away. What is not UTF-8 is
// GB 18030, which also reads GBK and GB 2312.
func decoded(file io.Reader, as Encoding) *bufio.Reader {
	raw := bufio.NewReaderSize(file, looked)
	head, _ := raw.Peek(looked) // what stands in the way of reading is met again
	if as == DetectEncoding {
		switch {
		case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
			utf16 := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
			return bufio.NewReaderSize(transform.NewReader(raw, utf16.NewDecoder()), looked)
		case !isUTF8(head):
			as = GB18030
		}
	}
	if as == GB18030 {
		return bufio.NewReaderSize(transform.NewReader(raw, simplifiedchinese.GB18030.NewDecoder()), looked)
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		_, _ = raw.Discard(len("\ufeff")) // it was just seen
	}
	return raw
}

// isUTF8 tells whether a beginning is UTF-8; its last character may be cut off.
func isUTF8(head []byte) bool {
	for range utf8.UTFMax {
		if utf8.Valid(head) {
			return true
		}
		if len(head) < looked-utf8.UTFMax {
			return false // it is the whole file
		}
		head = head[:len(head)-1]
	}
	return false
}

// lines returns the lines of a file without their ends, numbered from 1. A line
// longer than the reader's buffer is read over. The bytes are good until the next line.
func lines(file *bufio.Reader) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		for number := 1; ; number++ {
			text, err := file.ReadSlice('\n')
			tooLong := false
			for errors.Is(err, bufio.ErrBufferFull) {
				tooLong = true
				_, err = file.ReadSlice('\n')
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(line{}, fault.Wrap(err, fault.Invalid, "intake.format"))
				return
			}
			ended := err != nil
			if ended && len(text) == 0 && !tooLong {
				return
			}
			if !yield(line{number, bytes.TrimRight(text, "\r\n"), tooLong}, nil) || ended {
				return
			}
		}
	}
}

type line struct {
	number  int
	text    []byte
	tooLong bool
}
