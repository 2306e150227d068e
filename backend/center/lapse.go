package center

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lianxin/backend/redemption"
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
	return c.takeBack(ctx, overdue{
		list: func(after string) ([]string, error) {
			return c.store.HeldUntil(ctx, c.config.Now(), after, lapsedAtOnce)
		},
		lease: func() (bool, error) { return c.lease(ctx, lapseJob, lapseLease) },
		back:  redemption.Service.Lapse,
	})
}

// expireVouchers takes back vouchers nobody used in time, as part of the job that books
// points that are over: those that come back with them are there before it counts.
func (c *Center) expireVouchers(ctx context.Context) error {
	return c.takeBack(ctx, overdue{
		list:  func(after string) ([]string, error) { return c.store.Unused(ctx, c.Today(), after, lapsedAtOnce) },
		lease: func() (bool, error) { return c.leaseOfDay(ctx, expiryJob, expiryLease) },
		back:  redemption.Service.Expire,
	})
}

// overdue are redemptions whose time ran out, and how each is taken back.
type overdue struct {
	list  func(after string) ([]string, error)
	lease func() (mine bool, err error)
	back  func(s redemption.Service, ctx context.Context, id string) (redemption.Step, error)
}

// takeBack takes back what is overdue, part by part, as long as the job is this instance's.
func (c *Center) takeBack(ctx context.Context, o overdue) error {
	ids, err := o.list("")
	if err != nil || len(ids) == 0 {
		return err
	}
	if err := c.freshPacks(ctx); err != nil {
		return err
	}
	var failed []error
	for len(ids) > 0 && ctx.Err() == nil {
		if mine, err := o.lease(); err != nil || !mine {
			return errors.Join(append(failed, err)...)
		}
		for _, id := range ids {
			if err := c.takeOneBack(ctx, o, id); err != nil {
				failed = append(failed, fmt.Errorf("redemption %s: %w", id, err))
			}
		}
		if ids, err = o.list(ids[len(ids)-1]); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (c *Center) takeOneBack(ctx context.Context, o overdue, id string) error {
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		step, err := o.back(c.redeeming(), ctx, id)
		return stockMarks(step.Moved), err
	})
}

// lease tells whether a job is this instance's for a while.
func (c *Center) lease(ctx context.Context, name string, lasts time.Duration) (mine bool, err error) {
	_, mine, err = c.leaseIf(ctx, name, lasts, func(job *store.Job) bool { return job.Holder == c.instance || !c.config.Now().Before(job.HeldUntil) })
	return mine, err
}

// leaseOfDay is lease of a job that is done once a day.
func (c *Center) leaseOfDay(ctx context.Context, name string, lasts time.Duration) (mine bool, err error) {
	_, mine, err = c.leaseIf(ctx, name, lasts, func(job *store.Job) bool { return c.isOnesTurn(*job) })
	return mine, err
}

// leaseIf takes a job for a while where may says so, which may begin it anew.
func (c *Center) leaseIf(ctx context.Context, name string, lasts time.Duration, may func(job *store.Job) bool) (job store.Job, mine bool, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if job, err = c.store.LockJob(ctx, name); err != nil {
			return err
		}
		if mine = may(&job); !mine {
			return nil
		}
		job.Holder, job.HeldUntil = c.instance, c.config.Now().Add(lasts)
		return c.store.SaveJob(ctx, job)
	})
	return job, mine && err == nil, err
}
