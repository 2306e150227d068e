package audit

import (
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
)

// chained is a log of a few entries with everything in them that is hard to write down.
func chained() []Entry {
	var all []Entry
	head := Head{}
	for i, what := range []string{"", "a,b\n\"c\"", `{"name":"王𬭎","n":1}`, "=1+1", " blanks "} {
		e := Chain(head, Entry{At: time.Date(2026, 11, 23, 4, 0, i, 123_456_000, time.UTC), Who: "staff-1", Role: "admin", Action: "site.change",
			Object: Object{Noun: "site", ID: "a"}, Where: Where{Device: "session:1", Site: "a"}, Before: what, After: what})
		head = e.Head()
		all = append(all, e)
	}
	return all
}

// A file that was exported can be verified by itself, and shows what was done to it.
func TestAnExportedLogIsProvedByItself(t *testing.T) {
	entries := chained()
	for _, format := range []Format{NDJSON, CSV} {
		text := string(exported(t, format, entries))
		report, err := Verify(Exported(strings.NewReader(text)), entries[len(entries)-1].Head())
		if err != nil || int(report.Count) != len(entries) {
			t.Errorf("%s: %+v, %v in\n%s", format, report, err, text)
		}
		for name, c := range map[string]struct{ text, code string }{
			"altered":      {strings.Replace(text, "=1+1", "=1+2", 1), "audit.broken"},
			"cut off":      {text[:len(text)-21], "audit.file"},
			"another file": {"seq,who\n1,me\n", "audit.file"},
		} {
			if _, err := Verify(Exported(strings.NewReader(c.text)), Head{}); fault.CodeOf(err) != c.code {
				t.Errorf("%s, %s: %v, want %s", format, name, err, c.code)
			}
		}
	}
}
