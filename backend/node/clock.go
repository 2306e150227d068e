package node

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/sync"
)

// suspectAfter is how far the device's clock may be from the center's before
// screens and staff are told. staleAfter is how long ago the center may have spoken
// until a clock is more likely ahead than right.
const (
	suspectAfter = 2 * time.Minute
	staleAfter   = 365 * 24 * time.Hour
)

// clock is what the kiosk knows of the time. It decides by the center's clock
// as far as it was ever heard: a device whose battery died and which believes in
// 1970 still serves people by the right day once it was online.
type clock struct {
	*sync.Clock
	status func() sync.Status
}

// Now implements checkin.Clock: the device's own.
func (c *clock) Now() time.Time { return c.Wall() }

// Corrected is the center's time.
func (c *clock) Corrected() time.Time { return c.Clock.Now() }

// Moment implements checkin.Clock. It never goes back behind the center's last word,
// or the making of this program: time does not run backwards, clocks do.
func (c *clock) Moment() time.Time {
	now := c.Corrected()
	if past := c.Past(); now.Before(past) {
		return past
	}
	return now
}

// Today implements checkin.Clock.
func (c *clock) Today() calendar.Date { return calendar.Of(c.Moment()) }

// DataAsOf implements checkin.Clock.
func (c *clock) DataAsOf() time.Time { return c.status().Progress.AsOf }

// Suspect tells whether staff should look at a clock: the device's is off, went
// back, or says that the center was not heard for years; or the center's own word
// was not believed.
func (c *clock) Suspect() bool {
	now, heard := c.Corrected(), c.DataAsOf()
	return c.Doubted() || c.Offset().Abs() > suspectAfter || now.Before(c.Past().Add(-suspectAfter)) ||
		(!heard.IsZero() && now.After(heard.Add(staleAfter)))
}

// Over is the day of which everything before is over for certain. Until the center is
// heard that is the day of its last word, however plausible the device's own clock
// looks: one that was set some months ahead while the program did not run would make a
// kiosk forget bookings that are still to come, which the center never sends again.
func (c *clock) Over() calendar.Date {
	if c.Heard() {
		return c.Today()
	}
	return calendar.Of(c.Past())
}
