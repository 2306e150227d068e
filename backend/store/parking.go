package store

import (
	"context"
	"fmt"

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
	err := s.read(ctx).Where("device_id > ? OR (device_id = ? AND seq > ?)", after.DeviceID, after.DeviceID, after.Operation.Seq).
		Order("device_id, seq").Limit(limit).Find(&rows).Error
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
	err := s.read(ctx).Model(&parkedRow{}).Joins("JOIN applied_operations a ON a.id = parked_operations.id").
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

// UntoldFates implements sync.Parking.
func (s *Store) UntoldFates(ctx context.Context, deviceID string, limit int) ([]outbox.Answer, error) {
	var rows []appliedRow
	err := s.write(ctx).Where("device_id = ? AND untold = 1", deviceID).Order("seq").Limit(limit).Find(&rows).Error
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
	err := s.write(ctx).Model(&appliedRow{}).Where("device_id = ? AND id IN ?", deviceID, ids).UpdateColumn("untold", 0).Error
	return translate(err)
}
