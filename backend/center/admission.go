package center

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"lianxin/backend/api"
	"lianxin/backend/store"
	"lianxin/backend/sync"
)

// When every kiosk of a city comes back at once, what they send must not keep a desk
// from reading. So only a few full pushes are at the database at a time, each gives its
// turn up between parts, and beyond a small crowd kiosks are told to come again.
const (
	bytesInside = 6 << 20         // of pushes an instance takes in at a time: eight of what a kiosk sends at most, or thousands of single check-ins
	comeAgain   = 5 * time.Second // after which the others ask again, each a little later
)

// A part is what one turn and transaction carries out: as many operations as take
// about as long as a desk does not notice, on this disk and beside whatever else this
// machine does now. Smaller ones share a turn.
const (
	partTime  = 40 * time.Millisecond
	firstPart = 25
	leastPart = 5
	mostPart  = 200
	wholeTurn = 10_000 // what a full part takes of the turns
)

// turnsOn is how many full parts are at the database at a time: SQLite has one writer,
// and who waits for it waits in a line with everybody else.
func turnsOn(engine store.Engine) int64 {
	if engine == store.SQLite {
		return 1
	}
	return 4
}

// admission is the door for what devices send.
type admission struct {
	inside *semaphore.Weighted // bytes of who is in
	turns  *semaphore.Weighted // who is at the database
	ahead  *semaphore.Weighted // who is there or gets ready for it: one full part more
	part   atomic.Int64        // operations of a part
}

func newAdmission(engine store.Engine) *admission {
	a := &admission{inside: semaphore.NewWeighted(bytesInside), turns: semaphore.NewWeighted(wholeTurn * turnsOn(engine)),
		ahead: semaphore.NewWeighted(wholeTurn * (turnsOn(engine) + 1))}
	a.part.Store(firstPart)
	return a
}

// took makes the parts larger or smaller by how long one of so many operations took,
// at most by half or double at a time: one slow write on the disk is no rule.
func (a *admission) took(operations int, time time.Duration) {
	size := a.part.Load()
	if int64(operations) < size {
		return // the rest of a push
	}
	fits := size * int64(partTime) / max(int64(time), 1)
	a.part.Store(min(max(fits, size/2, leastPart), 2*size, mostPart))
}

// door lets pushes in while there is room, before anything of them is read.
func (a *admission) door(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || r.URL.Path != "/sync/push" {
			next.ServeHTTP(w, r)
			return
		}
		size := r.ContentLength
		if size < 0 || size > bytesInside { // nobody knows, or it goes in alone
			size = bytesInside
		}
		if !a.inside.TryAcquire(size) {
			api.Busy(w, r, comeAgain)
			return
		}
		defer a.inside.Release(size)
		next.ServeHTTP(w, r)
	})
}

// inTurn gets operations of a device ready and does something with them at the database,
// each in the order of asking. No more are got ready than can follow at once: the
// processors are there for desks too.
func (a *admission) inTurn(ctx context.Context, operations int, prepare func(), do func() error) error {
	share := max(min(wholeTurn*int64(operations)/a.part.Load(), wholeTurn), 1)
	if err := a.ahead.Acquire(ctx, share); err != nil {
		return context.Cause(ctx)
	}
	defer a.ahead.Release(share)
	prepare()
	if err := a.turns.Acquire(ctx, share); err != nil {
		return context.Cause(ctx)
	}
	defer a.turns.Release(share)
	return do()
}

// pushInParts carries a push out part by part, each in a turn and a transaction of
// its own. When a part fails the parts before it are answered, and the device sends
// the rest again.
func (c *Center) pushInParts(ctx context.Context, deviceID string, in sync.PushRequest) (sync.PushResponse, error) {
	all, err := c.pushPart(ctx, deviceID, &in)
	for err == nil && all.ResendFrom == 0 && len(in.Operations) > 0 {
		var next sync.PushResponse
		if next, err = c.pushPart(ctx, deviceID, &in); err == nil {
			all.Now, all.ResendFrom = next.Now, next.ResendFrom
			all.Answers = append(all.Answers, next.Answers...)
		}
	}
	if err != nil && len(all.Answers) > 0 {
		c.config.Log.WarnContext(ctx, "a push was carried out in part", "answered", len(all.Answers), "error", err)
		return all, nil
	}
	return all, err
}

// pushPart carries the first operations out and takes them off.
func (c *Center) pushPart(ctx context.Context, deviceID string, in *sync.PushRequest) (out sync.PushResponse, err error) {
	part := *in
	if n := len(part.Operations); n <= sync.MaxOperations { // more are refused as a whole
		part.Operations = part.Operations[:min(n, int(c.admission.part.Load()))]
	}
	var prepared sync.Prepared
	prepare := func() { prepared = c.receiver.Prepare(part) }
	err = c.admission.inTurn(ctx, len(part.Operations), prepare, func() error {
		if len(part.Operations) >= leastPart {
			ctx = store.Alone(ctx)
		}
		began := time.Now()
		out, err = prepared.Push(ctx, deviceID)
		c.admission.took(len(part.Operations), time.Since(began))
		return err
	})
	in.Operations, in.Heard = in.Operations[len(part.Operations):], nil
	in.Pending = max(in.Pending-int64(len(part.Operations)), 0)
	return out, err
}
