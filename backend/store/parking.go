package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
)

type parkedRow struct {
	ID       string `gorm:"primaryKey"`
	DeviceID string
	Seq      int64
	Sealed   []byte
}

func (parkedRow) TableName() string { return "parked_operations" }

// ParkOperation implements sync.Parking.
func (s *Store) ParkOperation(ctx context.Context, deviceID string, op outbox.Operation) error {
	sealed, err := s.sealJSON("parked_operations", op.ID, op)
	if err != nil {
		return err
	}
	row := parkedRow{ID: op.ID, DeviceID: deviceID, Seq: op.Seq, Sealed: sealed}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// ParkedOperations implements sync.Parking.
func (s *Store) ParkedOperations(ctx context.Context, after sync.ParkedOperation, limit int) ([]sync.ParkedOperation, error) {
	var rows []parkedRow
	err := s.parked(ctx, outbox.Parked).Select("parked_operations.*").
		Where("a.device_id > ? OR (a.device_id = ? AND a.seq > ?)", after.DeviceID, after.DeviceID, after.Operation.Seq).
		Order("a.device_id, a.seq").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("read parked operations: %w", err))
	}
	parked := make([]sync.ParkedOperation, 0, len(rows))
	for _, r := range rows {
		p := sync.ParkedOperation{DeviceID: r.DeviceID}
		if err := s.openJSON("parked_operations", r.ID, r.Sealed, &p.Operation); err != nil {
			return nil, err
		}
		parked = append(parked, p)
	}
	return parked, nil
}

// parked is the operations that are kept whole and have a fate, with their ledger as a.
func (s *Store) parked(ctx context.Context, fate outbox.Fate) *gorm.DB {
	return s.read(ctx).Model(&parkedRow{}).Joins("JOIN applied_operations a ON a.id = parked_operations.id AND a.fate = ?", fate)
}

// RefusedOperations returns up to limit operations that were parked and refused
// since, the latest first.
func (s *Store) RefusedOperations(ctx context.Context, limit int) ([]sync.RefusedOperation, error) {
	var rows []struct {
		ID        string
		DeviceID  string
		Sealed    []byte
		Code      string
		AppliedAt Instant
	}
	err := s.parked(ctx, outbox.Refused).Select("parked_operations.*, a.code, a.applied_at").
		Order("a.applied_at DESC, a.id").Limit(limit).Scan(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list refused operations: %w", err))
	}
	refused := make([]sync.RefusedOperation, 0, len(rows))
	for _, r := range rows {
		one := sync.RefusedOperation{DeviceID: r.DeviceID, Code: r.Code, At: r.AppliedAt.Time}
		if err := s.openJSON("parked_operations", r.ID, r.Sealed, &one.Operation); err != nil {
			return nil, err
		}
		refused = append(refused, one)
	}
	return refused, nil
}

// CountRefused returns how many there are of them.
func (s *Store) CountRefused(ctx context.Context) (int64, error) {
	var n int64
	err := s.parked(ctx, outbox.Refused).Count(&n).Error
	return n, translate(err)
}

// ForgetRefused forgets what was kept of a refused operation, when somebody has dealt
// with it; its fate is remembered. Fault "operation.not_refused" when there is none of
// the id, or it still waits.
func (s *Store) ForgetRefused(ctx context.Context, id string) error {
	return s.together(ctx, func(ctx context.Context) error {
		done := s.write(ctx).Where("id = (SELECT id FROM applied_operations WHERE id = ? AND fate = ?)", id, outbox.Refused).Delete(&parkedRow{})
		if done.Error != nil {
			return fmt.Errorf("forget a refused operation: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return fault.New(fault.NotFound, "operation.not_refused")
		}
		return s.write(ctx).Delete(&failedRow{}, "id = ?", id).Error
	})
}

// UnparkOperation implements sync.Parking.
func (s *Store) UnparkOperation(ctx context.Context, id string) error {
	return s.together(ctx, func(ctx context.Context) error {
		if err := s.write(ctx).Delete(&parkedRow{}, "id = ?", id).Error; err != nil {
			return fmt.Errorf("unpark operation: %w", err)
		}
		return s.write(ctx).Delete(&failedRow{}, "id = ?", id).Error
	})
}

// CountParked returns how many operations are parked, by the code they were parked
// with; "" is for those of newer devices.
func (s *Store) CountParked(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		Code  string
		Count int64
	}
	err := s.parked(ctx, outbox.Parked).
		Select("a.code AS code, COUNT(*) AS count").Group("a.code").Scan(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("count parked operations: %w", err))
	}
	counts := map[string]int64{}
	for _, r := range rows {
		counts[r.Code] = r.Count
	}
	return counts, nil
}

// SettleApplied implements sync.Parking.
func (s *Store) SettleApplied(ctx context.Context, a sync.Applied) error {
	row := appliedToRow(a)
	row.Untold = 1
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// lives are the devices a machine was, to the first, by what it is now. A ring of them,
// which nothing makes, would end all the same.
const lives = `device_id IN (WITH RECURSIVE lives(id) AS (SELECT CAST(? AS TEXT)
	UNION SELECT d.predecessor FROM devices d JOIN lives ON d.id = lives.id WHERE d.predecessor <> '')
	SELECT id FROM lives)`

// UntoldFates implements sync.Parking.
func (s *Store) UntoldFates(ctx context.Context, deviceID string, limit int) ([]outbox.Answer, error) {
	// Asked with every push, and there is hardly ever any: the rest is for when there is.
	var waiting bool
	if err := s.scan(ctx, s.writer, []any{&waiting}, "SELECT EXISTS (SELECT 1 FROM applied_operations WHERE untold = 1)"); err != nil || !waiting {
		return nil, translate(err)
	}
	rows, err := find[appliedRow](ctx, s, s.writer, "WHERE untold = 1 AND "+lives+" ORDER BY seq LIMIT ?", deviceID, limit)
	if err != nil {
		return nil, translate(fmt.Errorf("read late answers: %w", err))
	}
	var answers []outbox.Answer
	for _, r := range rows {
		answers = append(answers, outbox.Answer{ID: r.ID, Seq: r.Seq, Fate: r.Fate, Code: r.Code})
	}
	return answers, nil
}

// FatesHeard implements sync.Parking.
func (s *Store) FatesHeard(ctx context.Context, deviceID string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write(ctx).Model(&appliedRow{}).Where("id IN ? AND "+lives, ids, deviceID).UpdateColumn("untold", 0).Error
	return translate(err)
}
