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
// somebody migrated between opening and serving.
func (s *Store) Serving(ctx context.Context) (stop func() error, err error) {
	if s.engine != Postgres {
		return func() error { return nil }, nil
	}
	conn, err := s.lockServing(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error)
	go func() { ended <- s.keepServing(ctx, conn) }()
	return func() error {
		cancel()
		return <-ended
	}, nil
}

// keepServing holds the lock until ctx ends.
func (s *Store) keepServing(ctx context.Context, conn *sql.Conn) error {
	ticker := time.NewTicker(servingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			if conn == nil {
				return nil
			}
			_, err := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_shared($1)", servingLock)
			if errors.Is(err, sql.ErrConnDone) {
				err = nil // the lock went with the connection
			}
			return errors.Join(err, conn.Close())
		case <-ticker.C:
		}
		if conn != nil && conn.PingContext(ctx) == nil {
			continue
		}
		if conn != nil {
			_ = conn.Close() // it is broken already
		}
		conn, _ = s.lockServing(ctx) // tried again at the next tick
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
	return conn, s.checkSchema(ctx, conn)
}

// checkSchema sees that the schema is still the one this program knows.
func (s *Store) checkSchema(ctx context.Context, conn *sql.Conn) error {
	provider, err := s.provider()
	if err != nil {
		return errors.Join(err, conn.Close())
	}
	current, target, err := provider.GetVersions(ctx)
	if err == nil && current > target {
		err = fault.New(fault.Outdated, "store.newer").With("database", current).With("program", target)
	}
	if err != nil {
		return errors.Join(translate(err), conn.Close())
	}
	return nil
}

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
