package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"syscall"

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

// checkpointPages is how long the write-ahead log grows, in pages of 4 KB, before it is
// carried over into the database: a check-in writes some twenty pages, most of them the
// same ones as the check-in before, which are carried over once.
const checkpointPages = 4000

// statements is how many prepared statements a connection keeps.
const statements = 200

// dsn builds the address of a SQLite file; reading opens it for queries only.
func dsn(path string, reading bool) string {
	q := url.Values{"_stmt_cache_size": {strconv.Itoa(statements)}}
	for name, value := range pragmas {
		q.Set(name, value)
	}
	if reading {
		q.Set("_query_only", "true")
		q.Set("_txlock", "deferred")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// openSQLite opens one writer and a pool of readers.
func (s *Store) openSQLite(path string) error {
	_, number, _ := sqlite3.Version()
	if err := checkSQLite(number); err != nil {
		return err
	}
	var err error
	if s.writer, err = openPool(dsn(path, false), 1); err != nil {
		return translate(fmt.Errorf("open database for writing: %w", err))
	}
	if s.reader, err = openPool(dsn(path, true), readers); err != nil {
		return translate(fmt.Errorf("open database for reading: %w", err))
	}
	return nil
}

// checkSQLite refuses a library older than minSQLite.
func checkSQLite(number int) error {
	if number < minSQLite {
		return fault.New(fault.Outdated, "store.engine_too_old").With("version", number)
	}
	return nil
}

// connector opens connections of a pool and asserts the settings of each.
type connector struct {
	driver sqlite3.SQLiteDriver
	dsn    string
}

func (c *connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c *connector) Driver() driver.Driver                        { return &c.driver }

func openPool(dsn string, connections int) (*gorm.DB, error) {
	pool := sql.OpenDB(&connector{driver: sqlite3.SQLiteDriver{ConnectHook: assertPragmas}, dsn: dsn})
	limit(pool, connections)
	db, err := gorm.Open(sqlite.New(sqlite.Config{Conn: pool}), config())
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// limit bounds a pool and keeps its connections.
func limit(pool *sql.DB, n int) {
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
}

// freshReaders closes the connections that know the schema from before a migration:
// the first answer of such a one has the names of the columns of then.
func (s *Store) freshReaders() error {
	if s.engine != SQLite {
		return nil
	}
	pool, err := s.reader.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	pool.SetMaxIdleConns(-1)
	limit(pool, readers)
	return nil
}

// assertPragmas reads the settings back: a mistyped name in the address is
// ignored by the driver, and only a check shows it.
func assertPragmas(c *sqlite3.SQLiteConn) error {
	if _, err := c.Exec("PRAGMA wal_autocheckpoint = "+strconv.Itoa(checkpointPages), nil); err != nil {
		return fmt.Errorf("set how far the log grows: %w", err)
	}
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": pragmas["_busy_timeout"],
	} {
		got, err := readPragma(c, pragma)
		if err != nil {
			return fmt.Errorf("read pragma %s: %w", pragma, err)
		}
		if got != want {
			return fmt.Errorf("pragma %s is %q, want %q", pragma, got, want)
		}
	}
	return nil
}

func readPragma(c *sqlite3.SQLiteConn, pragma string) (string, error) {
	rows, err := c.Query("PRAGMA "+pragma, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil {
		return "", err
	}
	return fmt.Sprint(value[0]), nil
}

// check runs SQLite's own integrity check.
func (s *Store) check(ctx context.Context) error {
	var said string
	if err := s.reader.WithContext(ctx).Raw("PRAGMA quick_check(1)").Row().Scan(&said); err != nil {
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

// isSQLite tells whether err is SQLite's with one of the primary result codes.
func isSQLite(err error, codes ...sqlite3.ErrNo) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && slices.Contains(codes, e.Code)
}

func isFull(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	// Growing the index of the write-ahead log fails as an I/O error of the system.
	isFile := ok && (e.Code == sqlite3.ErrFull || e.Code == sqlite3.ErrIoErr && e.SystemErrno == syscall.ENOSPC)
	return isFile || isPostgres(err, "53100") // disk_full
}

// isFailing tells whether the disk did not read or keep what it was given. What a failed
// sync should have kept is written again by whoever asks again: a log of writes goes on
// where its last commit ends, and a checkpoint begins anew.
func isFailing(err error) bool {
	return isSQLite(err, sqlite3.ErrIoErr) && !isFull(err) || isPostgres(err, "58030") // io_error
}

// isBusy tells whether the same call may work a little later.
func isBusy(err error) bool {
	return isSQLite(err, sqlite3.ErrBusy, sqlite3.ErrLocked) ||
		isPostgres(err, "40001", "40P01", "55P03", "53300") // serialization_failure, deadlock_detected, lock_not_available, too_many_connections
}

func isDamaged(err error) bool {
	return isSQLite(err, sqlite3.ErrCorrupt, sqlite3.ErrNotADB) ||
		isPostgres(err, "XX001", "XX002") // data_corrupted, index_corrupted
}

// isConstraint tells whether a value contradicts the schema or another row.
func isConstraint(err error) bool {
	return errors.Is(err, gorm.ErrDuplicatedKey) || errors.Is(err, gorm.ErrForeignKeyViolated) || errors.Is(err, gorm.ErrCheckConstraintViolated) ||
		isSQLite(err, sqlite3.ErrConstraint, sqlite3.ErrMismatch) ||
		isPostgres(err, "23502", "23503", "23505", "23514") // not_null, foreign_key, unique, check
}
