package store

import (
	"context"
	"database/sql"
	"io/fs"
	"runtime"
	"slices"
	"time"
)

// What tests of this package may see beneath its methods.
var (
	Migrations     fs.FS = migrations
	CheckSQLite          = checkSQLite
	ClientProgram        = clientProgram
	OpenPool             = openPool
	MinimumVersion       = minSQLite
	ReaderCount          = readers
	ServingLock          = servingLock
)

// OpenAt opens a database with other migrations, as another version of the program would.
func OpenAt(ctx context.Context, o Options, schema fs.FS) (*Store, error) {
	return open(ctx, o, schema)
}

// Pools returns the connections for writing and for reading.
func (s *Store) Pools() (writer, reader *sql.DB) {
	writer, _ = s.writer.DB()
	reader, _ = s.reader.DB()
	return writer, reader
}

// IsResealed tells whether a table is on the list of those that are sealed again.
func IsResealed(table string) bool {
	return slices.ContainsFunc(sealedColumns, func(c sealedColumn) bool { return c.table == table })
}

// BeforeGateUpgrade takes the schema back to the program whose gate list was plain.
func (s *Store) BeforeGateUpgrade(ctx context.Context) error { return s.backTo(ctx, gateUpgrade-1) }

// BeforeMarkUpgrade takes it back to the program whose hospital cases had no marks.
func (s *Store) BeforeMarkUpgrade(ctx context.Context) error { return s.backTo(ctx, markUpgrade-1) }

// BeforePatientUpgrade takes it back to the program whose cases had no mark of their patient.
func (s *Store) BeforePatientUpgrade(ctx context.Context) error {
	return s.backTo(ctx, patientUpgrade-1)
}

func (s *Store) backTo(ctx context.Context, version int64) error {
	provider, err := s.provider()
	if err == nil {
		_, err = provider.DownTo(ctx, version)
	}
	return err
}

// WithoutCount takes the number of findings out of a visit, as programs of before sealed it.
func (s *Store) WithoutCount(ctx context.Context, id string) error {
	var row visitRow
	if _, err := s.take(ctx, s.writer, &row, "WHERE id = ?", id); err != nil {
		return err
	}
	_, private, err := s.openVisit(row)
	if err != nil {
		return err
	}
	private.Findings = nil
	if row.Sealed, err = s.sealJSON("visits", id, private); err != nil {
		return err
	}
	return s.overwrite(ctx, &row)
}

// InLine returns when so many wait to write.
func (s *Store) InLine(n int) {
	for {
		s.line.mu.Lock()
		waiting := len(s.line.waiting)
		s.line.mu.Unlock()
		if waiting >= n {
			return
		}
		runtime.Gosched()
	}
}

// Waits returns when a group is open and nobody has the turn.
func (s *Store) Waits() {
	for {
		s.line.mu.Lock()
		waits := !s.line.taken && s.line.open != nil
		s.line.mu.Unlock()
		if waits {
			return
		}
		runtime.Gosched()
	}
}

// LongGroups keeps groups open however long their members take.
func (s *Store) LongGroups() { s.line.time = time.Hour }

// GiveUp ends the transaction of ctx as SQLite does by itself on a full disk.
func (s *Store) GiveUp(ctx context.Context) error { return s.write(ctx).Exec("ROLLBACK").Error }
