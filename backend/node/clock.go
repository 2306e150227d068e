package node

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/sync"
)

// suspectAfter is how far the device's clock may be from the center's before
// screens and staff are told.
const suspectAfter = 2 * time.Minute

// clock is what the kiosk knows of the time. It decides by the center's clock
// as far as it was ever heard: a device whose battery died and which believes in
// 1970 still serves people by the right day once it was online.
type clock struct {
	now    func() time.Time
	status func() sync.Status
}

// Now implements checkin.Clock.
func (c *clock) Now() time.Time { return c.now() }

// Offset implements checkin.Clock.
func (c *clock) Offset() time.Duration { return c.status().Progress.Offset }

// Corrected is the center's time.
func (c *clock) Corrected() time.Time { return c.now().Add(c.Offset()) }

// Today implements checkin.Clock. The day never goes back behind the last day the
// center spoke: time does not run backwards, clocks do.
func (c *clock) Today() calendar.Date {
	today := calendar.Of(c.Corrected())
	if heard := c.status().Progress.AsOf; !heard.IsZero() && today.Before(calendar.Of(heard)) {
		return calendar.Of(heard)
	}
	return today
}

// DataAsOf implements checkin.Clock.
func (c *clock) DataAsOf() time.Time { return c.status().Progress.AsOf }

// Suspect tells whether the device's clock is off, or went back.
func (c *clock) Suspect() bool {
	s := c.status()
	offset := s.Progress.Offset.Abs()
	return offset > suspectAfter || (!s.Progress.AsOf.IsZero() && c.Corrected().Before(s.Progress.AsOf.Add(-suspectAfter)))
}
