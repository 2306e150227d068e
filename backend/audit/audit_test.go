package audit

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 123456789, time.UTC)

func entry(n int) Entry {
	return Entry{
		At: noon.Add(time.Duration(n) * time.Second), Who: "0190a0a0-0000-7000-8000-138001380001", Role: "reception", Action: "visit.read",
		Object: Object{Noun: "visit", ID: fmt.Sprintf("visit-%d", n)}, Where: Where{Device: "device-1", Site: "site-1"},
	}
}

func logOf(n int) []Entry {
	var head Head
	entries := make([]Entry, 0, n)
	for i := range n {
		e := Chain(head, entry(i))
		entries, head = append(entries, e), e.Head()
	}
	return entries
}

func each(entries []Entry) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// memory is a Store of one process, for one caller at a time.
type memory struct{ entries []Entry }

func (s *memory) AuditHead(context.Context) (Head, error) {
	if len(s.entries) == 0 {
		return Head{}, nil
	}
	return s.entries[len(s.entries)-1].Head(), nil
}

func (s *memory) InsertEntry(_ context.Context, e Entry) error {
	s.entries = append(s.entries, e)
	return nil
}

func (s *memory) Entries(_ context.Context, after int64, limit int) ([]Entry, error) {
	var found []Entry
	for _, e := range s.entries {
		if e.Seq > after && len(found) < limit {
			found = append(found, e)
		}
	}
	return found, nil
}

// withoutHead is a store whose head cannot be read.
type withoutHead struct{ *memory }

func (withoutHead) AuditHead(context.Context) (Head, error) { return Head{}, errors.New("away") }

// full is a store that takes nothing more.
type full struct{ *memory }

func (full) InsertEntry(context.Context, Entry) error { return errors.New("disk full") }

// unreadable is a store whose second page cannot be read.
type unreadable struct{ *memory }

func (s unreadable) Entries(ctx context.Context, after int64, limit int) ([]Entry, error) {
	if after > 0 {
		return nil, errors.New("away")
	}
	return s.memory.Entries(ctx, after, limit)
}

func TestRecordAndVerify(t *testing.T) {
	log := Log{Store: &memory{}, Now: func() time.Time { return noon }}
	const n = 2*page + 1 // three pages
	for i := range n {
		e := entry(i)
		e.At = time.Time{}
		got, err := log.Record(t.Context(), e)
		if err != nil || got.Seq != int64(i+1) || !got.At.Equal(noon.Truncate(time.Microsecond)) {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	report, err := Verify(log.All(t.Context()), Head{})
	if err != nil || report.Count != n || report.Head.Seq != n || report.Broken != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if again, err := Verify(log.All(t.Context()), report.Head); err != nil || again.Count != n {
		t.Errorf("against its own end: %+v, %v", again, err)
	}
	for range log.All(t.Context()) {
		break // stopping early must not panic
	}
}

func TestRecordFailures(t *testing.T) {
	good := &memory{}
	clock := func() time.Time { return noon }
	for name, store := range map[string]Store{"head": withoutHead{good}, "insert": full{good}} {
		if _, err := (Log{Store: store, Now: clock}).Record(t.Context(), entry(1)); err == nil || fault.CodeOf(err) != "internal" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (Log{Store: good, Now: clock}).Record(t.Context(), Entry{}); fault.CodeOf(err) != "audit.entry_invalid" {
		t.Errorf("an empty entry: %v", err)
	}
	if len(good.entries) != 0 {
		t.Error("something was written all the same")
	}
	good.entries = logOf(page)
	report, err := Verify(Log{Store: unreadable{good}}.All(t.Context()), Head{})
	if err == nil || report.Broken != 0 || fault.CodeOf(err) != "internal" {
		t.Errorf("a log that cannot be read is not a broken log: %+v, %v", report, err)
	}
}

// What a database does to a time (another zone, microseconds) and what JSON does leaves the hash right.
func TestHashSurvivesStorage(t *testing.T) {
	e := Chain(Head{}, entry(1))
	stored := e
	stored.At = time.UnixMicro(e.At.UnixMicro()).In(time.FixedZone("CST", 8*3600))
	text, err := json.Marshal(stored)
	if err != nil {
		t.Fatal(err)
	}
	var exported Entry
	if err := json.Unmarshal(text, &exported); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]Entry{"database": stored, "export": exported} {
		if _, err := Verify(each([]Entry{got}), e.Head()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The layout is frozen: another hash for the same entry would call every old log broken.
// The value was computed apart from this package, with Python's hashlib.
func TestCanonicalIsFrozen(t *testing.T) {
	e := Chain(Head{}, entry(1))
	if got := hex.EncodeToString(e.Hash); got != "34fe73c8f1fedbb780bb4503703bcd7d3ca5f7ed2a6f8cb88692b5ddc717261a" {
		t.Errorf("hash %s", got)
	}
}

func TestVerifyFindsWhatWasDone(t *testing.T) {
	const n = 20
	whole := logOf(n)
	rehash := func(log []Entry, at int) { // as somebody would who may write to the database
		head := Head{}
		if at > 0 {
			head = log[at-1].Head()
		}
		log[at] = Chain(head, log[at])
	}
	cases := []struct {
		name   string
		edit   func([]Entry) []Entry
		seq    int64
		reason string
	}{
		{"who", func(l []Entry) []Entry { l[4].Who = "staff-2"; return l }, 5, "altered"},
		{"time by a microsecond", func(l []Entry) []Entry { l[4].At = l[4].At.Add(time.Microsecond); return l }, 5, "altered"},
		{"a field moved to its neighbour", func(l []Entry) []Entry {
			l[4].Where = Where{Device: l[4].Where.Device + l[4].Where.Site}
			return l
		}, 5, "altered"},
		{"hash", func(l []Entry) []Entry { l[4].Hash = bytes.Clone(l[3].Hash); return l }, 5, "altered"},
		{"hash emptied", func(l []Entry) []Entry { l[4].Hash = nil; return l }, 5, "altered"},
		{"altered and hashed again", func(l []Entry) []Entry { l[4].Who = "staff-2"; rehash(l, 4); return l }, 6, "unlinked"},
		{"taken out", func(l []Entry) []Entry { return slices.Delete(l, 4, 5) }, 5, "missing"},
		{"taken out, numbers closed up", func(l []Entry) []Entry {
			l = slices.Delete(l, 4, 5)
			for i := 4; i < len(l); i++ {
				l[i].Seq--
			}
			return l
		}, 5, "unlinked"},
		{"exchanged", func(l []Entry) []Entry { l[4], l[5] = l[5], l[4]; return l }, 5, "missing"},
		{"doubled", func(l []Entry) []Entry { return slices.Insert(l, 5, l[4]) }, 6, "missing"},
		{"beginning cut off", func(l []Entry) []Entry { return l[3:] }, 1, "missing"},
		{"end cut off", func(l []Entry) []Entry { return l[:15] }, 16, "cut"},
		{"everything cut off", func([]Entry) []Entry { return nil }, 1, "cut"},
		{"the last one rewritten", func(l []Entry) []Entry { l[n-1].Who = "staff-2"; rehash(l, n-1); return l }, n, "cut"},
		{"all rewritten", func(l []Entry) []Entry {
			l[0].Who = "staff-2"
			for i := range l {
				rehash(l, i)
			}
			return l
		}, n, "cut"},
	}
	known := whole[n-1].Head()
	for _, c := range cases {
		report, err := Verify(each(c.edit(slices.Clone(whole))), known)
		f := fault.From(err)
		if f.Code != "audit.broken" || report.Broken != c.seq || f.Params["seq"] != c.seq || f.Params["reason"] != c.reason {
			t.Errorf("%s: %+v, %v %v", c.name, report, err, f.Params)
			continue
		}
		if c.reason != "cut" && report.Count != c.seq-1 {
			t.Errorf("%s: %d entries are called right", c.name, report.Count)
		}
	}
	if report, err := Verify(each(whole), known); err != nil || report.Count != n {
		t.Errorf("the cases changed the whole log: %+v, %v", report, err)
	}
	if report, err := Verify(each(whole), whole[9].Head()); err != nil || report.Count != n {
		t.Errorf("a log that has grown since: %+v, %v", report, err)
	}
	if report, err := Verify(each(nil), Head{}); err != nil || report.Count != 0 {
		t.Errorf("an empty log: %+v, %v", report, err)
	}
}

// Any change of any member of any entry is found at that entry.
func TestVerifyProperty(t *testing.T) {
	whole := logOf(12)
	rapid.Check(t, func(t *rapid.T) {
		log := slices.Clone(whole)
		at := rapid.IntRange(0, len(log)-1).Draw(t, "at")
		e := &log[at]
		texts := []*string{&e.Who, &e.Role, &e.Action, &e.Object.Noun, &e.Object.ID, &e.Where.Device, &e.Where.Site, &e.Before, &e.After}
		target := texts[rapid.IntRange(0, len(texts)-1).Draw(t, "member")]
		value := rapid.String().Draw(t, "value")
		if value == *target {
			return
		}
		*target = value
		if report, err := Verify(each(log), Head{}); err == nil || report.Broken != int64(at+1) {
			t.Fatalf("%+v, %v", report, err)
		}
	})
}

func TestCheck(t *testing.T) {
	const number, phone = "11010519491231002X", "13800000000"
	if err := entry(1).Check(); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		place string
		spoil func(*Entry)
	}{
		{"at", func(e *Entry) { e.At = time.Time{} }},
		{"who", func(e *Entry) { e.Who = "" }},
		{"who", func(e *Entry) { e.Who = "测试王" }},
		{"who", func(e *Entry) { e.Who = phone }},
		{"role", func(e *Entry) { e.Role = "Admin" }},
		{"action", func(e *Entry) { e.Action = "read" }},
		{"action", func(e *Entry) { e.Action = "visit.read " + number }},
		{"object.noun", func(e *Entry) { e.Object.Noun = "" }},
		{"object.id", func(e *Entry) { e.Object.ID = number }},
		{"object.id", func(e *Entry) { e.Object.ID = "donor:" + number }},
		{"object.id", func(e *Entry) { e.Object.ID = "360426199101010071" }},
		{"object.id", func(e *Entry) { e.Object.ID = strings.Repeat("x", 65) }},
		{"where.device", func(e *Entry) { e.Where.Device = "a b" }},
		{"where.site", func(e *Entry) { e.Where.Site = "东城" }},
		{"before", func(e *Entry) { e.Before = `{"phone":"` + phone + `"}` }},
		{"after", func(e *Entry) { e.After = `{"number":"` + strings.ToLower(number) + `"}` }},
		{"after", func(e *Entry) { e.After = strings.Repeat("x", maxChange+1) }},
	}
	for _, c := range cases {
		e := entry(1)
		c.spoil(&e)
		f, ok := errors.AsType[*fault.Fault](e.Check())
		if !ok || f.Code != "audit.entry_invalid" || len(f.Places) != 1 || f.Places[0].Location != c.place {
			t.Errorf("%s: %v", c.place, f)
		}
		if ok && (strings.Contains(f.Error(), number) || strings.Contains(f.Error(), phone)) {
			t.Errorf("%s: the fault shows the number", c.place)
		}
	}
}

// A UUID, a digest and an amount are not taken for numbers of a person.
func TestCheckLetsIDsPass(t *testing.T) {
	for _, id := range []string{"0190a0a0-1380-7138-8138-138001380001", "00000000-0000-0000-0000-000000000000", "device-1", "site.110105"} {
		e := entry(1)
		e.Object.ID, e.After = id, `{"fen":1234500,"at":"2026-11-23T04:00:00Z","digest":"13800000000a"}`
		if err := e.Check(); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestRedact(t *testing.T) {
	value := struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Name   string `json:"name"`
		Nested any    `json:"nested"`
	}{"d1", "active", "测试王", map[string]string{"status": "secret"}}
	got, err := Redact(value, "id", "status", "absent")
	if want := `{"id":"d1","name":"…","nested":"…","status":"active"}`; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []any{nil, 7, []string{"x"}, func() {}} {
		if got, err := Redact(bad); err == nil {
			t.Errorf("%T: %s", bad, got)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	log := logOf(10_000)
	for b.Loop() {
		if _, err := Verify(each(log), Head{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(log)*b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkChain(b *testing.B) {
	head := Head{}
	for b.Loop() {
		head = Chain(head, entry(1)).Head()
	}
}
