package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"lianxin/backend/resultcode"
)

type askedRow struct {
	ID     string `gorm:"primaryKey"`
	State  resultcode.State
	Ends   Instant
	Sealed []byte
}

func (askedRow) TableName() string { return "asked_results" }

// askedPadding is what each asking is filled up to, in bytes: whether anybody was
// found cannot be seen in its size.
const askedPadding = 1024

// SaveAsked implements resultcode.Store.
func (s *Store) SaveAsked(ctx context.Context, a resultcode.Asked) error {
	sealed, err := s.sealPadded("asked_results", a.ID, a, askedPadding)
	if err != nil {
		return err
	}
	return translate(s.overwrite(ctx, &askedRow{ID: a.ID, State: a.State, Ends: Instant{a.Ends}, Sealed: sealed}))
}

// LockAsked implements resultcode.Store.
func (s *Store) LockAsked(ctx context.Context, id string) (resultcode.Asked, error) {
	var row askedRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "result_code.not_found"); err != nil {
		return resultcode.Asked{}, err
	}
	return s.askedFrom(row)
}

func (s *Store) askedFrom(row askedRow) (a resultcode.Asked, err error) {
	return a, s.openJSON("asked_results", row.ID, row.Sealed, &a)
}

// TakeAsked implements resultcode.Store.
func (s *Store) TakeAsked(ctx context.Context, leftBefore time.Time) (a resultcode.Asked, ok bool, err error) {
	err = s.together(ctx, func(ctx context.Context) error {
		var rows []askedRow
		query := s.write(ctx).Where("state = ? OR state = ? AND ends < ?", resultcode.Waiting, resultcode.Taken, Instant{leftBefore}).Order("ends, id").Limit(1)
		if s.engine == Postgres {
			query = query.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
		}
		if err := query.Find(&rows).Error; err != nil || len(rows) == 0 {
			return translate(err)
		}
		if a, err = s.askedFrom(rows[0]); err != nil {
			return err
		}
		a.State, ok = resultcode.Taken, true
		return s.SaveAsked(ctx, a)
	})
	return a, ok && err == nil, err
}

// ForgetAsked implements resultcode.Store.
func (s *Store) ForgetAsked(ctx context.Context, before time.Time) error {
	if err := s.write(ctx).Delete(&askedRow{}, "ends < ?", Instant{before}).Error; err != nil {
		return translate(fmt.Errorf("forget who asked: %w", err))
	}
	return nil
}

// TakeFrom counts one use of a purse, as TakeLookup does, and tells from when on it
// may be used again; the zero time when it may be now.
func (s *Store) TakeFrom(ctx context.Context, purse string, now time.Time, atOnce int, every time.Duration) (from time.Time, err error) {
	may, err := s.TakeLookup(ctx, purse, now, atOnce, every)
	if err != nil || may {
		return time.Time{}, err
	}
	var used int64
	if err := s.scan(ctx, s.writer, []any{&used}, "SELECT used_until FROM lookups WHERE device_id = ?", purse); err != nil {
		return time.Time{}, translate(fmt.Errorf("read a purse: %w", err))
	}
	return time.UnixMicro(used - int64(atOnce-1)*every.Microseconds()).UTC(), nil
}

// ForgetPurses removes what counts for nothing any more.
func (s *Store) ForgetPurses(ctx context.Context, now time.Time) error {
	_, err := s.exec(ctx, "DELETE FROM lookups WHERE used_until < ?", now.UnixMicro())
	return translate(err)
}
