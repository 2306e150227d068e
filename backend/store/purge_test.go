package store_test

import (
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/store/storetest"
)

// A kiosk forgets what was pulled for days that are over, and nothing of its own.
func TestForgetPast(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s, ctx := open(t), t.Context()
			own, other := storetest.Visit(1), storetest.Visit(2)
			other.DeviceID, other.Screening = "another-kiosk", nil
			booked := storetest.Appointment(1)
			pass := storetest.Pass(1, storetest.At)
			for _, err := range []error{s.InsertVisit(ctx, own), s.SaveForeignVisit(ctx, other), s.SaveAppointment(ctx, booked), s.SavePass(ctx, pass)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			has := func(want bool) {
				t.Helper()
				_, visitErr := s.Visit(ctx, other.ID)
				_, bookingErr := s.Appointment(ctx, booked.ID)
				_, passErr := s.Pass(ctx, pass.ID)
				for what, err := range map[string]error{"visit.not_found": visitErr, "appointment.not_found": bookingErr, "pass.not_found": passErr} {
					if got := fault.CodeOf(err) != what; got != want {
						t.Errorf("%s: %v, want there: %v", what, err, want)
					}
				}
				if _, err := s.Visit(ctx, own.ID); err != nil {
					t.Errorf("the kiosk's own visit: %v", err)
				}
			}
			if err := s.ForgetPast(ctx, []string{"another", own.DeviceID}, storetest.Today); err != nil {
				t.Fatal(err)
			}
			has(true)
			if err := s.ForgetPast(ctx, []string{"another", own.DeviceID}, storetest.Today.AddDays(2)); err != nil {
				t.Fatal(err)
			}
			has(false)
		})
	}
}
