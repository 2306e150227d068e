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
	firstPart = 50
	leastPart = 5
	mostPart  = 60
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
	size, n := a.part.Load(), int64(operations)
	if n < size/2 {
		return // too few to say anything
	}
	fits := n * int64(partTime) / max(int64(time), 1)
	if n < size {
		fits = min(fits, size) // nobody has seen more go well
	}
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

// share is how much of the turns so many operations take.
func (a *admission) share(operations int) int64 {
	return max(min(wholeTurn*int64(operations)/a.part.Load(), wholeTurn), 1)
}

// getReady prepares a part. No more parts are got ready than can follow at once: the
// processors are there for desks too. Whoever is ready leaves when the part is carried out.
func (a *admission) getReady(ctx context.Context, operations int, prepare func()) (leave func(), err error) {
	share := a.share(operations)
	if err := a.ahead.Acquire(ctx, share); err != nil {
		return nil, context.Cause(ctx)
	}
	prepare()
	return func() { a.ahead.Release(share) }, nil
}

// inTurn does something with operations at the database, in the order of asking.
func (a *admission) inTurn(ctx context.Context, operations int, do func() error) error {
	share := a.share(operations)
	if err := a.turns.Acquire(ctx, share); err != nil {
		return context.Cause(ctx)
	}
	defer a.turns.Release(share)
	return do()
}

// split divides a push into parts of about the same size.
func (a *admission) split(in sync.PushRequest) []sync.PushRequest {
	n := len(in.Operations)
	if n > sync.MaxOperations { // is refused as a whole
		return []sync.PushRequest{in}
	}
	size := int(a.part.Load())
	parts := make([]sync.PushRequest, max((n+size-1)/size, 1))
	for i := range parts {
		parts[i] = in
		parts[i].Operations = in.Operations[n*i/len(parts) : n*(i+1)/len(parts)]
		parts[i].Pending = max(in.Pending-int64(n*i/len(parts)), 0)
		if i > 0 {
			parts[i].Heard, parts[i].Condition = nil, nil // said with the first
		}
	}
	return parts
}

// push carries a push out. A few operations share a transaction with others who come at
// this moment; many go part by part, each in a turn and a transaction of its own. When a
// part fails the parts before it are answered, and the device sends the rest again.
func (c *Center) push(ctx context.Context, deviceID string, in sync.PushRequest) (all sync.PushResponse, err error) {
	if len(in.Operations) < leastPart {
		return c.pushFew(ctx, deviceID, in)
	}
	if all, err = c.pushInParts(ctx, deviceID, c.admission.split(in)); err != nil && len(all.Answers) > 0 {
		c.config.Log.WarnContext(ctx, "a push was carried out in part", "answered", len(all.Answers), "error", err)
		return all, nil
	}
	return all, err
}

// pushFew gets operations ready when it is their turn already: whoever is at the commit
// waits for them, so nothing may keep them any more.
func (c *Center) pushFew(ctx context.Context, deviceID string, in sync.PushRequest) (out sync.PushResponse, err error) {
	err = c.admission.inTurn(ctx, len(in.Operations), func() error {
		ctx, leave := c.store.Announce(ctx)
		defer leave()
		out, err = c.receiver.Push(ctx, deviceID, in)
		return err
	})
	return out, err
}

// part is what of a push is ready for its turn.
type part struct {
	sync.Prepared
	leave func()
	err   error
}

// pushInParts gets the next part ready while one is at the database.
func (c *Center) pushInParts(ctx context.Context, deviceID string, parts []sync.PushRequest) (all sync.PushResponse, err error) {
	preparing, stop := context.WithCancel(ctx)
	next := c.getReady(preparing, parts[0])
	defer func() {
		stop()
		for p := range next {
			p.leave()
		}
	}()
	for n, in := range parts {
		now := <-next
		if now.err != nil {
			return all, now.err
		}
		out, err := c.pushPart(ctx, deviceID, in, now, func() {
			if n+1 < len(parts) {
				next = c.getReady(preparing, parts[n+1])
			}
		})
		if err != nil {
			return all, err
		}
		out.Answers = append(all.Answers, out.Answers...)
		if n > 0 {
			out.Protocol, out.Late = all.Protocol, all.Late
		}
		if all = out; all.ResendFrom != 0 {
			return all, nil
		}
	}
	return all, nil
}

// pushPart carries one part out; began is called when it has its turn.
func (c *Center) pushPart(ctx context.Context, deviceID string, in sync.PushRequest, ready part, began func()) (out sync.PushResponse, err error) {
	defer ready.leave()
	err = c.admission.inTurn(ctx, len(in.Operations), func() error {
		began()
		since := time.Now()
		out, err = ready.Push(store.Alone(ctx), deviceID)
		c.admission.took(len(in.Operations), time.Since(since))
		return err
	})
	return out, err
}

// getReady prepares a part beside whatever else is done; what is not taken has to leave.
func (c *Center) getReady(ctx context.Context, in sync.PushRequest) <-chan part {
	ready := make(chan part, 1)
	go func() {
		defer close(ready)
		var p part
		p.leave, p.err = c.admission.getReady(ctx, len(in.Operations), func() { p.Prepared = c.receiver.Prepare(in) })
		if p.err != nil {
			p.leave = func() {}
		}
		ready <- p
	}()
	return ready
}
