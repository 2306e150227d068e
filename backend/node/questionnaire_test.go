package node

import (
	"slices"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/checkin"
	"lianxin/backend/pack"
)

// publishes writes on the draft of the questionnaire at the center and gives it out.
func (b *bench) publishes(text string, from calendar.Date) string {
	b.t.Helper()
	ctx, by := b.t.Context(), api.Caller{StaffID: "terminal"}
	d, err := b.center.BeginDraft(ctx, pack.HealthForm, by)
	if err != nil {
		b.t.Fatal(err)
	}
	d.Outline.Sections[0].Questions[0].Text.ZH = text
	if d, err = b.center.ChangeDraft(ctx, pack.HealthForm, api.DraftChange{Revision: d.Revision, Outline: d.Outline}, by); err != nil {
		b.t.Fatal(err)
	}
	v, err := b.center.PublishDraft(ctx, pack.HealthForm, api.DraftPublish{Revision: d.Revision, Version: d.Suggested, From: from}, by)
	if err != nil {
		b.t.Fatal(err)
	}
	b.until("the version "+v.Version+" at the kiosk", func(api.KioskState) bool {
		return slices.Contains(b.node.packs.Held(), pack.Ref{ID: v.ID, Version: v.Version})
	})
	return v.Version
}

// A questionnaire that was published at the desk reaches a kiosk, which asks it from its day
// on and records with the answers which version they are to; one that was withdrawn is gone.
func TestAPublishedQuestionnaireIsAskedFromItsDay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enrol(testSite)
	b.whole()
	today := b.center.Today()
	first := func(day calendar.Date) string {
		form, err := b.node.packs.Questionnaire(day)
		if err != nil {
			t.Fatal(err)
		}
		return form.Version
	}
	before := first(today)
	later := b.publishes("明年再问？", today.AddDays(30))
	if first(today) != before || first(today.AddDays(29)) != before || first(today.AddDays(30)) != later {
		t.Errorf("asked: %s today, %s before its day, %s on it", first(today), first(today.AddDays(29)), first(today.AddDays(30)))
	}
	now := b.publishes("今天好吗？", today)
	a := b.booked(0)
	s := b.scan(a, "zh-CN")
	b.must("POST", "/kiosk/session/purpose", checkin.Purpose{BookingID: s.Bookings[0].ID}, &s)
	b.must("POST", "/kiosk/session/continue", nil, &s)
	if s.Questionnaire == nil || s.Questionnaire.Items[0].Text.ZH != "今天好吗？" {
		t.Fatalf("at %s: %+v", s.Step, s.Questionnaire)
	}
	b.must("DELETE", "/kiosk/session", nil, nil)
	b.checkIn(a)
	b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })
	v, ok, err := b.center.Store().WaitingVisit(t.Context(), a.DonorKey, today)
	if err != nil || !ok || v.Screening == nil || v.Screening.Questionnaire != "https://lianxin.example/fhir/Questionnaire/donor-health|"+now {
		t.Fatalf("%+v, %v", v.Screening, err)
	}
	if _, err := b.center.WithdrawPack(t.Context(), pack.HealthForm, later, "terminal"); err != nil {
		t.Fatal(err)
	}
	b.until("the withdrawn version is forgotten", func(api.KioskState) bool {
		return !slices.Contains(b.node.packs.Held(), pack.Ref{ID: pack.HealthForm, Version: later})
	})
	if first(today.AddDays(30)) != now {
		t.Errorf("on the day of what was withdrawn %s is asked", first(today.AddDays(30)))
	}
}
