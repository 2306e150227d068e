package storetest

import (
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/visit"
)

func appointments(t *testing.T, s Subject) {
	ctx, want := t.Context(), Appointment(1)
	must(t, s.SaveAppointment(ctx, want))
	equal(t, "by id", got(s.Appointment(ctx, want.ID))(t), want)
	equal(t, "by code", got(s.AppointmentByCode(ctx, want.Code))(t), want)
	for name, call := range map[string]func() error{
		"unknown id":   func() error { _, err := s.Appointment(ctx, "none"); return err },
		"unknown code": func() error { _, err := s.AppointmentByCode(ctx, "none"); return err },
		"id as code":   func() error { _, err := s.AppointmentByCode(ctx, want.ID); return err },
	} {
		refused(t, name, call(), "appointment.not_found")
	}

	want.Status, want.VolumeML, want.Units, want.Code = appointment.CheckedIn, 0, 2, "OTHERCODE"
	must(t, s.SaveAppointment(ctx, want))
	equal(t, "replaced, zeros too", got(s.AppointmentByCode(ctx, "OTHERCODE"))(t), want)

	early, past := Appointment(2), Appointment(3)
	early.Start, past.Day, past.DonorKey = "08:00", Today.AddDays(-1), want.DonorKey
	must(t, s.SaveAppointment(ctx, early))
	must(t, s.SaveAppointment(ctx, past))
	equal(t, "of a day", got(s.AppointmentsAt(ctx, Site, Today))(t), []appointment.Appointment{early, want})
	equal(t, "of a person from today", got(s.AppointmentsOf(ctx, want.DonorKey, Today))(t), []appointment.Appointment{want})
	equal(t, "of a person from yesterday", got(s.AppointmentsOf(ctx, want.DonorKey, Today.AddDays(-1)))(t),
		[]appointment.Appointment{past, want})

	must(t, s.DeleteAppointment(ctx, want.ID))
	must(t, s.DeleteAppointment(ctx, want.ID)) // what is gone is gone
	_, err := s.Appointment(ctx, want.ID)
	refused(t, "deleted", err, "appointment.not_found")
}

// A pass counts on the day of Beijing's wall calendar on which it was answered,
// whatever zone the server lives in.
func passes(t *testing.T, s Subject) {
	ctx := t.Context()
	midnight := time.Date(2026, 11, 23, 0, 0, 0, 0, calendar.Beijing)
	first, last := Pass(1, midnight.UTC()), Pass(1, midnight.Add(24*time.Hour-time.Microsecond).UTC())
	before, after := Pass(1, midnight.Add(-time.Microsecond).UTC()), Pass(1, midnight.Add(24*time.Hour).UTC())
	late := func(day calendar.Date) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 0, 0, calendar.Beijing)
	}
	find := func(what string, now time.Time, want visit.Pass) {
		t.Helper()
		p, ok, err := s.PassOf(ctx, DonorKey(1), now)
		must(t, err)
		if !ok {
			t.Fatalf("%s: none", what)
		}
		equal(t, what, p, want)
	}
	must(t, s.SavePass(ctx, before))
	must(t, s.SavePass(ctx, after))
	if _, ok, err := s.PassOf(ctx, DonorKey(1), late(Today)); ok || err != nil {
		t.Errorf("a pass of another day counts: %v", err)
	}
	must(t, s.SavePass(ctx, first))
	find("from midnight", midnight, first)
	must(t, s.SavePass(ctx, last))
	find("to midnight, the newest", late(Today), last)
	find("what is answered later hides nothing", midnight.Add(10*time.Hour), first)
	find("yesterday", late(Today.AddDays(-1)), before)
	find("tomorrow", late(Today.AddDays(1)), after)
	if _, ok, err := s.PassOf(ctx, DonorKey(2), late(Today)); ok || err != nil {
		t.Errorf("somebody else's pass counts: %v", err)
	}
	equal(t, "answered elsewhere, whenever", got(s.HasPass(ctx, DonorKey(1)))(t), true)
	equal(t, "never answered elsewhere", got(s.HasPass(ctx, DonorKey(2)))(t), false)

	equal(t, "by id", got(s.Pass(ctx, first.ID))(t), first)
	must(t, s.DeletePass(ctx, first.ID))
	_, err := s.Pass(ctx, first.ID)
	refused(t, "deleted", err, "pass.not_found")
}
