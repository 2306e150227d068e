package store

import (
	"context"
	"database/sql"
	"io/fs"
	"slices"
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
func (s *Store) BeforeGateUpgrade(ctx context.Context) error {
	provider, err := s.provider()
	if err == nil {
		_, err = provider.DownTo(ctx, gateUpgrade-1)
	}
	return err
}
