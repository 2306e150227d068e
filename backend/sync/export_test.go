package sync

import (
	"context"
	"time"
)

// PushAll and PullOnce are one turn of the replica's loops.
func (r *Replica) PushAll(ctx context.Context) error  { return r.pushAll(ctx) }
func (r *Replica) PullOnce(ctx context.Context) error { return r.pullOnce(ctx) }

// Hear and Restore give a clock what it knows.
func Hear(c *Clock, said time.Time, journey time.Duration, waited bool) error {
	return c.hear(said, journey, waited)
}
func Restore(c *Clock, last time.Time, shift time.Duration) { c.restore(remembered{last, shift}) }

// Bounds of one push.
const (
	BatchSize  = batchSize
	BatchBytes = batchBytes
	MostBytes  = mostBytes
)

// RestAfter is how long a device waits after a failure.
func RestAfter(err error, pause time.Duration) time.Duration { return restAfter(err, pause) }
