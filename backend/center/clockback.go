package center

import (
	"context"
	"errors"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
	"lianxin/backend/visit"
)

// KeepTime writes down what time it is and tells whether the machine's clock is followed;
// fault "center.clock". A center that serves does so all the time.
func (c *Center) KeepTime() error {
	if c.clock == nil {
		return nil
	}
	err := c.clock.keep()
	if doubted, off := c.clock.doubted(); doubted {
		return errors.Join(err, fault.New(fault.Unavailable, "center.clock").With("hours_off", int(off.Hours())))
	}
	return err
}

// noteTime is KeepTime, with a line in the log when the clock is doubted and when it is not any more.
func (c *Center) noteTime(ctx context.Context) {
	err := c.KeepTime()
	isDoubted := fault.CodeOf(err) == "center.clock"
	switch changed := c.clockDoubted.Swap(isDoubted) != isDoubted; {
	case changed && isDoubted:
		c.config.Log.ErrorContext(ctx, "this machine's clock leapt and is not followed: set it, or start with --trust-clock if it is right", "error", err)
	case changed:
		c.config.Log.InfoContext(ctx, "this machine's clock is followed again")
	case !isDoubted:
		c.complain(ctx, "keeping what time it is", err)
	}
}

// clockOff is how far the machine's clock is from the time the center goes by, in seconds.
func (c *Center) clockOff() float64 {
	if c.clock == nil {
		return 0
	}
	if doubted, off := c.clock.doubted(); doubted {
		return off.Seconds()
	}
	return 0
}

// wasAhead tells whether the database is of a time that is still to come: it is a backup
// of when the center was ahead. Of two instances one has its midnight a little later.
func (c *Center) wasAhead(ctx context.Context) (bool, error) {
	if doubted, _ := c.clock.doubted(); doubted {
		return false, nil
	}
	return c.store.AnyJobAfter(ctx, c.Today().AddDays(1))
}

// goBack mends what a clock that was ahead left behind, now that the time is an earlier
// one: no job waits for a time that was never there, nobody is logged in for longer than
// they may be, and every device is told again what was taken from it as over.
func (c *Center) goBack(ctx context.Context) error {
	now, today := c.config.Now(), c.Today()
	everLater := now.AddDate(100, 0, 0)
	epoch := ""
	err := c.tell(ctx, func(ctx context.Context) (marks []sync.Mark, err error) {
		err = errors.Join(c.store.ForgetSessions(ctx, everLater), c.store.ForgetDonorSessions(ctx, everLater), c.store.ForgetAsked(ctx, everLater),
			c.takeTurn(ctx, turnOfEpoch), c.store.BringJobsBack(ctx, now, today), c.store.SaveSetting(ctx, wentBackSetting, time.Time{}))
		if err != nil {
			return nil, err
		}
		if epoch, err = c.nextEpoch(ctx, itself); err != nil {
			return nil, err
		}
		return c.toldAgain(ctx, today.AddDays(-keptDays))
	})
	if err == nil {
		c.config.Log.WarnContext(ctx, "this center was ahead of the time: logins end, every device starts over")
		c.noteEpoch(epoch)
	}
	return err
}

// toldAgain are the places of bookings and arrivals in the feed of everybody, which
// ForgetNotices takes out of it when their day seems to be over.
func (c *Center) toldAgain(ctx context.Context, day calendar.Date) (marks []sync.Mark, err error) {
	bookings, arrivals, err := c.store.ToCome(ctx, day)
	for _, id := range bookings {
		marks = append(marks, sync.Mark{Scope: sync.Notices, Noun: sync.Notice, ID: id})
	}
	for _, v := range arrivals {
		marks = append(marks, sync.Mark{Scope: sync.Notices, Noun: sync.Arrival, ID: visit.ArrivalID(v.DonorKey, v.Day)})
	}
	return marks, err
}
