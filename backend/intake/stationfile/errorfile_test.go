package stationfile

import (
	"bytes"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// The rows that were refused are all of them, say why, and are read again as they were.
func TestErrorFileIsReadAgain(t *testing.T) {
	source := strings.ReplaceAll(string(example(t, "example.csv")), "miyun-gulou", "=HYPERLINK") + "\"broken\n"
	for _, format := range []Format{CSV, XLSX} {
		var out bytes.Buffer
		file, err := NewErrorFile(&out, format)
		if err != nil {
			t.Fatal(err)
		}
		var first []intake.Row
		for row, err := range Read(strings.NewReader(source), Options{Format: CSV}) {
			if err != nil {
				t.Fatal(err)
			}
			first = append(first, row)
			_, err := checker.Check(row)
			if err := file.Write(row, fault.From(err).Places); err != nil {
				t.Fatal(err)
			}
		}
		if err := file.Close(); err != nil || file.Rows() != 4 {
			t.Fatalf("%s: %d rows, %v", format, file.Rows(), err)
		}
		n := 0
		for row, err := range Read(bytes.NewReader(out.Bytes()), Options{Format: format}) {
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			for f, text := range row.Text {
				row.Text[f] = strings.TrimSpace(text)
			}
			if row.Text != first[n].Text {
				t.Errorf("%s, row %d: %q, was %q", format, n, row.Text, first[n].Text)
			}
			n++
		}
		if n != 4 {
			t.Errorf("%s: %d rows are read again", format, n)
		}
		if text := out.String(); format == CSV && (!strings.Contains(text, "没有这个采血点 / there is no such site") || !strings.Contains(text, "broken") || strings.Contains(text, ",=") || strings.Contains(text, "\n=")) {
			t.Errorf("no reasons in %s", text)
		}
	}
}

func TestErrorFormat(t *testing.T) {
	for of, want := range map[Format]Format{CSV: CSV, XLSX: XLSX, NDJSON: CSV, FHIR: CSV} {
		if got := ErrorFormat(of); got != want {
			t.Errorf("%s: %s, want %s", of, got, want)
		}
	}
	for name, want := range map[string]Format{"a.CSV": CSV, "a.xlsx": XLSX, "a.jsonl": NDJSON, "a.fhir.json": FHIR, "a": "", "a.pdf": ""} {
		if got, _ := FormatOf(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
