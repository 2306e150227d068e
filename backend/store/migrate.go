package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"lianxin/backend/fault"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// migrate brings the schema to this program's version. A SQLite file that holds
// anything is copied beside itself first; a database of a newer program is left
// untouched and refused.
func (s *Store) migrate(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	return s.alone(ctx, func() error {
		current, target, err := provider.GetVersions(ctx)
		if err != nil {
			return translate(fmt.Errorf("read schema version: %w", err))
		}
		switch {
		case current > target:
			return fault.New(fault.Outdated, "store.newer").With("database", current).With("program", target)
		case current == target:
			return nil
		case current > 0 && s.engine == SQLite:
			if err := s.Backup(ctx, fmt.Sprintf("%s.before-v%d", s.path, target)); err != nil {
				return fmt.Errorf("backup before migration %d → %d: %w", current, target, err)
			}
		}
		if _, err := provider.Up(ctx); err != nil {
			return translate(fmt.Errorf("migrate schema %d → %d: %w", current, target, err))
		}
		return nil
	})
}

// migrationLock is the number of the advisory lock around migrations.
const migrationLock = 7_105_000_001

// alone runs do while no other instance on the same PostgreSQL does: centers are
// started together and find the same old schema. A SQLite file has one program.
func (s *Store) alone(ctx context.Context, do func() error) (err error) {
	if s.engine != Postgres {
		return do()
	}
	pool, err := s.writer.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return translate(fmt.Errorf("connection for the migration lock: %w", err))
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return translate(fmt.Errorf("lock migrations: %w", err))
	}
	err = do()
	// Also when ctx has ended: the connection goes back to the pool.
	_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
	return errors.Join(err, unlocked)
}

// provider returns goose for this engine.
func (s *Store) provider() (*goose.Provider, error) {
	folder, err := fs.Sub(s.schema, "migrations/"+string(s.engine))
	if err != nil {
		return nil, fmt.Errorf("embedded migrations: %w", err)
	}
	pool, err := s.writer.DB()
	if err != nil {
		return nil, fmt.Errorf("connection pool: %w", err)
	}
	dialect := goose.DialectSQLite3
	if s.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	provider, err := goose.NewProvider(dialect, pool, folder, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("load migrations: %w", err)
	}
	return provider, nil
}

// SchemaVersion returns the number of the newest migration the database has.
func (s *Store) SchemaVersion(ctx context.Context) (int64, error) {
	provider, err := s.provider()
	if err != nil {
		return 0, err
	}
	return provider.GetDBVersion(ctx)
}

// Wipe removes every table with all that is in it. It is for demos.
func (s *Store) Wipe(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := provider.DownTo(ctx, 0); err != nil {
		return translate(fmt.Errorf("wipe: %w", err))
	}
	return nil
}

// Backup writes a consistent copy of a SQLite database to the file path, which
// appears whole or not at all. PostgreSQL has its own tools; see docs/operations.md.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.engine != SQLite {
		return fault.New(fault.Invalid, "store.backup_engine")
	}
	part := path + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear unfinished backup: %w", err)
	}
	pool, err := s.reader.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	if err := copyInto(ctx, pool, part); err != nil {
		return translate(fmt.Errorf("copy database: %w", err))
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
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
