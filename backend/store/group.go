package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	var err error
	stays := false
	defer func() { // also when do panics
		if !stays {
			if ended := g.send("ROLLBACK TO SAVEPOINT member"); ended != nil {
				g.broken = lost(err, ended) // why the database gave it up is in err
			}
		}
		if g.broken == nil {
			g.broken = g.send("RELEASE SAVEPOINT member")
		}
	}()
	err = s.member(ctx, g, do)
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
