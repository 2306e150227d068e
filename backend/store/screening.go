package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/screening"
)

type gateRow struct {
	DonorKey string `gorm:"primaryKey"`
	Sealed   []byte
}

func (gateRow) TableName() string { return "gate_entries" }

// gatePadding is what an entry is filled up to, in bytes: the usual two holds and
// one hold alone look alike, whatever their rules are called.
const gatePadding = 256

// sealEntry seals what is said of a person under the keyed hash, which stays outside.
func (s *Store) sealEntry(e screening.Entry) ([]byte, error) {
	key := e.Key
	e.Key = ""
	return s.sealPadded("gate_entries", key, e, gatePadding)
}

func (s *Store) entryFromRow(row gateRow) (screening.Entry, error) {
	var e screening.Entry
	err := s.openJSON("gate_entries", row.DonorKey, row.Sealed, &e)
	e.Key = row.DonorKey
	return e, err
}

// SaveEntry implements screening.Store.
func (s *Store) SaveEntry(ctx context.Context, e screening.Entry) error { return s.SaveEntries(ctx, e) }

// SaveEntries implements screening.Crowd.
func (s *Store) SaveEntries(ctx context.Context, all ...screening.Entry) error {
	rows := make([]gateRow, len(all))
	for i, e := range all {
		sealed, err := s.sealEntry(e)
		if err != nil {
			return err
		}
		rows[i] = gateRow{DonorKey: e.Key, Sealed: sealed}
	}
	return saveRows(ctx, s, rows)
}

// DeleteEntries forgets entries of the gate list.
func (s *Store) DeleteEntries(ctx context.Context, keys ...string) error {
	for _, key := range keys {
		if _, err := s.exec(ctx, "DELETE FROM gate_entries WHERE donor_key = ?", key); err != nil {
			return translate(fmt.Errorf("delete gate entry: %w", err))
		}
	}
	return nil
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
	e, err := s.entryFromRow(row)
	if err != nil {
		return screening.Entry{}, false, err
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
		e, err := s.entryFromRow(row)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}
