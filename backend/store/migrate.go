package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"lianxin/backend/fault"
)

//go:embed migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// Upgrade says what Open does about a schema that is older than the program.
type Upgrade string

const (
	// UpgradeNow brings it up to date after a backup.
	UpgradeNow Upgrade = ""
	// UpgradeNever refuses with "store.older", and an empty database with "store.empty".
	UpgradeNever Upgrade = "never"
	// UpgradeEmpty refuses with "store.older"; an empty database is filled.
	UpgradeEmpty Upgrade = "empty"
	// UpgradeBackedUp brings it up to date; somebody has made a backup by other means.
	UpgradeBackedUp Upgrade = "backed_up"
)

// migrate brings the schema to this program's version, or refuses as o says. What
// holds anything is backed up first; a database of a newer program is left
// untouched and refused.
func (s *Store) migrate(ctx context.Context, o Options) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	return s.alone(ctx, func(conn *sql.Conn) error {
		current, target, err := provider.GetVersions(ctx)
		if err != nil {
			return translate(fmt.Errorf("read schema version: %w", err))
		}
		switch {
		case current > target:
			return fault.New(fault.Outdated, "store.newer").With("database", current).With("program", target)
		case current == target:
			return nil
		case current == 0 && o.Upgrade == UpgradeNever:
			return fault.New(fault.NotFound, "store.empty")
		case current > 0:
			if o.Upgrade == UpgradeNever || o.Upgrade == UpgradeEmpty {
				return fault.New(fault.Outdated, "store.older").With("database", current).With("program", target)
			}
			if err := s.prepareUpgrade(ctx, conn, o, current, target); err != nil {
				return err
			}
		}
		s.isNew = current == 0
		if _, err := provider.Up(ctx); err != nil {
			return translate(fmt.Errorf("migrate schema %d → %d: %w", current, target, err))
		}
		return s.freshReaders()
	})
}

// prepareUpgrade sees that nobody serves the database meanwhile and that there is
// a backup of it.
func (s *Store) prepareUpgrade(ctx context.Context, conn *sql.Conn, o Options, current, target int64) error {
	if s.engine == Postgres {
		if err := checkUnserved(ctx, conn); err != nil {
			return err
		}
	}
	if o.Upgrade == UpgradeBackedUp {
		return nil
	}
	path := fmt.Sprintf("%s.before-v%d", s.path, target)
	if s.engine == Postgres {
		if o.Backups == "" {
			return fault.New(fault.Unavailable, "store.backup_needed")
		}
		path = filepath.Join(o.Backups, fmt.Sprintf("center.before-v%d.dump", target))
	}
	if err := s.Backup(ctx, path); err != nil {
		return fmt.Errorf("backup before migration %d → %d: %w", current, target, err)
	}
	return nil
}

// migrationLock is the number of the advisory lock around migrations.
const migrationLock = 7_105_000_001

// alone runs do while no other instance on the same PostgreSQL does: centers are
// started together and find the same old schema. A SQLite file has one program.
func (s *Store) alone(ctx context.Context, do func(conn *sql.Conn) error) (err error) {
	if s.engine != Postgres {
		return do(nil)
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
	err = do(conn)
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
	provider, err := goose.NewProvider(dialect, pool, folder, goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(s.upgrades()...))
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
