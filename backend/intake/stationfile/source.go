// Package stationfile reads the files of stations' own systems: CSV, XLSX, NDJSON and
// FHIR become rows, one by one, which package intake checks. The rows that are
// refused are written to a file of the same kind.
package stationfile

import (
	"io"
	"iter"
	"path"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
	"lianxin/backend/textfile"
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
type Encoding = textfile.Encoding

const (
	DetectEncoding = textfile.Detect
	UTF8           = textfile.UTF8
	GB18030        = textfile.GB18030
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
		return readNDJSON(textfile.Decode(file, o.Encoding))
	case FHIR:
		return readFHIR(textfile.Decode(file, UTF8))
	}
	return readCSV(textfile.Decode(file, o.Encoding))
}

// damaged is the fault of a file that cannot be read on.
func damaged(err error) error { return fault.Wrap(err, fault.Invalid, "intake.format") }
