package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/fault"
)

type failedRow struct {
	ID       string `gorm:"primaryKey"`
	DeviceID string
	Attempts int
	FailedAt Instant
}

func (failedRow) TableName() string { return "failed_operations" }

// CountFailure implements sync.Failures.
func (s *Store) CountFailure(ctx context.Context, deviceID, id string, at time.Time) (int, error) {
	row := failedRow{ID: id, DeviceID: deviceID, Attempts: 1, FailedAt: Instant{at}}
	err := s.write(ctx).Clauses(
		clause.OnConflict{
			Columns: []clause.Column{{Name: "id"}},
			DoUpdates: clause.Assignments(map[string]any{
				"attempts": gorm.Expr("failed_operations.attempts + 1"), "failed_at": row.FailedAt}),
		},
		clause.Returning{Columns: []clause.Column{{Name: "attempts"}}},
	).Create(&row).Error
	if err != nil {
		return 0, translate(fmt.Errorf("count a failed operation: %w", err))
	}
	return row.Attempts, nil
}

// FailedOperations implements sync.Failures.
func (s *Store) FailedOperations(ctx context.Context, ids []string) (map[string]int, error) {
	failed := map[string]int{}
	if len(ids) == 0 {
		return failed, nil
	}
	rows, err := some[failedRow](ctx, s, ids)
	if err != nil {
		return nil, translate(fmt.Errorf("look failed operations up: %w", err))
	}
	for _, r := range rows {
		failed[r.ID] = r.Attempts
	}
	return failed, nil
}

// errLost says that the database has given a transaction up by itself.
var errLost = errors.New("transaction lost")

// IsOwnFailure implements sync.Failures.
func (s *Store) IsOwnFailure(err error) bool {
	for _, own := range []error{errLost, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, own) {
			return true
		}
	}
	if f, ok := errors.AsType[*fault.Fault](err); ok && (f.Kind == fault.Unavailable || f.Code == "store.damaged") {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok || isFull(err) || isBusy(err) || isDamaged(err) || pgconn.SafeToRetry(err) {
		return true
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.ContainsFunc(ownCodes, func(begin string) bool { return strings.HasPrefix(e.Code, begin) })
	}
	return isSQLite(err, sqlite3.ErrIoErr, sqlite3.ErrNomem, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrInterrupt,
		sqlite3.ErrPerm, sqlite3.ErrProtocol)
}

// ownCodes are how PostgreSQL's codes begin of errors that no statement is to blame
// for: connection, read-only standby, rollback, resources, object state, operator
// intervention, system, configuration, internal (PostgreSQL manual, appendix A).
var ownCodes = []string{"08", "25006", "40", "53", "55", "57", "58", "F0", "XX"}
