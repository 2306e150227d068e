package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"time"

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

func (s *memory) InsertEntries(_ context.Context, all ...Entry) error {
	s.entries = append(s.entries, all...)
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

func (full) InsertEntries(context.Context, ...Entry) error { return errors.New("disk full") }

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
