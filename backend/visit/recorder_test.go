package visit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

var errPart = errors.New("test failure of a part")

// faulty is the real store with one part that can fail.
type faulty struct {
	*store.Store
	at string // the method that fails
}

func (f *faulty) fail(method string) error {
	if f.at == method {
		return errPart
	}
	return nil
}

func (f *faulty) InsertVisit(ctx context.Context, v visit.Visit) error {
	return errors.Join(f.Store.InsertVisit(ctx, v), f.fail("InsertVisit")) // fails after it wrote
}

func (f *faulty) PrepareVisit(v visit.Visit) (func(context.Context, visit.Visit) error, error) {
	insert, err := f.Store.PrepareVisit(v)
	return func(ctx context.Context, v visit.Visit) error {
		return errors.Join(insert(ctx, v), f.fail("InsertVisit"))
	}, err
}

func (f *faulty) AppendOperation(ctx context.Context, op outbox.Operation) (outbox.Operation, error) {
	placed, err := f.Store.AppendOperation(ctx, op)
	return placed, errors.Join(err, f.fail("AppendOperation"))
}

func (f *faulty) Unprintable(string) []string { return nil }

func (f *faulty) Keep(ctx context.Context, v visit.Visit) error {
	err := f.Store.SaveReceipt(ctx, "receipt-"+v.ID, v.ID, v.At, json.RawMessage(`{}`))
	return errors.Join(err, f.fail("Keep"))
}

func (f *faulty) NextTicketNumber(ctx context.Context, deviceID string, day calendar.Date) (int, error) {
	n, err := f.Store.NextTicketNumber(ctx, deviceID, day)
	return n, errors.Join(err, f.fail("NextTicketNumber"))
}

func (f *faulty) LockWaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (visit.Visit, bool, error) {
	v, ok, err := f.Store.LockWaitingVisit(ctx, donorKey, day)
	return v, ok && f.at != "first gone", errors.Join(err, f.fail("LockWaitingVisit"))
}

func newStore(t *testing.T) *faulty {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(t.TempDir(), "test.db"), Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &faulty{Store: s}
}

func recorder(f *faulty) visit.Recorder {
	n := 0
	return visit.Recorder{Store: f, Log: f, Papers: f, NewID: func() string { n++; return fmt.Sprintf("operation-%d", n) }}
}

// wantWritten counts visits, papers and operations: they come together.
func wantWritten(t *testing.T, what string, f *faulty, want int) {
	t.Helper()
	ops, err := f.OperationsFrom(t.Context(), 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	visits, err := f.VisitsAt(t.Context(), storetest.Site, storetest.Today)
	if err != nil {
		t.Fatal(err)
	}
	papers := 0
	for _, v := range visits {
		if _, ok, err := f.ReceiptOf(t.Context(), v.ID); err != nil {
			t.Fatal(err)
		} else if ok {
			papers++
		}
	}
	if len(ops) != want || len(visits) != want || papers != want {
		t.Errorf("%s: %d operations, %d visits, %d papers, want %d of each", what, len(ops), len(visits), papers, want)
	}
}

func TestCheckInWritesAllOfIt(t *testing.T) {
	f := newStore(t)
	r := recorder(f)
	for n, want := range []string{"B001", "B002", "B003"} {
		v := storetest.Visit(n)
		v.Ticket, v.TicketNumber, v.Outcome = "", 0, ""
		got, err := r.CheckIn(t.Context(), v, "B")
		if err != nil {
			t.Fatal(err)
		}
		if got.Ticket != want || got.TicketNumber != n+1 || got.Outcome != visit.Waiting {
			t.Errorf("ticket %s, number %d, outcome %s; want %s", got.Ticket, got.TicketNumber, got.Outcome, want)
		}
	}
	wantWritten(t, "three people", f, 3)
	ops, err := f.PendingOperations(t.Context(), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	var sent visit.Visit
	if err := json.Unmarshal(ops[0].Payload, &sent); err != nil {
		t.Fatal(err)
	}
	if ops[0].Kind != outbox.VisitCheckedIn || !ops[0].DeviceTime.Equal(storetest.Visit(2).At) || sent.Ticket != "B003" ||
		sent.Screening.Exclusion != "use" || sent.Person.Name != storetest.Person(2).Name {
		t.Errorf("operation %s of %v says ticket %s, %s", ops[0].Kind, ops[0].DeviceTime, sent.Ticket, sent.Person)
	}

	tomorrow := storetest.Visit(9)
	tomorrow.Day = tomorrow.Day.AddDays(1)
	if got, err := r.CheckIn(t.Context(), tomorrow, "B"); err != nil || got.Ticket != "B001" {
		t.Errorf("the first of another day: %s, %v", got.Ticket, err)
	}
}

func TestDeferWritesAllOfIt(t *testing.T) {
	f := newStore(t)
	v := storetest.Visit(1)
	v.Screening, v.Ticket, v.TicketNumber = nil, "", 0
	got, err := recorder(f).Defer(t.Context(), v)
	if err != nil || got.Outcome != visit.Deferred || got.Ticket != "" {
		t.Fatalf("%+v, %v", got.Outcome, err)
	}
	wantWritten(t, "one person", f, 1)
	if ops, err := f.PendingOperations(t.Context(), 0, 1); err != nil || ops[0].Kind != outbox.VisitDeferred {
		t.Errorf("%v, %v", ops, err)
	}
	if _, err := recorder(f).CheckIn(t.Context(), storetest.Visit(2), "A"); err == nil {
		t.Error("two operations with one id") // the recorder's ids begin anew
	}
	wantWritten(t, "after a failure", f, 1)
}

func TestWhenAPartFailsNothingIsWritten(t *testing.T) {
	for _, part := range []string{"InsertVisit", "AppendOperation", "Keep", "NextTicketNumber"} {
		f := newStore(t)
		r := recorder(f)
		f.at = part
		if _, err := r.CheckIn(t.Context(), storetest.Visit(1), "A"); !errors.Is(err, errPart) {
			t.Errorf("check-in, %s: %v", part, err)
		}
		if part != "NextTicketNumber" {
			if _, err := r.Defer(t.Context(), storetest.Visit(2)); !errors.Is(err, errPart) {
				t.Errorf("deferral, %s: %v", part, err)
			}
		}
		wantWritten(t, part, f, 0)
		f.at = ""
		if v, err := r.CheckIn(t.Context(), storetest.Visit(1), "A"); err != nil || v.Ticket != "A001" {
			t.Errorf("%s, afterwards: %s, %v", part, v.Ticket, err)
		}
		wantWritten(t, part+", afterwards", f, 1)
	}
}

func TestNobodyIsCheckedInTwiceHere(t *testing.T) {
	f := newStore(t)
	r := recorder(f)
	if _, err := r.CheckIn(t.Context(), storetest.Visit(1), "A"); err != nil {
		t.Fatal(err)
	}
	again := storetest.Visit(2)
	again.DonorKey = storetest.DonorKey(1)
	_, err := r.CheckIn(t.Context(), again, "A")
	if f := fault.From(err); f.Code != "visit.already_checked_in" || f.Kind != fault.Conflict {
		t.Errorf("%v", err)
	}
	wantWritten(t, "the second time", f, 1)
}
