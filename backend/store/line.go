package store

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// line is who wants to write, in the order of coming. Whoever's turn it is works on the
// open group and hands both on; with nobody behind them and nobody expected they commit it.
type line struct {
	mu       sync.Mutex
	waiting  []waiter
	expected int           // who has announced a write and is not in line yet
	taken    bool          // somebody has the turn
	open     *group        // touched by whoever has the turn
	time     time.Duration // of a group
	commits  atomic.Int64  // groups that were committed
}

// waiter is somebody in line.
type waiter struct {
	turn  chan struct{} // closed when it is theirs
	alone bool
}

type aloneKey struct{}

// Alone marks what takes long: on SQLite its InTx shares its transaction with nobody, so
// that who writes little does not wait for more than one such before their commit.
func Alone(ctx context.Context) context.Context { return context.WithValue(ctx, aloneKey{}, true) }

func isAlone(ctx context.Context) bool { return ctx.Value(aloneKey{}) != nil }

type announcedKey struct{}

// announced is a write that somebody gets ready for.
type announced struct{ isHere bool }

// Announce says that the next InTx with the returned context is about to come: on SQLite
// an open group that nobody else waits for is kept open for it instead of being committed,
// for as long as a group takes others in. One commit for sixteen costs little more than
// one for two. leave must follow, and does nothing when the write has come.
func (s *Store) Announce(ctx context.Context) (_ context.Context, leave func()) {
	if s.engine != SQLite {
		return ctx, func() {}
	}
	a, l := &announced{}, &s.line
	l.mu.Lock()
	l.expected++
	l.mu.Unlock()
	return context.WithValue(ctx, announcedKey{}, a), func() {
		l.mu.Lock()
		ends := l.here(a) && l.expected == 0 && !l.taken && l.open != nil
		l.taken = l.taken || ends
		l.mu.Unlock()
		if ends {
			l.handOn()
		}
	}
}

// here takes note that an announced write is in line, or will not come; once.
func (l *line) here(a *announced) bool {
	if a == nil || a.isHere {
		return false
	}
	a.isHere = true
	l.expected--
	return true
}

// turn waits for the turn; handOn must follow.
func (l *line) turn(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	a, _ := ctx.Value(announcedKey{}).(*announced)
	l.mu.Lock()
	l.here(a)
	if !l.taken {
		l.taken = true
		if l.open != nil && (isAlone(ctx) || l.open.isFull()) {
			l.end()
		}
		l.mu.Unlock()
		return nil
	}
	mine := waiter{make(chan struct{}), isAlone(ctx)}
	l.waiting = append(l.waiting, mine)
	l.mu.Unlock()
	select {
	case <-mine.turn:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	n := slices.Index(l.waiting, mine)
	if n >= 0 {
		l.waiting = slices.Delete(l.waiting, n, n+1)
	}
	l.mu.Unlock()
	if n < 0 {
		l.handOn() // it came at this moment
	}
	return context.Cause(ctx)
}

// handOn ends a turn.
func (l *line) handOn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.open != nil && l.isOver(l.open) {
		l.end()
	}
	if l.taken = len(l.waiting) > 0; l.taken {
		close(l.waiting[0].turn)
		l.waiting = l.waiting[1:]
	} else if g := l.open; g != nil && g.over == nil {
		g.over = time.AfterFunc(g.time-time.Since(g.began), func() { l.giveUpOn(g) })
	}
}

// isOver tells whether an open group takes in neither the next in line nor who is expected.
func (l *line) isOver(g *group) bool {
	if len(l.waiting) == 0 {
		return l.expected == 0 || g.isFull()
	}
	return l.waiting[0].alone || g.isFull()
}

// end ends the open group. Whoever calls has the turn and mu, which is free meanwhile.
func (l *line) end() {
	g := l.open
	l.open = nil
	l.mu.Unlock()
	if g.end(); g.err == nil {
		l.commits.Add(1)
	}
	l.mu.Lock()
}

// giveUpOn ends a group that waited for who is expected, unless somebody has the turn and
// will see by themselves that it is full.
func (l *line) giveUpOn(g *group) {
	l.mu.Lock()
	waits := !l.taken && l.open == g
	l.taken = l.taken || waits
	l.mu.Unlock()
	if waits {
		l.handOn()
	}
}
