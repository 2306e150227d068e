package node

import (
	"testing"
	"time"

	"lianxin/backend/api"
)

// TestAWrongClockIsCorrectedByTheCenter starts kiosks that believe in another
// year: they are enrolled, get online, and decide by the right day.
func TestAWrongClockIsCorrectedByTheCenter(t *testing.T) {
	for name, off := range map[string]time.Duration{
		"ten years behind": -10 * 365 * 24 * time.Hour,
		"ten years ahead":  10 * 365 * 24 * time.Hour,
		"five minutes off": 5 * time.Minute,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBenchAt(t, func() time.Time { return time.Now().Add(off) })
			b.enrol(testSite)
			s := b.until("the right day", func(s api.KioskState) bool { return s.Today == b.center.Today().String() })
			if !s.ClockSuspect {
				t.Error("nobody is told that the clock is wrong")
			}
			b.checkIn(b.booked(0))
			b.until("an empty queue", func(s api.KioskState) bool { return s.Pending == 0 && s.DeadLetters == 0 })
			visits, err := b.center.Store().VisitsAt(t.Context(), testSite, b.center.Today())
			if err != nil || len(visits) != 1 {
				t.Fatalf("%d visits today at the center (%v), want 1", len(visits), err)
			}
			kept := visits[0].At.Add(visits[0].ClockOffset)
			if d := time.Since(kept).Abs(); d > time.Minute {
				t.Errorf("device time and offset give %v, %v off", kept, d)
			}
		})
	}
}
