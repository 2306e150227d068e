package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of the database to the file path, which appears
// whole or not at all and is readable by its owner only: a SQLite database, or a
// dump in pg_dump's custom format. The database is in use meanwhile. Faults for
// PostgreSQL: "store.client_missing", "store.client_failed".
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.engine == Postgres {
		return DumpPostgres(ctx, s.path, path)
	}
	pool, err := s.reader.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	return writeWhole(path, func(part *os.File) error {
		if err := copyInto(ctx, pool, part.Name()); err != nil {
			return translate(fmt.Errorf("copy database: %w", err))
		}
		return nil
	})
}

// writeWhole lets write fill a new private file beside path, and gives it the
// name path when everything is on the disk.
func writeWhole(path string, write func(part *os.File) error) error {
	name := path + ".part"
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear unfinished backup: %w", err)
	}
	part, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("begin backup: %w", err)
	}
	if err := errors.Join(write(part), part.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	if err := syncFile(name); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		return fmt.Errorf("finish backup: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

// copyInto writes one snapshot of the database to a new file while the writer
// goes on. SQLite takes VACUUM INTO for a write, which the pool's connections
// refuse; one of them is allowed it for this statement.
func copyInto(ctx context.Context, pool *sql.DB, part string) (err error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = OFF"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", part)
	// Also when ctx has ended: the connection goes back to the readers.
	_, again := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = ON")
	return errors.Join(err, again)
}

// syncFile flushes a file or folder to the disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open for sync: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("sync to disk: %w", err)
	}
	return nil
}
