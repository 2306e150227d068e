package storetest

import (
	"context"
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/outbox"
	"lianxin/backend/staffcall"
	"lianxin/backend/store"
)

// meanwhile runs second in a transaction of its own that began before first's ended,
// and waits for it. On SQLite the second waits for its turn from the start.
func meanwhile(t *testing.T, s Subject, first, second func(ctx context.Context) error) {
	t.Helper()
	ended := make(chan error, 1)
	must(t, s.InTx(t.Context(), func(ctx context.Context) error {
		if err := first(ctx); err != nil {
			return err
		}
		go func() { ended <- s.InTx(t.Context(), second) }()
		if s.Engine() == store.Postgres {
			untilBlocked(t, s)
		}
		return nil
	}))
	must(t, <-ended)
}

// untilBlocked returns when somebody in the database waits for somebody else's lock.
func untilBlocked(t *testing.T, s Subject) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for range look.C {
		var n int
		err := s.Raw.QueryRowContext(t.Context(),
			"SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&n)
		if must(t, err); n > 0 {
			return
		}
	}
}

// Staff say that they are on the way while the kiosk takes the call back: who went stays.
func callFromTwoSides(t *testing.T, s Subject) {
	call := staffcall.Call{ID: "call-1", SiteID: Site, DeviceID: DeviceID, RaisedAt: At}
	must(t, s.SaveCall(t.Context(), call))
	cleared := call
	cleared.ClearedAt = At.Add(time.Minute)
	op := got(outbox.New("operation-1", outbox.StaffCallCleared, At, cleared))(t)
	meanwhile(t, s, func(ctx context.Context) error {
		acknowledged, err := call.Acknowledge("m-1", At)
		must(t, err)
		return s.SaveCall(ctx, acknowledged)
	}, func(ctx context.Context) error {
		return staffcall.Applier{Store: s}.Apply(ctx, DeviceID, Site, op)
	})
	kept := got(s.Call(t.Context(), call.ID))(t)
	equal(t, "who went, and when it was taken back", []any{kept.AcknowledgedBy, kept.ClearedAt}, []any{"m-1", cleared.ClearedAt})
}

// A booking is moved to another day while its donor checks in: it stays where it was
// moved to, and counts as used.
func bookingMovedMeanwhile(t *testing.T, s Subject) {
	booked := Appointment(1)
	must(t, s.SaveAppointment(t.Context(), booked))
	moved := booked
	moved.SiteID, moved.Day, moved.Start = "site-2", booked.Day.AddDays(7), "15:00"
	var used appointment.Appointment
	meanwhile(t, s, func(ctx context.Context) error { return s.SaveAppointment(ctx, moved) },
		func(ctx context.Context) (err error) {
			used, err = s.SetAppointmentStatus(ctx, booked.ID, appointment.CheckedIn)
			return err
		})
	want := moved
	want.Status = appointment.CheckedIn
	equal(t, "told", used, want)
	equal(t, "kept", got(s.Appointment(t.Context(), booked.ID))(t), want)
	_, err := s.SetAppointmentStatus(t.Context(), "none", appointment.CheckedIn)
	refused(t, "of none", err, "appointment.not_found")
}
