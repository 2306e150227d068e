package center

import (
	"context"
	"errors"
	"time"

	"lianxin/backend/point"
)

// expiryJob takes back vouchers nobody used in time and books points that can no longer
// be spent, once a day. Both count for nobody from the day on they are over, whenever it is
// done; the statement and the report say so then.
const expiryJob = "point.expire"

// expiredAtOnce is how many accounts one part looks at, expiryLease how long an
// instance that went silent keeps the others from it.
const (
	expiredAtOnce = 200
	expiryLease   = 2 * time.Minute
)

// expirePoints does what is due. An account that cannot be booked keeps no other from
// it, and the day from being over: it is tried again.
func (c *Center) expirePoints(ctx context.Context) error {
	if due, err := c.isDayDue(ctx, expiryJob); err != nil || !due {
		return err
	}
	today, began, booked := c.Today(), c.config.Now(), int64(0)
	var after point.Account
	if mine, err := c.leaseOfDay(ctx, expiryJob, expiryLease); err != nil || !mine {
		return err
	}
	failed := c.expireVouchers(ctx)
	for more := true; more; {
		if mine, err := c.leaseOfDay(ctx, expiryJob, expiryLease); err != nil || !mine {
			return err
		}
		part, err := c.ledger().Expire(ctx, today, after, expiredAtOnce, c.config.Now())
		if err != nil {
			failed = errors.Join(failed, err)
		}
		if part.Seen == 0 && err != nil {
			return err // not even listed
		}
		after, booked, more = part.Last, booked+int64(part.Booked), part.Seen == expiredAtOnce
	}
	if failed != nil {
		return failed
	}
	return c.store.InTx(ctx, func(ctx context.Context) error {
		job, err := c.store.LockJob(ctx, expiryJob)
		if err != nil || job.Holder != c.instance {
			return err
		}
		now := c.config.Now()
		job.Day, job.Changed, job.StartedAt, job.FinishedAt, job.HeldUntil = today, booked, began, now, now
		return c.store.SaveJob(ctx, job)
	})
}
