package center

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// lapseJob takes back what was set aside and never confirmed.
const lapseJob = "redemption.lapse"

// lapsedAtOnce is how many holds one look takes back, lapseLease how long an instance
// that went silent keeps the others from it.
const (
	lapsedAtOnce = 200
	lapseLease   = time.Minute
)

// lapseHolds takes back holds that are over, unless another instance is at it. Each is
// a transaction of its own in which its state is looked at again: somebody may confirm
// it in the same moment. One that cannot be taken back keeps no other from it, and is
// told of in the error, which is of all of them.
func (c *Center) lapseHolds(ctx context.Context) error {
	ids, err := c.store.HeldUntil(ctx, c.config.Now(), "", lapsedAtOnce)
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := c.freshPacks(ctx); err != nil {
		return err
	}
	var failed []error
	for len(ids) > 0 && ctx.Err() == nil {
		if mine, err := c.lease(ctx, lapseJob, lapseLease); err != nil || !mine {
			return errors.Join(append(failed, err)...)
		}
		for _, id := range ids {
			if err := c.lapseHold(ctx, id); err != nil {
				failed = append(failed, fmt.Errorf("hold %s: %w", id, err))
			}
		}
		if ids, err = c.store.HeldUntil(ctx, c.config.Now(), ids[len(ids)-1], lapsedAtOnce); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (c *Center) lapseHold(ctx context.Context, id string) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		step, err := c.redeeming().Lapse(ctx, id)
		return stockMarks(step.Moved), err
	})
}

// lease tells whether a job is this instance's for a while.
func (c *Center) lease(ctx context.Context, name string, lasts time.Duration) (mine bool, err error) {
	return c.leaseIf(ctx, name, lasts, func(job store.Job) bool { return job.Holder == c.instance || !c.config.Now().Before(job.HeldUntil) })
}

// leaseOfDay is lease of a job that is done once a day.
func (c *Center) leaseOfDay(ctx context.Context, name string, lasts time.Duration) (mine bool, err error) {
	return c.leaseIf(ctx, name, lasts, c.isOnesTurn)
}

func (c *Center) leaseIf(ctx context.Context, name string, lasts time.Duration, may func(job store.Job) bool) (mine bool, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, name)
		if err != nil {
			return err
		}
		if mine = may(job); !mine {
			return nil
		}
		job.Holder, job.HeldUntil = c.instance, c.config.Now().Add(lasts)
		return c.store.SaveJob(ctx, job)
	})
	return mine, err
}
