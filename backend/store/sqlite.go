package store

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/mattn/go-sqlite3"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"lianxin/backend/fault"
)

// minSQLite is 3.51.3: before it a write-ahead log could be corrupted when a
// checkpoint and a writer met.
const minSQLite = 3_051_003

// readers is the size of the read-only pool; readers never wait for the writer in WAL mode.
const readers = 4

// pragmas hold for every connection. FULL makes a commit durable when it
// returns, also through a power cut; immediate transactions keep two writers
// from deadlocking half-way.
var pragmas = map[string]string{
	"_journal_mode": "WAL",
	"_synchronous":  "FULL",
	"_txlock":       "immediate",
	"_busy_timeout": "10000",
	"_foreign_keys": "on",
}

// dsn builds the address of a SQLite file; reading opens it for queries only.
func dsn(path string, reading bool) string {
	q := url.Values{}
	for name, value := range pragmas {
		q.Set(name, value)
	}
	if reading {
		q.Set("_query_only", "true")
		q.Set("_txlock", "deferred")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// openSQLite opens one writer and a pool of readers and checks what they say.
func (s *Store) openSQLite(path string) error {
	if _, number, _ := sqlite3.Version(); number < minSQLite {
		return fault.New(fault.Outdated, "store.engine_too_old").With("version", number)
	}
	var err error
	if s.writer, err = gorm.Open(sqlite.Open(dsn(path, false)), config()); err != nil {
		return translate(fmt.Errorf("open database for writing: %w", err))
	}
	if err := limit(s.writer, 1); err != nil {
		return err
	}
	if err := assertPragmas(s.writer); err != nil {
		return err
	}
	if s.reader, err = gorm.Open(sqlite.Open(dsn(path, true)), config()); err != nil {
		return translate(fmt.Errorf("open database for reading: %w", err))
	}
	return limit(s.reader, readers)
}

// limit bounds a pool and keeps its connections.
func limit(db *gorm.DB, n int) error {
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return nil
}

// assertPragmas reads the settings back: a mistyped name in the address is
// ignored by the driver, and only a check shows it.
func assertPragmas(db *gorm.DB) error {
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000",
	} {
		var got string
		if err := db.Raw("PRAGMA " + pragma).Row().Scan(&got); err != nil {
			return translate(fmt.Errorf("read pragma %s: %w", pragma, err))
		}
		if got != want {
			return fmt.Errorf("pragma %s is %q, want %q", pragma, got, want)
		}
	}
	return nil
}

// check runs SQLite's own integrity check.
func (s *Store) check() error {
	var said string
	if err := s.reader.Raw("PRAGMA quick_check(1)").Row().Scan(&said); err != nil {
		return translate(fmt.Errorf("integrity check: %w", err))
	}
	if said != "ok" {
		return fault.Wrap(errors.New(said), fault.Internal, "store.damaged")
	}
	return nil
}

// Version names the engine and its version, for status pages.
func (s *Store) Version() string {
	if s.engine == SQLite {
		version, _, _ := sqlite3.Version()
		return "SQLite " + version
	}
	var version string
	if err := s.reader.Raw("SHOW server_version").Row().Scan(&version); err != nil {
		return "PostgreSQL"
	}
	return "PostgreSQL " + version
}

// sqliteCode returns SQLite's primary result code inside err.
func sqliteCode(err error) (sqlite3.ErrNo, bool) {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.Code, true
	}
	return 0, false
}

func isFull(err error) bool {
	code, ok := sqliteCode(err)
	return (ok && (code == sqlite3.ErrFull || code == sqlite3.ErrIoErr && strings.Contains(err.Error(), "disk"))) || isPostgresCode(err, "53100")
}

func isBusy(err error) bool {
	code, ok := sqliteCode(err)
	return ok && (code == sqlite3.ErrBusy || code == sqlite3.ErrLocked)
}

func isDamaged(err error) bool {
	code, ok := sqliteCode(err)
	return ok && (code == sqlite3.ErrCorrupt || code == sqlite3.ErrNotADB)
}
