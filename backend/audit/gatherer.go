package audit

import (
	"context"
	"sync"
)

// Gatherer writes entries of many callers into a Log, all that came while the last ones
// were written in one transaction: its end is looked up once and there is one commit for
// all. Whoever reads personal data waits for nothing but that commit.
type Gatherer struct {
	Log Log
	// InTx runs do in a transaction of its own and returns when that is durable.
	InTx func(ctx context.Context, do func(ctx context.Context) error) error

	mu        sync.Mutex
	waiting   []*Recording
	isWriting bool
}

// Recording is an entry on its way into the log.
type Recording struct {
	entry Entry
	done  chan struct{}
	err   error // read after done
}

// Wait returns when the entry is durable, or says why it is not. Nothing that the entry
// is about may be shown before. Whoever leaves earlier leaves the entry behind.
func (r *Recording) Wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Begin has an entry written. Wait must follow.
func (g *Gatherer) Begin(ctx context.Context, e Entry) *Recording {
	r := &Recording{done: make(chan struct{})}
	if r.entry, r.err = g.Log.checked(e); r.err != nil {
		close(r.done)
		return r
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, r)
	if !g.isWriting {
		g.isWriting = true
		go g.write(context.WithoutCancel(ctx)) // it ends with the last who waits
	}
	return r
}

// write goes on until nobody waits.
func (g *Gatherer) write(ctx context.Context) {
	for {
		g.mu.Lock()
		now := g.waiting
		g.waiting, g.isWriting = nil, len(now) > 0
		g.mu.Unlock()
		if len(now) == 0 {
			return
		}
		all := make([]Entry, len(now))
		for i, r := range now {
			all[i] = r.entry
		}
		err := g.InTx(ctx, func(ctx context.Context) error { return g.Log.append(ctx, all) })
		for _, r := range now {
			r.err = err
			close(r.done)
		}
	}
}
