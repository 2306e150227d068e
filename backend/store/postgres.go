package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// connections bounds one center's pool; several centers share one PostgreSQL.
const connections = 16

func isPostgresURL(url string) bool {
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
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("connection pool: %w", err)
	}
	limit(pool, connections)
	return nil
}

// isPostgres tells whether err is PostgreSQL's with one of the SQLSTATE codes.
func isPostgres(err error, codes ...string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && slices.Contains(codes, e.Code)
}

// isUnstorable tells whether a value is none that PostgreSQL can keep, such as a
// text with a zero byte (class 22, data exception): trying again never helps.
func isUnstorable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && strings.HasPrefix(e.Code, "22")
}
