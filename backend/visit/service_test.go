package visit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
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

func (f *faulty) AppendOperation(ctx context.Context, op outbox.Operation) (outbox.Operation, error) {
	placed, err := f.Store.AppendOperation(ctx, op)
	return placed, errors.Join(err, f.fail("AppendOperation"))
}

func (f *faulty) Keep(ctx context.Context, v visit.Visit) error {
	err := f.Store.SaveReceipt(ctx, "receipt-"+v.ID, v.ID, v.At, json.RawMessage(`{}`))
	return errors.Join(err, f.fail("Keep"))
}

func (f *faulty) NextTicketNumber(ctx context.Context, deviceID string, day calendar.Date) (int, error) {
	n, err := f.Store.NextTicketNumber(ctx, deviceID, day)
	return n, errors.Join(err, f.fail("NextTicketNumber"))
}

func (f *faulty) WaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (visit.Visit, bool, error) {
	v, ok, err := f.Store.WaitingVisit(ctx, donorKey, day)
	return v, ok && f.at != "first gone", errors.Join(err, f.fail("WaitingVisit"))
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

// applier notes which visits the rest of the center was told of.
func applier(f *faulty, told *[]visit.Visit) visit.Applier {
	return visit.Applier{Store: f, Changed: func(_ context.Context, v visit.Visit) error {
		*told = append(*told, v)
		return f.fail("Changed")
	}}
}

func operation(t *testing.T, kind outbox.Kind, v any) outbox.Operation {
	t.Helper()
	op, err := outbox.New("operation-1", kind, storetest.At, v)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func apply(t *testing.T, f *faulty, a visit.Applier, op outbox.Operation) error {
	t.Helper()
	return f.InTx(t.Context(), func(ctx context.Context) error { return a.Apply(ctx, storetest.DeviceID, storetest.Site, op) })
}

func TestApplyRecordsTheVisit(t *testing.T) {
	f, told := newStore(t), []visit.Visit(nil)
	a := applier(f, &told)
	deferred := storetest.Visit(2)
	deferred.Outcome, deferred.Screening, deferred.Ticket = visit.Deferred, nil, ""
	if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, storetest.Visit(1))); err != nil {
		t.Fatal(err)
	}
	if err := apply(t, f, a, operation(t, outbox.VisitDeferred, deferred)); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || told[0].ID != storetest.Visit(1).ID || told[1].Outcome != visit.Deferred {
		t.Errorf("told of %d visits", len(told))
	}
	if v, err := f.Visit(t.Context(), storetest.Visit(1).ID); err != nil || v.Screening == nil || v.Person.Name != storetest.Person(1).Name {
		t.Errorf("%v", err)
	}
}

func TestApplyKeepsBothCheckInsOfAPerson(t *testing.T) {
	f, told := newStore(t), []visit.Visit(nil)
	a := applier(f, &told)
	for n := range 3 {
		v := storetest.Visit(n)
		v.DonorKey = storetest.DonorKey(0)
		if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, v)); err != nil {
			t.Fatal(err)
		}
	}
	for n, v := range told {
		wantOutcome, wantFirst := visit.Duplicate, storetest.Visit(0).ID
		if n == 0 {
			wantOutcome, wantFirst = visit.Waiting, ""
		}
		kept, err := f.Visit(t.Context(), v.ID)
		if err != nil || kept.Outcome != wantOutcome || kept.DuplicateOf != wantFirst || kept.Screening == nil || v.Outcome != wantOutcome {
			t.Errorf("visit %d is %s of %q, told as %s, %v", n, kept.Outcome, kept.DuplicateOf, v.Outcome, err)
		}
	}
}

func TestApplyLeavesNothingWhenItFails(t *testing.T) {
	for _, at := range []string{"Changed", "InsertVisit", "WaitingVisit", "first gone"} {
		f, told := newStore(t), []visit.Visit(nil)
		a := applier(f, &told)
		if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, storetest.Visit(1))); err != nil {
			t.Fatal(err)
		}
		f.at = at
		second := storetest.Visit(2)
		if at == "WaitingVisit" || at == "first gone" {
			second.DonorKey = storetest.DonorKey(1)
		}
		// A failure is never a refusal: what is refused is not sent again.
		err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, second))
		if fault.CodeOf(err) != "internal" {
			t.Errorf("%s: %v", at, err)
		}
		if visits, err := f.VisitsAt(t.Context(), storetest.Site, storetest.Today); err != nil || len(visits) != 1 {
			t.Errorf("%s: %d visits, %v", at, len(visits), err)
		}
	}
}

func TestApplyRefusesWhatDoesNotHoldTogether(t *testing.T) {
	deferral := func(v *visit.Visit) { v.Outcome, v.Screening, v.Ticket = visit.Deferred, nil, "" }
	for name, c := range map[string]struct {
		kind   outbox.Kind
		change func(v *visit.Visit)
		code   string
		place  string
	}{
		"no id":                      {outbox.VisitCheckedIn, func(v *visit.Visit) { v.ID = "" }, "visit.malformed", "payload.id"},
		"no site":                    {outbox.VisitCheckedIn, func(v *visit.Visit) { v.SiteID = "" }, "visit.malformed", "payload.site_id"},
		"no device":                  {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DeviceID = "" }, "visit.malformed", "payload.device_id"},
		"no day":                     {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Day = calendar.Date{} }, "visit.malformed", "payload.day"},
		"no person":                  {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DonorKey = "" }, "visit.malformed", "payload.donor_key"},
		"no product":                 {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Product = "" }, "visit.malformed", "payload.product"},
		"unknown product":            {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Product = donation.Product("gold") }, "visit.malformed", "payload.product"},
		"no ticket":                  {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Ticket = "" }, "visit.malformed", "payload.ticket"},
		"no answers":                 {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Screening = nil }, "visit.malformed", "payload.screening"},
		"a deferral as a check-in":   {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Outcome = visit.Deferred }, "visit.malformed", "payload.outcome"},
		"a duplicate as a check-in":  {outbox.VisitCheckedIn, func(v *visit.Visit) { v.Outcome = visit.Duplicate }, "visit.malformed", "payload.outcome"},
		"a check-in as a deferral":   {outbox.VisitDeferred, func(*visit.Visit) {}, "visit.malformed", "payload.outcome"},
		"another kiosk's":            {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DeviceID = "device-2" }, "visit.foreign_device", ""},
		"another site's":             {outbox.VisitCheckedIn, func(v *visit.Visit) { v.SiteID = "elsewhere" }, "visit.foreign_device", ""},
		"another kiosk's deferral":   {outbox.VisitDeferred, func(v *visit.Visit) { deferral(v); v.DeviceID = "device-2" }, "visit.foreign_device", ""},
		"fine as a deferral":         {outbox.VisitDeferred, deferral, "", ""},
		"fine as a check-in as made": {outbox.VisitCheckedIn, func(*visit.Visit) {}, "", ""},
	} {
		f, told := newStore(t), []visit.Visit(nil)
		v := storetest.Visit(1)
		c.change(&v)
		err := apply(t, f, applier(f, &told), operation(t, c.kind, v))
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
			continue
		}
		if c.place != "" && (len(fault.From(err).Places) != 1 || fault.From(err).Places[0].Location != c.place) {
			t.Errorf("%s: places %v, want %s", name, fault.From(err).Places, c.place)
		}
		if want := map[bool]int{true: 1}[c.code == ""]; len(told) != want {
			t.Errorf("%s: told of %d visits", name, len(told))
		}
	}
}

func TestApplyRefusesWhatIsNoVisit(t *testing.T) {
	for _, payload := range []string{``, `null`, `[]`, `"visit"`, `{}`, `{"day":"2026-02-30"}`, `{"id":7}`, `{"at":"yesterday"}`} {
		f, told := newStore(t), []visit.Visit(nil)
		op := outbox.Operation{ID: "operation-1", Kind: outbox.VisitCheckedIn, Version: 1, Payload: json.RawMessage(payload)}
		err := apply(t, f, applier(f, &told), op)
		if f := fault.From(err); f.Code != "visit.malformed" || f.Kind != fault.Invalid || len(told) > 0 {
			t.Errorf("%s: %v", payload, err)
		}
	}
}

func TestAPassIsGoodOnItsDayOnly(t *testing.T) {
	p := storetest.Pass(1, storetest.At)
	for name, c := range map[string]struct {
		day  calendar.Date
		form string
		want bool
	}{
		"its day":     {storetest.Today, p.Questionnaire, true},
		"the next":    {storetest.Today.AddDays(1), p.Questionnaire, false},
		"the day ago": {storetest.Today.AddDays(-1), p.Questionnaire, false},
		"a newer one": {storetest.Today, "urn:test:questionnaire|2", false},
	} {
		if got := p.IsGood(c.day, c.form); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
