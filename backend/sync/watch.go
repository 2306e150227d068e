package sync

import (
	"context"
	"sync"
	"time"
)

// Heads are the last places given in all scopes, within one epoch.
type Heads struct {
	Epoch string
	Seqs  map[string]int64
}

// covers tells whether a cursor belongs to these heads and lies beyond none of them.
func (h Heads) covers(after Cursor) bool {
	for scope, seq := range after.Seqs {
		if seq > h.Seqs[scope] {
			return false
		}
	}
	return after.Epoch != "" && after.Epoch == h.Epoch
}

// moved returns the scopes that have gone on since a cursor.
func (h Heads) moved(after Cursor, scopes []string) (moved []string) {
	for _, scope := range scopes {
		if h.Seqs[scope] > after.Seqs[scope] {
			moved = append(moved, scope)
		}
	}
	return moved
}

// watch looks at the feed for everybody who waits, in one query, and wakes those
// whose scopes moved. Nobody looks while nobody waits.
type watch struct {
	read  func(ctx context.Context) (Heads, error)
	every time.Duration

	look chan struct{} // something may have changed here: look now

	mu      sync.Mutex
	waiters map[*waiter]struct{}
	heads   *Heads // as read last; nil: not known
	looking *looking
}

// looking is one run of the watch, from its first waiter to its last.
type looking struct {
	stop  context.CancelFunc
	ended chan struct{}
}

// waiter is one pull that has nothing to answer yet.
type waiter struct {
	after  Cursor
	scopes []string
	woken  chan struct{} // closed
}

// lookTime bounds one look: who waits must not be told for longer that all is as it was.
const lookTime = 10 * time.Second

func newWatch(read func(ctx context.Context) (Heads, error), every time.Duration) *watch {
	return &watch{read: read, every: every, look: make(chan struct{}, 1), waiters: map[*waiter]struct{}{}}
}

// wake looks at once, when somebody waits.
func (w *watch) wake() {
	select {
	case w.look <- struct{}{}:
	default:
	}
}

// known returns the heads as they were read last while somebody waits, which is no
// longer ago than every; ok is false when they are not known.
func (w *watch) known() (heads Heads, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heads == nil {
		return Heads{}, false
	}
	return *w.heads, true
}

// join waits for one of the scopes to go on from the cursor, or for nobody being
// able to say. Leave must follow.
func (w *watch) join(after Cursor, scopes []string) *waiter {
	x := &waiter{after: after, scopes: scopes, woken: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.heads != nil && len(w.heads.moved(after, scopes)) > 0 {
		close(x.woken)
		return x
	}
	w.waiters[x] = struct{}{}
	if w.looking == nil {
		ctx, stop := context.WithCancel(context.Background())
		w.looking = &looking{stop: stop, ended: make(chan struct{})}
		go w.run(ctx, w.looking.ended)
	}
	return x
}

// leave takes a waiter off. The last one ends the looking and sees that it has
// ended: the database may be closed next.
func (w *watch) leave(x *waiter) {
	w.mu.Lock()
	delete(w.waiters, x)
	last := w.looking
	if len(w.waiters) > 0 || last == nil {
		w.mu.Unlock()
		return
	}
	last.stop()
	w.looking, w.heads = nil, nil
	w.mu.Unlock()
	<-last.ended
}

// run looks at once: something may have changed since the first waiter looked.
func (w *watch) run(ctx context.Context, ended chan<- struct{}) {
	defer close(ended)
	tick := time.NewTicker(w.every)
	defer tick.Stop()
	for {
		reading, cancel := context.WithTimeout(ctx, lookTime)
		heads, err := w.read(reading)
		cancel()
		w.told(ctx, heads, err)
		select {
		case <-w.look:
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// told wakes those whose scopes moved. When the feed could not be read everybody
// finds out alone, and says so to the device.
func (w *watch) told(ctx context.Context, heads Heads, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() != nil {
		return // nobody waits for this any more; who came since has a watch of their own
	}
	w.heads = nil
	if err == nil {
		w.heads = &heads
	}
	for x := range w.waiters {
		if err != nil || heads.Epoch != x.after.Epoch || len(heads.moved(x.after, x.scopes)) > 0 {
			delete(w.waiters, x)
			close(x.woken)
		}
	}
}
