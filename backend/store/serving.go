package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lianxin/backend/fault"
)

// servingLock is the number of the advisory lock every serving center shares.
const servingLock = 7_105_000_002

// servingEvery is how often a serving center looks whether it still holds its lock.
const servingEvery = 5 * time.Second

// Serving tells other programs, until the returned function is called, that a
// center serves this PostgreSQL: nobody then migrates or replaces it beneath. The
// lock goes with its connection, so it is taken again when that was lost. A SQLite
// file is guarded by a lock on its folder instead. Fault "store.newer" when
// somebody migrated between opening and serving. When that happens later, while the
// lock was lost, lost is called with it, once: the caller then stops serving.
func (s *Store) Serving(ctx context.Context, lost func(err error)) (stop func() error, err error) {
	if s.engine != Postgres {
		return func() error { return nil }, nil
	}
	conn, err := s.lockServing(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- s.keepServing(ctx, conn, lost) }()
	return func() error {
		cancel()
		return <-ended
	}, nil
}

// keepServing holds the lock until ctx ends. It is not held any more for a schema this
// program does not know.
func (s *Store) keepServing(ctx context.Context, conn *sql.Conn, lost func(err error)) error {
	ticker := time.NewTicker(servingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			if conn == nil {
				return nil
			}
			return unlockServing(ctx, conn)
		case <-ticker.C:
		}
		if conn != nil && conn.PingContext(ctx) == nil {
			continue
		}
		if conn != nil {
			_ = conn.Close() // it is broken already
		}
		var err error
		if conn, err = s.lockServing(ctx); isNewer(err) {
			lost(err)
			<-ctx.Done()
			return nil
		} // any other is tried again at the next tick
	}
}

func (s *Store) lockServing(ctx context.Context) (*sql.Conn, error) {
	pool, err := s.writer.DB()
	if err != nil {
		return nil, fmt.Errorf("connection pool: %w", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, translate(fmt.Errorf("connection for the serving lock: %w", err))
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock_shared($1)", servingLock); err != nil {
		return nil, errors.Join(translate(fmt.Errorf("serving lock: %w", err)), conn.Close())
	}
	if err := s.checkSchema(ctx); err != nil {
		return nil, errors.Join(err, unlockServing(ctx, conn))
	}
	return conn, nil
}

// unlockServing gives the lock back before the connection goes back to the pool.
func unlockServing(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_shared($1)", servingLock)
	if errors.Is(err, sql.ErrConnDone) {
		err = nil // the lock went with the connection
	}
	return errors.Join(err, conn.Close())
}

// checkSchema sees that the schema is still the one this program knows.
func (s *Store) checkSchema(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err == nil && current > target {
		err = fault.New(fault.Outdated, "store.newer").With("database", current).With("program", target)
	}
	return translate(err)
}

func isNewer(err error) bool { return errors.Is(err, fault.New(fault.Outdated, "store.newer")) }

// checkUnserved refuses with "store.in_use" while a center serves the database.
// The lock is given back at once: who starts to serve afterwards waits for the
// lock around migrations, or finds the new schema.
func checkUnserved(ctx context.Context, conn *sql.Conn) error {
	var free bool
	if err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", servingLock).Scan(&free); err != nil {
		return translate(fmt.Errorf("look whether a center is running: %w", err))
	}
	if !free {
		return fault.New(fault.Conflict, "store.in_use")
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", servingLock); err != nil {
		return translate(fmt.Errorf("give the serving lock back: %w", err))
	}
	return nil
}
