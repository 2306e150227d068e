package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/sync"
)

type quarantineRow struct {
	Noun     sync.Noun `gorm:"primaryKey"`
	ID       string    `gorm:"primaryKey"`
	Code     string
	Attempts int
	LastAt   Instant
}

func (quarantineRow) TableName() string { return "quarantined_changes" }

// SaveQuarantined implements sync.Quarantine.
func (s *Store) SaveQuarantined(ctx context.Context, q sync.Quarantined) error {
	row := quarantineRow{Noun: q.Noun, ID: q.ID, Code: q.Code, Attempts: 1, LastAt: Instant{q.LastAt}}
	err := s.write(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "noun"}, {Name: "id"}},
		DoUpdates: clause.Assignments(map[string]any{"code": row.Code, "last_at": row.LastAt,
			"attempts": gorm.Expr("quarantined_changes.attempts + 1")}),
	}).Create(&row).Error
	if err != nil {
		return translate(fmt.Errorf("set a change aside: %w", err))
	}
	return nil
}

// ReleaseQuarantined implements sync.Quarantine.
func (s *Store) ReleaseQuarantined(ctx context.Context, noun sync.Noun, id string) error {
	return translate(s.write(ctx).Delete(&quarantineRow{}, "noun = ? AND id = ?", noun, id).Error)
}

// CountQuarantined implements sync.Quarantine.
func (s *Store) CountQuarantined(ctx context.Context) (int64, error) {
	var n int64
	err := s.read(ctx).Model(&quarantineRow{}).Count(&n).Error
	return n, translate(err)
}

// Quarantined implements sync.Quarantine.
func (s *Store) Quarantined(ctx context.Context, limit int) ([]sync.Quarantined, error) {
	var rows []quarantineRow
	if err := s.read(ctx).Order("last_at DESC, noun, id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list what is set aside: %w", err))
	}
	all := make([]sync.Quarantined, 0, len(rows))
	for _, r := range rows {
		all = append(all, sync.Quarantined{Noun: r.Noun, ID: r.ID, Code: r.Code, Attempts: r.Attempts, LastAt: r.LastAt.Time})
	}
	return all, nil
}

// NewlyQuarantined implements sync.Quarantine.
func (s *Store) NewlyQuarantined(ctx context.Context, code string) (bool, error) {
	var n int64
	err := s.read(ctx).Model(&quarantineRow{}).Where("code = ? AND attempts = 1", code).Limit(1).Count(&n).Error
	return n > 0, translate(err)
}
