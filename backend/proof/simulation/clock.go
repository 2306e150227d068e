package simulation

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

const (
	years = 10 * 365 * 24 * time.Hour // the most a clock is off
	weeks = 40 * 24 * time.Hour       // what a center's may be off that was set while it did not run
)

// within draws a time of up to so much, either way.
func (w *World) within(most time.Duration) time.Duration {
	return time.Duration(w.chance.Int64N(int64(2*most))) - most
}

// setClock sets the center's clock: by an hour, by weeks, by up to ten years, or right.
// While it runs nothing of that may change the day by which it goes, once it has followed a clock.
func (c *center) setClock(ctx context.Context) error {
	before := c.Today()
	switch c.world.chance.IntN(6) {
	case 0, 1:
		c.off = 0
	case 2:
		c.off = c.world.within(time.Hour)
	case 3:
		c.off = c.world.within(weeks)
	default:
		c.off = c.world.within(years)
		c.world.count(CenterClock)
	}
	c.world.say("the center's clock is %v off", c.off.Round(time.Second))
	if leapt := before.DaysUntil(c.Today()); c.followed && (leapt < -1 || leapt > 1) {
		c.world.broken("a clock that was set %v off makes it %d days later at the center", c.off, leapt)
	}
	switch {
	case c.off == 0 && c.world.luck(50):
		return c.trust(ctx)
	case c.world.luck(30):
		return c.restart(ctx)
	}
	return nil
}

// trust lets whoever has set the clock right say so, where the center doubts it.
func (c *center) trust(ctx context.Context) error {
	if !c.doubts() {
		return nil
	}
	if c.Today().After(calendar.Of(c.world.now)) {
		c.world.count(WentBack)
	}
	c.world.say("whoever runs the center says that its clock is right")
	c.trusts = true
	err := c.restart(ctx)
	c.trusts = false
	if c.doubts() {
		c.world.broken("the center doubts a clock that somebody says is right")
	}
	return err
}

func (c *center) doubts() bool { return fault.CodeOf(c.KeepTime()) == "center.clock" }

// keepTime is what a serving center does all the time: it writes down what time it is.
func (c *center) keepTime() error {
	days := calendar.Of(c.world.now).DaysUntil(c.Today())
	if c.ahead = max(c.ahead, days); days > 1 {
		c.world.count(CenterAhead)
	}
	if c.doubts() {
		c.world.count(CenterDoubt)
		return nil
	}
	c.followed = true
	return c.KeepTime()
}
