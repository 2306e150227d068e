package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/visit"
)

type passRow struct {
	ID         string `gorm:"primaryKey"`
	DonorKey   string
	SiteID     string
	AnsweredAt Instant
	Sealed     []byte
}

func (passRow) TableName() string { return "passes" }

// SavePass implements visit.Store.
func (s *Store) SavePass(ctx context.Context, p visit.Pass) error {
	sealed, err := s.sealJSON("passes", p.ID, p)
	if err != nil {
		return err
	}
	row := passRow{ID: p.ID, DonorKey: p.DonorKey, SiteID: p.SiteID, AnsweredAt: Instant{p.AnsweredAt}, Sealed: sealed}
	if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save pass: %w", err))
	}
	return nil
}

// DeletePass implements visit.Store.
func (s *Store) DeletePass(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&passRow{}, "id = ?", id).Error)
}

// Pass finds by ID; fault "pass.not_found".
func (s *Store) Pass(ctx context.Context, id string) (visit.Pass, error) {
	var row passRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "pass.not_found"); err != nil {
		return visit.Pass{}, err
	}
	var p visit.Pass
	return p, s.openJSON("passes", row.ID, row.Sealed, &p)
}

// PassOf implements visit.Store.
func (s *Store) PassOf(ctx context.Context, donorKey string, now time.Time) (visit.Pass, bool, error) {
	from, before := visit.PassWindow(now)
	var row passRow
	err := s.read(ctx).Where("donor_key = ? AND answered_at >= ? AND answered_at < ?",
		donorKey, Instant{from}, Instant{before}).Order("answered_at DESC").Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return visit.Pass{}, false, nil
	}
	if err != nil {
		return visit.Pass{}, false, translate(fmt.Errorf("find pass: %w", err))
	}
	var p visit.Pass
	if err := s.openJSON("passes", row.ID, row.Sealed, &p); err != nil {
		return visit.Pass{}, false, err
	}
	return p, true, nil
}

// HasPass implements visit.Store.
func (s *Store) HasPass(ctx context.Context, donorKey string) (bool, error) {
	var n int64
	err := s.read(ctx).Model(&passRow{}).Where("donor_key = ?", donorKey).Limit(1).Count(&n).Error
	return n > 0, translate(err)
}
