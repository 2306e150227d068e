package device

import (
	"slices"
	"testing"
	"time"
)

func TestNeeds(t *testing.T) {
	now := time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	by := Surroundings{Now: now, SiteOpen: true, MinProtocol: 2}
	sound := Report{Device: Device{Status: Active, Surface: "kiosk", LastSeen: now.Add(-time.Minute), Protocol: 2, Pending: mostWaiting},
		Condition: Condition{Reader: Part{State: "paused"}, Printer: Part{State: "ready"}, Disk: "ok"}}
	cases := []struct {
		name string
		edit func(*Report, *Surroundings)
		want []Need
	}{
		{"sound", func(*Report, *Surroundings) {}, []Need{}},
		{"without a printer, as it was set up", func(r *Report, _ *Surroundings) { r.Condition.Printer.State = "none" }, []Need{}},
		{"a state of a newer program", func(r *Report, _ *Surroundings) { r.Condition.Printer.State = "dreaming" }, []Need{}},
		{"silent while people come", func(r *Report, _ *Surroundings) { r.LastSeen = now.Add(-quietFor - time.Second) }, []Need{Silent}},
		{"switched off at night", func(r *Report, b *Surroundings) { r.LastSeen, b.SiteOpen = now.Add(-12*time.Hour), false }, []Need{}},
		{"switched off for days", func(r *Report, b *Surroundings) { r.LastSeen, b.SiteOpen = now.Add(-offFor-time.Second), false }, []Need{Silent}},
		{"let in and never heard", func(r *Report, _ *Surroundings) { r.LastSeen = time.Time{} }, []Need{Silent}},
		{"a queue at a silent one waits for the line", func(r *Report, _ *Surroundings) {
			r.Pending, r.LastSeen = 900, now.Add(-time.Hour)
		}, []Need{Silent}},
		{"everything", func(r *Report, _ *Surroundings) {
			r.Dead, r.Protocol, r.Pending, r.SetAside = 1, 1, mostWaiting+1, 3
			r.Condition = Condition{Reader: Part{State: "absent"}, Printer: Part{State: "jam"}, Disk: "full", ClockSuspect: true}
		}, []Need{DeadLetters, Outdated, DiskFull, PrinterDown, ReaderDown, ClockWrong, Waiting, SetAside}},
		{"revoked", func(r *Report, _ *Surroundings) { r.Status, r.Dead = Revoked, 4 }, []Need{}},
		{"a station's client", func(r *Report, _ *Surroundings) { r.Surface, r.LastSeen = Station, time.Time{} }, []Need{}},
	}
	for _, c := range cases {
		r, b := sound, by
		c.edit(&r, &b)
		if got := r.Needs(b); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
