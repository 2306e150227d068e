package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

type operationRow struct {
	Seq        int64 `gorm:"primaryKey;autoIncrement:false"`
	ID         string
	Kind       outbox.Kind
	Version    int
	DeviceTime string
	Sealed     []byte
	Prev       []byte
	Hash       []byte
	Fate       outbox.Fate
	Code       string
	SettledBy  string // who dealt with a refused one
	SettledAt  Instant
}

func (operationRow) TableName() string { return "operations" }

// AppendOperation implements outbox.Log.
func (s *Store) AppendOperation(ctx context.Context, op outbox.Operation) (outbox.Operation, error) {
	err := s.together(ctx, func(ctx context.Context) error {
		var last operationRow
		err := s.write(ctx).Select("seq", "hash").Order("seq DESC").Take(&last).Error
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return fmt.Errorf("end of the log: %w", err)
		}
		op = op.Follow(last.Seq, last.Hash)
		sealed, err := s.sealJSON("operations", op.ID, op.Payload)
		if err != nil {
			return err
		}
		row := operationRow{Seq: op.Seq, ID: op.ID, Kind: op.Kind, Version: op.Version,
			DeviceTime: op.DeviceTime.UTC().Format(time.RFC3339Nano), Sealed: sealed,
			Prev: notNil(op.Prev), Hash: op.Hash, Fate: outbox.Pending}
		if err := s.write(ctx).Create(&row).Error; err != nil {
			return fmt.Errorf("append %s: %w", op.Kind, err)
		}
		return nil
	})
	return op, err
}

// notNil keeps an empty BLOB from being written as NULL.
func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (s *Store) operationFromRow(row operationRow) (outbox.Operation, error) {
	at, err := time.Parse(time.RFC3339Nano, row.DeviceTime)
	if err != nil {
		return outbox.Operation{}, fmt.Errorf("operation %d: %w", row.Seq, err)
	}
	var payload json.RawMessage
	if len(row.Sealed) > 0 { // else it is forgotten
		if payload, err = s.open("operations", row.ID, row.Sealed); err != nil {
			return outbox.Operation{}, fmt.Errorf("operation %d: %w", row.Seq, err)
		}
	}
	return outbox.Operation{ID: row.ID, Seq: row.Seq, Kind: row.Kind, Version: row.Version,
		DeviceTime: at, Payload: payload, Prev: row.Prev, Hash: row.Hash}, nil
}

// PendingOperations implements outbox.Log.
func (s *Store) PendingOperations(ctx context.Context, after int64, limit int) ([]outbox.Operation, error) {
	return s.operationsWhere(ctx, limit, "fate = ? AND seq > ?", outbox.Pending, after)
}

// OperationsFrom returns operations whatever their fate, for a center that lost them.
func (s *Store) OperationsFrom(ctx context.Context, seq int64, limit int) ([]outbox.Operation, error) {
	return s.operationsWhere(ctx, limit, "seq >= ?", seq)
}

func (s *Store) operationsWhere(ctx context.Context, limit int, where string, args ...any) ([]outbox.Operation, error) {
	var rows []operationRow
	if err := s.read(ctx).Where(where, args...).Order("seq").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read operations: %w", err))
	}
	ops := make([]outbox.Operation, 0, len(rows))
	for _, row := range rows {
		op, err := s.operationFromRow(row)
		if err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	return ops, nil
}

// RecordFates implements outbox.Log.
func (s *Store) RecordFates(ctx context.Context, answers []outbox.Answer) error {
	return s.together(ctx, func(ctx context.Context) error {
		for _, a := range answers {
			done, err := s.exec(ctx, "UPDATE operations SET fate = ?, code = ? WHERE id = ? AND seq = ?", a.Fate, a.Code, a.ID, a.Seq)
			if err != nil {
				return fmt.Errorf("record fate of operation %d: %w", a.Seq, err)
			}
			if done != 1 {
				return fmt.Errorf("the center answered for operation %d, which this device does not have", a.Seq)
			}
		}
		return nil
	})
}

// RecordLate writes what became of parked operations. One that this device does
// not have, or knows the end of, is left alone: hearing twice changes nothing.
func (s *Store) RecordLate(ctx context.Context, answers []outbox.Answer) error {
	return s.together(ctx, func(ctx context.Context) error {
		for _, a := range answers {
			err := s.write(ctx).Model(&operationRow{}).Where("id = ? AND seq = ? AND fate = ?", a.ID, a.Seq, outbox.Parked).
				UpdateColumns(map[string]any{"fate": a.Fate, "code": a.Code}).Error
			if err != nil {
				return fmt.Errorf("record late fate of operation %d: %w", a.Seq, err)
			}
		}
		return nil
	})
}

// ReopenOperations makes operations from seq on pending again: the center lost
// them and asks for them once more. Refused ones are among them: the center does
// not know of its refusal any more and would wait for them for ever. Whoever dealt
// with one is forgotten: refused again, it is to be looked at again.
func (s *Store) ReopenOperations(ctx context.Context, seq int64) error {
	err := s.write(ctx).Model(&operationRow{}).Where("seq >= ? AND fate <> ?", seq, outbox.Pending).
		UpdateColumns(map[string]any{"fate": outbox.Pending, "code": "", "accounted_on": "", "settled_by": "", "settled_at": Instant{}}).Error
	return translate(err)
}

// DeadLetters implements outbox.Log.
func (s *Store) DeadLetters(ctx context.Context, limit int) ([]outbox.Entry, error) {
	return s.letters(ctx, limit, openLetter, outbox.Refused)
}

// SettledLetters implements outbox.Log.
func (s *Store) SettledLetters(ctx context.Context, limit int) ([]outbox.Entry, error) {
	return s.letters(ctx, limit, "fate = ? AND settled_at > 0", outbox.Refused)
}

// openLetter is a refused operation nobody dealt with yet.
const openLetter = "fate = ? AND settled_at = 0"

// SettleLetter implements outbox.Log.
func (s *Store) SettleLetter(ctx context.Context, id, by string, at time.Time) error {
	done := s.write(ctx).Model(&operationRow{}).Where("id = ? AND "+openLetter, id, outbox.Refused).
		UpdateColumns(map[string]any{"settled_by": by, "settled_at": Instant{at}})
	if done.Error != nil {
		return translate(fmt.Errorf("settle dead letter: %w", done.Error))
	}
	if done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "letter.not_found")
	}
	return nil
}

func (s *Store) letters(ctx context.Context, limit int, where string, args ...any) ([]outbox.Entry, error) {
	var rows []operationRow
	if err := s.read(ctx).Where(where, args...).Order("seq DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read dead letters: %w", err))
	}
	letters := make([]outbox.Entry, 0, len(rows))
	for _, row := range rows {
		op, err := s.operationFromRow(row)
		if err != nil {
			return nil, err
		}
		letters = append(letters, outbox.Entry{Operation: op, Fate: row.Fate, Code: row.Code, SettledBy: row.SettledBy, SettledAt: row.SettledAt.Time})
	}
	return letters, nil
}

// CountOperations implements outbox.Log.
func (s *Store) CountOperations(ctx context.Context, fate outbox.Fate) (int64, error) {
	var n int64
	err := s.read(ctx).Model(&operationRow{}).Where("fate = ? AND (fate <> ? OR settled_at = 0)", fate, outbox.Refused).Count(&n).Error
	return n, translate(err)
}

// LastSeq implements outbox.Log.
func (s *Store) LastSeq(ctx context.Context) (int64, error) {
	var last int64
	err := s.read(ctx).Model(&operationRow{}).Select("COALESCE(MAX(seq), 0)").Scan(&last).Error
	return last, translate(err)
}
