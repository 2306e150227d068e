package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// connections bounds one center's pool; several centers share one PostgreSQL.
const connections = 16

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// openPostgres opens one pool for reading and writing.
func (s *Store) openPostgres(url string) error {
	db, err := gorm.Open(postgres.Open(url), config())
	if err != nil {
		// The address holds a password and is not repeated.
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	s.writer, s.reader = db, db
	return limit(db, connections)
}

// isPostgresCode tells whether err is PostgreSQL's with the SQLSTATE code.
func isPostgresCode(err error, code string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == code
}
