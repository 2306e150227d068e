package visit_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// applier notes which visits the rest of the center was told of.
func applier(f *faulty, told *[]visit.Visit) visit.Applier {
	return visit.Applier{Store: f, Examine: func(_ context.Context, v visit.Visit) (visit.Visit, error) { return v, nil }, Changed: func(_ context.Context, v visit.Visit) error {
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
	for _, at := range []string{"Changed", "InsertVisit", "LockWaitingVisit", "first gone"} {
		f, told := newStore(t), []visit.Visit(nil)
		a := applier(f, &told)
		if err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, storetest.Visit(1))); err != nil {
			t.Fatal(err)
		}
		f.at = at
		second := storetest.Visit(2)
		if at == "LockWaitingVisit" || at == "first gone" {
			second.DonorKey = storetest.DonorKey(1)
		}
		// A failure is never a refusal: what is refused is not sent again.
		err := apply(t, f, a, operation(t, outbox.VisitCheckedIn, second))
		if want := map[bool]string{true: "store.busy", false: "internal"}[at == "first gone"]; fault.CodeOf(err) != want {
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
		"half a person":              {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DonorKey = v.DonorKey[1:] }, "visit.malformed", "payload.donor_key"},
		"a person and a half":        {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DonorKey += "A" }, "visit.malformed", "payload.donor_key"},
		"a cut in the person":        {outbox.VisitCheckedIn, func(v *visit.Visit) { v.DonorKey = v.DonorKey[:20] + "|b" }, "visit.malformed", "payload.donor_key"},
		"a line end in the person":   {outbox.VisitDeferred, func(v *visit.Visit) { deferral(v); v.DonorKey = v.DonorKey[:20] + "\r\n" }, "visit.malformed", "payload.donor_key"},
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

// No tolerance reaches over midnight: tomorrow's answers are not of today.
func TestNoPassOfTomorrow(t *testing.T) {
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, calendar.Beijing)
	p := storetest.Pass(1, midnight)
	if now := midnight.Add(-time.Second); p.IsGood(now, p.Questionnaire) {
		t.Error("answers of tomorrow count")
	}
	if !p.IsGood(midnight, p.Questionnaire) {
		t.Error("answers of the day's first instant do not count")
	}
}

func TestAPassIsGoodOnItsDayOnly(t *testing.T) {
	p := storetest.Pass(1, storetest.At)
	for name, c := range map[string]struct {
		after time.Duration
		form  string
		want  bool
	}{
		"at once":                   {0, p.Questionnaire, true},
		"an hour later":             {time.Hour, p.Questionnaire, true},
		"the next day":              {24 * time.Hour, p.Questionnaire, false},
		"the day before":            {-24 * time.Hour, p.Questionnaire, false},
		"by a slow clock":           {-visit.PassTolerance + time.Microsecond, p.Questionnaire, true},
		"by one that is too slow":   {-visit.PassTolerance, p.Questionnaire, false},
		"for a newer questionnaire": {time.Hour, "urn:test:questionnaire|2", false},
	} {
		if got := p.IsGood(p.AnsweredAt.Add(c.after), c.form); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
