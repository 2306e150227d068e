package stationfile

import (
	"bytes"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/intake"
)

// fuzzed reads whatever it is given: each row is a record or says what is wrong and
// where, a file that cannot be read says so last and by a code, and no place
// repeats what was written.
func fuzzed(t *testing.T, file []byte, o Options) {
	rows, ended := 0, false
	for row, err := range Read(bytes.NewReader(file), o) {
		if ended {
			t.Fatal("more after the end")
		}
		if err != nil {
			ended = true
			if code := fault.CodeOf(err); !strings.HasPrefix(code, "intake.") {
				t.Fatalf("the file: %v", err)
			}
			continue
		}
		rows++
		r, err := checker.Check(row)
		if err == nil {
			isWhole := r.Person.Document.Number != "" && r.Donation.SiteID != ""
			if r.IsReport() {
				isWhole = r.Result != nil && r.Person.Document.Number == ""
			}
			if r.Donation.DIN == "" || !isWhole {
				t.Fatalf("a record without what it needs: %+v", r.Donation)
			}
			continue
		}
		places := fault.From(err).Places
		if len(places) == 0 {
			t.Fatalf("refused without a reason: %v", err)
		}
		for _, p := range places {
			if intake.FaultText(p.Code).ZH == p.Code || p.Location == "" || p.Detail != "" {
				t.Fatalf("%+v has no words", p)
			}
		}
	}
	if rows == 0 && !ended && o.Format != FHIR && len(bytes.TrimSpace(file)) == 0 {
		t.Fatal("nothing was said of an empty file")
	}
}

func FuzzCSV(f *testing.F) {
	f.Add(example(f, "example.csv"))
	f.Add(example(f, "example-gb18030.csv"))
	f.Add([]byte(heading + "R-1,110199199002280004,\"测\"\"试\",=Z90002600000192,全血,400,2026-11-16,miyun-gulou,62\n\"\n\"\"\n,\n"))
	f.Add([]byte("\xff\xfe,\x00"))
	f.Fuzz(func(t *testing.T, file []byte) { fuzzed(t, file, Options{Format: CSV}) })
}

func FuzzXLSX(f *testing.F) {
	f.Add(exampleWorkbook(f))
	f.Add(workbook(f, []any{"记录编号", nil, 5}, nil, []any{true, -1.5, "x"}))
	f.Fuzz(func(t *testing.T, file []byte) { fuzzed(t, file, Options{Format: XLSX}) })
}

func FuzzNDJSON(f *testing.F) {
	f.Add(example(f, "example.ndjson"))
	f.Add([]byte(`{"id":"1","donor":null,"result":{"markers":{"alt":1e308}}}`))
	f.Fuzz(func(t *testing.T, file []byte) { fuzzed(t, file, Options{Format: NDJSON}) })
}

func FuzzFHIR(f *testing.F) {
	f.Add(example(f, "example.fhir.json"))
	f.Add([]byte(`{"entry":[{"resource":{"resourceType":"Procedure","status":"completed","subject":{"reference":"Procedure/"}}},null,5]}{}`))
	f.Fuzz(func(t *testing.T, file []byte) { fuzzed(t, file, Options{Format: FHIR}) })
}
