package center

import (
	"context"
	"errors"
	gosync "sync"
	"time"

	"lianxin/backend/sync"
)

// tidyEvery is how often what has expired is forgotten, upkeepEvery how often the
// center looks whether work for all instances is due.
const (
	tidyEvery   = 10 * time.Minute
	upkeepEvery = 20 * time.Second
	codesEvery  = time.Second
)

// refusedYears is for how long who came too late is counted: the report looks a year back,
// and beside it the one before.
const refusedYears = 2

// upkeep does what needs doing beside the answers, until ctx ends.
func (c *Center) upkeep(ctx context.Context) {
	tidy, due := time.NewTicker(tidyEvery), time.NewTicker(upkeepEvery)
	defer tidy.Stop()
	defer due.Stop()
	var beside gosync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { c.codesInTime(ctx) })
	beside.Go(func() { c.remindInTime(ctx) })
	replayed := c.replayParked(ctx)
	for {
		c.noteTime(ctx)
		c.complain(ctx, "refreshing the gate list", c.refreshGate(ctx))
		c.complain(ctx, "taking holds back", c.lapseHolds(ctx))
		c.complain(ctx, "giving volumes back", c.lapseVolumes(ctx))
		c.complain(ctx, "paying", c.workPayouts(ctx))
		c.complain(ctx, "counting what people like", c.refreshPreferences(ctx))
		c.complain(ctx, "giving points of birthdays", c.giveBirthdays(ctx))
		c.complain(ctx, "booking points that are over", c.expirePoints(ctx))
		c.complain(ctx, "filling the list of confidential calls", c.fillCounsel(ctx))
		c.complain(ctx, "escalating calls that wait", c.escalateCases(ctx))
		select {
		case <-tidy.C:
			c.complain(ctx, "forgetting what has expired", c.tidy(ctx))
			replayed = replayed || c.replayParked(ctx)
		case <-due.C:
		case <-ctx.Done():
			return
		}
	}
}

// codesInTime sends codes to who asked for them, until ctx ends.
func (c *Center) codesInTime(ctx context.Context) {
	due := time.NewTicker(codesEvery)
	defer due.Stop()
	for {
		select {
		case <-due.C:
			c.complain(ctx, "sending codes", c.SendCodes(ctx))
		case <-ctx.Done():
			return
		}
	}
}

// remindInTime tells owners of vouchers that end, until ctx ends: beside all other work, for
// a gateway that does not answer takes its time.
func (c *Center) remindInTime(ctx context.Context) {
	due := time.NewTicker(upkeepEvery)
	defer due.Stop()
	for {
		c.complain(ctx, "reminding owners of vouchers", c.remindOwners(ctx))
		select {
		case <-due.C:
		case <-ctx.Done():
			return
		}
	}
}

// complain writes a failure to the log, unless the center is being stopped.
func (c *Center) complain(ctx context.Context, doing string, err error) {
	if err != nil && ctx.Err() == nil {
		c.config.Log.ErrorContext(ctx, doing, "error", err)
	}
}

// replayParked carries out what an older version of this program could only keep,
// and tells whether it came to the end.
func (c *Center) replayParked(ctx context.Context) bool {
	all, err := c.replay(ctx)
	if all.Settled+all.Failed > 0 {
		c.config.Log.InfoContext(ctx, "parked operations replayed", "settled", all.Settled, "still_failing", all.Failed)
	}
	c.complain(ctx, "replaying parked operations", err)
	return err == nil
}

// replay carries parked operations out, by the packs of now.
func (c *Center) replay(ctx context.Context) (sync.Replayed, error) {
	if err := c.freshPacks(ctx); err != nil {
		return sync.Replayed{}, err
	}
	return c.receiver.ReplayParked(ctx)
}

// Upkeep is all of that work, once: what a center that serves does now and then.
func (c *Center) Upkeep(ctx context.Context) error {
	_, err := c.replay(ctx)
	return errors.Join(err, c.refreshGate(ctx), c.lapseHolds(ctx), c.lapseVolumes(ctx), c.workPayouts(ctx), c.refreshPreferences(ctx), c.giveBirthdays(ctx), c.expirePoints(ctx),
		c.remindOwners(ctx), c.fillCounsel(ctx), c.escalateCases(ctx), c.tidy(ctx))
}

// tidy forgets used tokens, past logins, and where bookings and arrivals of past
// days stand in the feed: kiosks forget those by themselves, and a new one needs
// none of them.
func (c *Center) tidy(ctx context.Context) error {
	long := c.config.Now().Add(-time.Hour)
	return errors.Join(c.store.ForgetTokens(ctx, long), c.store.ForgetSessions(ctx, long), c.store.ForgetDonorSessions(ctx, long),
		c.store.ForgetAsked(ctx, long), c.store.ForgetPurses(ctx, long),
		c.store.ForgetRefusals(ctx, midnight(c.Today().AddYears(-refusedYears))),
		c.store.ForgetNotices(ctx, c.Today().AddDays(-keptDays)))
}
