package center

import (
	"context"
	"time"

	"lianxin/backend/fault"
)

// lookEvery is how often somebody who waits looks for what came in at another instance;
// this one's own wakes them at once. Twice within the second in which a desk's list has
// whoever checked in.
const lookEvery = 500 * time.Millisecond

// awaited returns the mark of something as soon as it is another one than seen, at the
// latest after wait. What this instance writes wakes it, what others write it looks for.
func (c *Center) awaited(ctx context.Context, seen string, wait time.Duration, mark func(context.Context) (string, error)) (string, error) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	look := time.NewTicker(c.lookEvery)
	defer look.Stop()
	for {
		woken := c.publisher.Woken()
		now, err := mark(ctx)
		if err != nil || now != seen || wait <= 0 {
			return now, err
		}
		select {
		case <-woken:
		case <-look.C:
		case <-deadline.C:
			return now, nil
		case <-c.stopping.Done():
			return "", fault.New(fault.Unavailable, "center.stopping")
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}
