package stationfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// The rows that were refused are all of them, say why, and are read again as they were.
func TestErrorFileIsReadAgain(t *testing.T) {
	source := strings.ReplaceAll(string(example(t, "example.csv")), "miyun-gulou", "=HYPERLINK") + "\"broken\n"
	for _, format := range []Format{CSV, XLSX} {
		path := filepath.Join(t.TempDir(), "errors."+string(format))
		file, err := OpenErrorFile(path, format, false)
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
		written, err := os.ReadFile(path)
		if info, statErr := os.Stat(path); err != nil || statErr != nil || info.Mode().Perm() != 0o600 {
			t.Fatal(err, statErr, info)
		}
		n := 0
		for row, err := range Read(bytes.NewReader(written), Options{Format: format}) {
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
		if text := string(written); format == CSV && (!strings.Contains(text, "没有这个采血点 / there is no such site") || !strings.Contains(text, "broken") || strings.Contains(text, ",=") || strings.Contains(text, "\n=")) {
			t.Errorf("no reasons in %s", text)
		}
	}
}

// refusedRow is one of a made-up number.
func refusedRow(number int, id string) (intake.Row, []fault.Place) {
	row := intake.Row{Number: number}
	row.Text[intake.RecordID], row.Text[intake.Name] = id, "测试\n甲"
	return row, []fault.Place{{Location: "row 7", Code: "intake.missing"}}
}

// After a stop everything that was made durable is there, nothing of it twice, and what
// somebody did to the file in between stays.
func TestErrorFileGoesOn(t *testing.T) {
	for _, format := range []Format{CSV, XLSX} {
		path := filepath.Join(t.TempDir(), "errors."+string(format))
		add := func(goesOn, ends bool, ids ...string) {
			t.Helper()
			file, err := OpenErrorFile(path, format, goesOn)
			if err != nil {
				t.Fatal(err)
			}
			for n, id := range ids {
				row, places := refusedRow(n+2, id)
				if err := file.Write(row, places); err != nil {
					t.Fatal(err)
				}
			}
			if err := file.Sync(); err != nil {
				t.Fatal(err)
			}
			if ends {
				if err := file.Close(); err != nil {
					t.Fatal(err)
				}
			}
		}
		names := func() []string {
			file, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			var all []string
			for row, err := range Read(file, Options{Format: format}) {
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, row.Text[intake.RecordID])
			}
			return all
		}
		add(false, false, "R-1", "R-2") // killed
		if _, err := OpenErrorFile(path, format, false); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: a new import takes it: %v", format, err)
		}
		texts := path
		if format == XLSX {
			texts = TextsOf(path)
		}
		half, err := os.OpenFile(texts, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := half.WriteString("R-3,居民"); err != nil || half.Close() != nil {
			t.Fatal(err)
		}
		add(true, true, "R-2", "R-3") // the part is done again
		want := []string{"R-1", "R-2", "R-3", "R-3", "R-4"}
		if format == XLSX {
			want = []string{"R-1", "R-2", "R-3", "R-4"} // half a row is no row of a sheet
		}
		add(true, true, "R-4")
		if got := names(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", format, got, want)
		}
		if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
			t.Errorf("%s: left are %v, %v", format, files, err)
		}
		if err := os.WriteFile(path, []byte("a letter"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenErrorFile(path, format, true); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: another file is gone on with: %v", format, err)
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
