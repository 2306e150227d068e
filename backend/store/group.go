package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/fault"
)

// A group takes nobody in any more after groupTime or beyond groupSize: the first of it
// waits for the last, and so does whoever comes next.
const (
	groupTime = 10 * time.Millisecond
	groupSize = 200
)

// group is a transaction that several callers share, so that one commit makes durable
// what all of them have written: a commit waits for the disk, whatever is in it.
type group struct {
	tx      *gorm.DB
	conn    *sql.Conn // under tx
	began   time.Time
	time    time.Duration // for which others are taken in
	members int
	alone   bool          // nobody else is taken in
	broken  error         // the database gave the transaction up
	over    *time.Timer   // ends its waiting for who is expected; nil before it waits
	done    chan struct{} // closed when it is committed or undone
	err     error         // why it is undone; read after done
}

// end commits what everybody in the group has written, or undoes all of it.
func (g *group) end() {
	if g.over != nil {
		g.over.Stop()
	}
	if g.err = g.broken; g.err == nil {
		g.err = g.send("COMMIT")
	}
	if g.err != nil {
		g.undo()
	} else {
		_ = g.conn.Close() // only gives it back to the pool
	}
	close(g.done)
}

// send sends what begins and ends parts of the transaction; nobody may interrupt it.
func (g *group) send(statement string) error {
	_, err := g.conn.ExecContext(context.Background(), statement)
	return err
}

// undo ends the transaction of a group that comes to nothing.
func (g *group) undo() {
	_ = g.send("ROLLBACK") // its failure says that there is nothing left to undo
	_ = g.conn.Close()
}

// begin opens the transaction of a group on the writer's connection. database/sql's own
// would start a goroutine with each query, to see its context end, which this one does not.
func (s *Store) begin(ctx context.Context) (tx *gorm.DB, conn *sql.Conn, err error) {
	ctx = context.WithoutCancel(ctx)
	pool, err := s.writer.DB()
	if err != nil {
		return nil, nil, err
	}
	if conn, err = pool.Conn(ctx); err != nil {
		return nil, nil, err
	}
	tx = s.writer.WithContext(ctx)
	tx.Statement.ConnPool = conn
	if _, err = conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return tx, conn, nil
}

func (g *group) isFull() bool {
	return g.alone || g.broken != nil || g.members >= groupSize || time.Since(g.began) >= g.time
}

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

// Commits is how many groups were committed since a SQLite database was opened; on
// PostgreSQL nobody counts them here.
func (s *Store) Commits() int64 { return s.line.commits.Load() }

// inGroup runs do as a part of a group and returns when the group is durable or undone:
// a refusal waits too, for it may come from what another of the group has written.
func (s *Store) inGroup(ctx context.Context, do func(ctx context.Context) error) error {
	if err := s.line.turn(ctx); err != nil {
		return err
	}
	g, err := s.takePart(ctx, do)
	if g == nil {
		return err
	}
	<-g.done
	if g.err == nil || err != nil && fault.From(err).Kind == fault.Unavailable {
		return err
	}
	return translate(fmt.Errorf("%w with all of its group: %w", errLost, g.err))
}

// takePart runs do in the open group or begins one. It returns no group when nothing is
// left to wait for.
func (s *Store) takePart(ctx context.Context, do func(ctx context.Context) error) (*group, error) {
	defer s.line.handOn()
	g := s.line.open
	if g == nil {
		return s.beginGroup(ctx, do)
	}
	g.members++
	if err := g.send("SAVEPOINT member"); err != nil {
		g.broken = err
		return g, nil
	}
	stays := false
	defer func() { // also when do panics
		if !stays {
			g.broken = g.send("ROLLBACK TO SAVEPOINT member")
		}
		if g.broken == nil {
			g.broken = g.send("RELEASE SAVEPOINT member")
		}
	}()
	err := s.member(ctx, g, do)
	stays = err == nil
	return g, err
}

// beginGroup runs do as the first of a new group, which takes no savepoint: undone, it
// is over before anybody else is in it.
func (s *Store) beginGroup(ctx context.Context, do func(ctx context.Context) error) (*group, error) {
	g := &group{began: time.Now(), time: s.line.time, members: 1, alone: isAlone(ctx), done: make(chan struct{})}
	var err error
	if g.tx, g.conn, err = s.begin(ctx); err != nil {
		return nil, translate(fmt.Errorf("begin a transaction: %w", err))
	}
	stays := false
	defer func() {
		if !stays {
			g.undo()
		}
	}()
	if err := s.member(ctx, g, do); err != nil {
		return nil, err
	}
	stays, s.line.open = true, g
	return g, nil
}

// member runs do for somebody who still waits for it.
func (s *Store) member(ctx context.Context, g *group, do func(ctx context.Context) error) error {
	err := translate(do(context.WithValue(ctx, txKey{}, g.tx)))
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// within returns the transaction for a statement of ctx. SQLite undoes the whole
// transaction when a statement is interrupted, and others may be in it: whoever is gone
// is noticed between statements.
func (s *Store) within(ctx context.Context, tx *gorm.DB) *gorm.DB {
	if s.engine != SQLite {
		return tx.WithContext(ctx)
	}
	tx = tx.WithContext(context.WithoutCancel(ctx))
	if ctx.Err() != nil {
		_ = tx.AddError(context.Cause(ctx)) // keeps every statement from being sent
	}
	return tx
}
