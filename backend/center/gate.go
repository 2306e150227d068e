package center

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// freshPacks puts packs on the shelf that were saved since, by any instance or command.
func (c *Center) freshPacks(ctx context.Context) error {
	last, err := c.store.LastChange(ctx, sync.Everywhere, sync.Pack)
	if err != nil || last == c.packsAt.Load() {
		return err
	}
	refused, err := c.packs.Fill(ctx)
	if err != nil {
		return err
	}
	for _, why := range refused {
		c.config.Log.ErrorContext(ctx, "stored pack left out", "error", why)
	}
	c.packsAt.Store(last)
	return nil
}

// gateJob computes the list of who is held back anew for all donors: for every
// day, and when packs change. A pack with a later date takes effect on its day.
const gateJob = "gate.refresh"

// gatePart is how many donors one transaction works on; memory and the time others
// wait are bounded by it. gateLease is how long an instance that went silent keeps
// the others from going on; each part renews it.
const (
	gatePart  = 500
	gateLease = 2 * time.Minute
)

// refreshGate does what is due of the gate list, part by part, unless another
// instance is at it.
func (c *Center) refreshGate(ctx context.Context) error {
	for {
		more, err := c.refreshGatePart(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// refreshGatePart works on the next donors. The row of the job is locked
// meanwhile, and place and entries are written together.
func (c *Center) refreshGatePart(ctx context.Context) (more bool, err error) {
	if err := c.freshPacks(ctx); err != nil {
		return false, err
	}
	today, now, input := c.Today(), c.config.Now(), c.packsAt.Load()
	rules, err := c.packs.Selection(today)
	if err != nil {
		return false, err
	}
	var job store.Job
	err = c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if job, err = c.store.LockJob(ctx, gateJob); err != nil {
			return nil, err
		}
		last, err := c.store.LastChange(ctx, sync.Everywhere, sync.Pack)
		if more = last != input; err != nil || more { // saved this very moment
			return nil, err
		}
		if !c.isDue(job, today, input) {
			return nil, nil
		}
		if job.Day != today || job.Input != input {
			job = store.Job{Name: gateJob, Day: today, Input: input, StartedAt: now}
		}
		place, seen, changed, err := c.gate.RefreshAfter(ctx, c.store, rules, job.Place, gatePart, today)
		if err != nil {
			return nil, err
		}
		job.Holder, job.HeldUntil, job.Place = c.instance, now.Add(gateLease), place
		job.Seen, job.Changed = job.Seen+int64(seen), job.Changed+int64(len(changed))
		if more = seen == gatePart; !more {
			job.FinishedAt, job.HeldUntil = now, now
			c.config.Log.InfoContext(ctx, "gate list refreshed", "day", today.String(), "donors", job.Seen,
				"changed", job.Changed, "took_ms", now.Sub(job.StartedAt).Milliseconds())
		}
		return gateMarks(changed), c.store.SaveJob(ctx, job)
	})
	return more && err == nil, err
}

// isDue tells whether this instance is to work on the job now.
func (c *Center) isDue(job store.Job, today calendar.Date, input int64) bool {
	switch {
	case job.Day == today.AddDays(1):
		return false // another instance's midnight came a moment before this one's
	case job.Day == today && job.Input == input && !job.FinishedAt.IsZero():
		return false
	}
	return job.Holder == c.instance || !c.config.Now().Before(job.HeldUntil)
}
