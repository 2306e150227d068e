package audit

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"lianxin/backend/fault"
)

// exported is a log as a file.
func exported(t testing.TB, format Format, entries []Entry) []byte {
	t.Helper()
	var out bytes.Buffer
	x, err := NewExporter(&out, format)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := x.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll reads a file up to the first line that is none.
func readAll(file []byte) (entries []Entry, err error) {
	for e, err := range Exported(bytes.NewReader(file)) {
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// isKept tells whether a log can hold an entry: its texts are JSON or Check looks at each letter,
// so that no bare end of a line is in them, and its time is one of the databases.
func isKept(e Entry) bool {
	texts := e.Before + e.After
	return e.Check() == nil && utf8.ValidString(texts) && !strings.Contains(texts, "\r") && e.At.Year() > 0 && e.At.Year() < 10000
}

// Anybody may hand in a file as an exported log: it is read or refused by its line, and what
// can be read is whole in either format as a log of our own.
func FuzzExported(f *testing.F) {
	for _, format := range []Format{NDJSON, CSV} {
		f.Add(exported(f, format, chained()))
	}
	f.Add([]byte(`{"seq":1,"at":"2026-11-23T04:00:00.1234567Z","prev":null,"hash":"AA=="}{"seq":9223372036854775807}`))
	f.Add([]byte(byteOrderMark + "seq,at\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		entries, err := readAll(file)
		if err != nil {
			if got := fault.From(err); got.Code != "audit.file" || got.Params["line"] != len(entries)+1 {
				t.Fatalf("after %d: %v", len(entries), err)
			}
			return
		}
		// The same things done, as a log of our own: what it cannot hold is no entry of one.
		head := Head{}
		for i, e := range entries {
			if entries[i] = Chain(head, e); !isKept(entries[i]) {
				return
			}
			head = entries[i].Head()
		}
		for _, format := range []Format{NDJSON, CSV} {
			again, err := readAll(exported(t, format, entries))
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			if report, err := Verify(each(again), head); err != nil || report.Count != int64(len(entries)) {
				t.Fatalf("%s: %+v, %v of %+v", format, report, err, entries)
			}
		}
	})
}
