// Package store keeps every noun of the product in SQLite or PostgreSQL.
//
// One schema serves the center and the devices; one conformance suite holds both
// engines to the same behaviour. Methods take part in the transaction that their
// context carries (InTx), so a change and its operation are written together
// without the nouns knowing of a database.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

// Engine names the database behind a store.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Store is an open database.
type Store struct {
	engine  Engine
	path    string // SQLite: the file; PostgreSQL: the address, which may hold a password
	writer  *gorm.DB
	reader  *gorm.DB // SQLite: a read-only pool; PostgreSQL: the same pool as writer
	line    line     // SQLite: who wants to write
	keyring *seal.Keyring
	schema  fs.FS // migrations, a folder for each engine
	isNew   bool
	members members // of staff, who are asked for with every call

	statements atomic.Int64
}

type txKey struct{}

// Options say how to open a store.
type Options struct {
	// URL is a PostgreSQL address (postgres://…) or the path of a SQLite file.
	URL string
	// Keyring seals personal columns and makes their blind indexes.
	Keyring *seal.Keyring
	// Upgrade says what happens to a schema older than the program.
	Upgrade Upgrade
	// Backups is the folder for the dump of a PostgreSQL database before an
	// upgrade. A SQLite file is copied beside itself.
	Backups string
}

// Open connects, checks the engine and its settings, and brings the schema up to
// date after a backup. Faults: "store.newer" when a newer program wrote the
// database, "store.older" when an older one did and o.Upgrade forbids to change it,
// "store.in_use" when another center serves a PostgreSQL that is to be upgraded,
// "store.backup_needed", "store.client_missing" and "store.client_failed" when no
// backup of it can be made, "store.damaged" when SQLite's own check fails.
func Open(ctx context.Context, o Options) (*Store, error) { return open(ctx, o, migrations) }

func open(ctx context.Context, o Options, schema fs.FS) (*Store, error) {
	s := &Store{keyring: o.Keyring, schema: schema, line: line{time: groupTime}}
	var err error
	if isPostgresURL(o.URL) {
		s.engine, s.path = Postgres, o.URL
		err = s.openPostgres(o.URL)
	} else {
		s.engine, s.path = SQLite, o.URL
		if err = s.openSQLite(o.URL); err == nil {
			err = s.check(ctx)
		}
	}
	if err == nil {
		err = s.countStatements()
	}
	if err == nil {
		err = s.migrate(ctx, o)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// IsNew tells whether Open found the database empty and filled it.
func (s *Store) IsNew() bool { return s.isNew }

// Engine tells which database is behind the store.
func (s *Store) Engine() Engine { return s.engine }

// Close releases every connection.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reader, s.writer} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.reader.DB()
	if err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	return translate(pool.PingContext(ctx))
}

// InTx runs do in one transaction; an error undoes all of it. Inside another
// InTx it runs in a savepoint, so that a refused part leaves no trace while the
// whole goes on. On SQLite several callers may share a transaction, each in a
// savepoint of their own: what is undone of one touches no other, and nobody returns
// before the commit.
func (s *Store) InTx(ctx context.Context, do func(ctx context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		return s.savepoint(ctx, do)
	}
	if s.engine == SQLite {
		return s.inGroup(ctx, do)
	}
	err := s.writer.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		return do(context.WithValue(ctx, txKey{}, tx))
	})
	return translate(err)
}

// together runs do in the transaction of ctx, or in one of its own. Unlike with
// InTx a failure inside a larger transaction is not undone here: the caller must
// let the larger one fail.
func (s *Store) together(ctx context.Context, do func(ctx context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		return translate(do(ctx))
	}
	return s.InTx(ctx, do)
}

// savepoint runs do so that its failure undoes only what it did. gorm's nested
// transactions never release their savepoints, and with thousands of them in one
// batch every write is slower than the one before. Both engines let savepoints of
// one name nest, which keeps the statements few enough to stay prepared.
func (s *Store) savepoint(ctx context.Context, do func(ctx context.Context) error) error {
	if _, err := s.exec(ctx, "SAVEPOINT part"); err != nil {
		return translate(fmt.Errorf("begin part of a transaction: %w", err))
	}
	failed := translate(do(ctx))
	if failed != nil {
		if _, err := s.exec(ctx, "ROLLBACK TO SAVEPOINT part"); err != nil {
			return lost(failed, err)
		}
	}
	if _, err := s.exec(ctx, "RELEASE SAVEPOINT part"); err != nil {
		return lost(failed, err)
	}
	return failed
}

// lost is the failure of a part that could not be undone: the database has given
// the whole transaction up, as SQLite does on a full disk. It must end the whole,
// so it never looks like a refusal of the part.
func lost(failed, err error) error {
	if failed != nil && fault.From(failed).Kind == fault.Unavailable {
		return failed
	}
	return fault.Wrap(fmt.Errorf("end part of a transaction: %w: %w (after: %v)", errLost, err, failed), fault.Internal, "internal")
}

// write returns the transaction of ctx, or the writer for a single statement.
func (s *Store) write(ctx context.Context) *gorm.DB {
	if tx, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		return s.within(ctx, tx)
	}
	return s.writer.WithContext(ctx)
}

// read returns the transaction of ctx, or the read-only pool.
func (s *Store) read(ctx context.Context) *gorm.DB {
	if tx, ok := ctx.Value(txKey{}).(*gorm.DB); ok {
		return s.within(ctx, tx)
	}
	return s.reader.WithContext(ctx)
}

// config is gorm's: no log of its own (parameters may be personal), no hidden
// transaction around single statements. Both drivers keep statements prepared
// by themselves; gorm's own way prepares each one anew in every transaction.
func config() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard,
		SkipDefaultTransaction: true,
		TranslateError:         true,
		// gorm asks for the time at every insert; no column of ours uses it: time is injected.
		NowFunc: func() time.Time { return time.Time{} },
	}
}

// translate gives database failures that a person can do something about their code.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return err
	}
	switch {
	case isFull(err):
		return fault.Wrap(err, fault.Unavailable, "store.full")
	case isFailing(err):
		return fault.Wrap(err, fault.Unavailable, "store.failing")
	case isBusy(err):
		return fault.Wrap(err, fault.Unavailable, "store.busy")
	case isDamaged(err):
		return fault.Wrap(err, fault.Internal, "store.damaged")
	case isUnstorable(err):
		return fault.Wrap(err, fault.Invalid, "store.value")
	case isConstraint(err):
		return fault.Wrap(err, fault.Internal, "store.constraint")
	}
	return err
}

// first reads one row into dest; none is the fault code.
func first(db *gorm.DB, dest any, code string) error {
	err := db.Take(dest).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return fault.New(fault.NotFound, code)
	}
	return translate(err)
}
