package store

import (
	"errors"

	"gorm.io/gorm"
)

// Statements is how many statements were sent to the database since it was opened,
// without those that begin and end transactions.
func (s *Store) Statements() int64 { return s.statements.Load() }

// countStatements has every statement counted when it is done.
func (s *Store) countStatements() error {
	const name = "lianxin:count"
	count := func(*gorm.DB) { s.statements.Add(1) }
	pools := []*gorm.DB{s.writer}
	if s.reader != s.writer {
		pools = append(pools, s.reader)
	}
	var errs []error
	for _, db := range pools {
		on := db.Callback()
		errs = append(errs, on.Query().Register(name, count), on.Row().Register(name, count), on.Raw().Register(name, count),
			on.Create().Register(name, count), on.Update().Register(name, count), on.Delete().Register(name, count))
	}
	return errors.Join(errs...)
}
