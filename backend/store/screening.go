package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/screening"
)

type gateRow struct {
	DonorKey string `gorm:"primaryKey"`
	Data     string
}

func (gateRow) TableName() string { return "gate_entries" }

// SaveEntry implements screening.Store.
func (s *Store) SaveEntry(ctx context.Context, e screening.Entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode gate entry: %w", err)
	}
	row := gateRow{DonorKey: e.Key, Data: string(data)}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// DeleteEntry implements screening.Store.
func (s *Store) DeleteEntry(ctx context.Context, key string) error {
	return translate(s.write(ctx).Delete(&gateRow{}, "donor_key = ?", key).Error)
}

// Entry implements screening.Store.
func (s *Store) Entry(ctx context.Context, key string) (screening.Entry, bool, error) {
	var row gateRow
	err := s.read(ctx).Take(&row, "donor_key = ?", key).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return screening.Entry{}, false, nil
	}
	if err != nil {
		return screening.Entry{}, false, translate(fmt.Errorf("find gate entry: %w", err))
	}
	var e screening.Entry
	if err := json.Unmarshal([]byte(row.Data), &e); err != nil {
		return screening.Entry{}, false, fmt.Errorf("decode gate entry: %w", err)
	}
	return e, true, nil
}

// GateEntries returns the entries of the keys, without those that are no more.
func (s *Store) GateEntries(ctx context.Context, keys []string) ([]screening.Entry, error) {
	var rows []gateRow
	if err := s.read(ctx).Where("donor_key IN ?", keys).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read gate entries: %w", err))
	}
	entries := make([]screening.Entry, 0, len(rows))
	for _, row := range rows {
		var e screening.Entry
		if err := json.Unmarshal([]byte(row.Data), &e); err != nil {
			return nil, fmt.Errorf("decode gate entry: %w", err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}
