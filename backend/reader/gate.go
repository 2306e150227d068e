package reader

import (
	"context"
	"sync"
)

// gate is the switch between Pause (closed, the zero value) and Resume (open).
type gate struct {
	mu      sync.Mutex
	open    bool
	changed chan struct{} // closed at the next change; nil when nobody waits
	opened  int           // how often it was opened: tells one Resume from the next
}

func (g *gate) set(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == open {
		return
	}
	g.open = open
	if open {
		g.opened++
	}
	if g.changed != nil {
		close(g.changed)
		g.changed = nil
	}
}

// isOpen also returns the count of openings so far.
func (g *gate) isOpen() (bool, int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open, g.opened
}

func (g *gate) awaitOpen(ctx context.Context) error   { return g.await(ctx, true) }
func (g *gate) awaitClosed(ctx context.Context) error { return g.await(ctx, false) }

func (g *gate) await(ctx context.Context, open bool) error {
	for {
		g.mu.Lock()
		if g.open == open && ctx.Err() == nil {
			g.mu.Unlock()
			return nil
		}
		if g.changed == nil {
			g.changed = make(chan struct{})
		}
		changed := g.changed
		g.mu.Unlock()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}
