package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/pack"
)

type packRow struct {
	ID      string `gorm:"primaryKey"`
	Version string `gorm:"primaryKey"`
	Kind    pack.Kind
	FromOn  calendar.Date
	Content []byte
}

func (packRow) TableName() string { return "packs" }

// SavePack implements pack.Store.
func (s *Store) SavePack(ctx context.Context, p pack.Pack) error {
	row := packRow{ID: p.ID, Version: p.Version, Kind: p.Kind, FromOn: p.From, Content: p.Content}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// Packs implements pack.Store: all versions of all packs, the oldest first.
func (s *Store) Packs(ctx context.Context) ([]pack.Pack, error) {
	var rows []packRow
	if err := s.read(ctx).Order("kind, from_on, version").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list packs: %w", err))
	}
	packs := make([]pack.Pack, 0, len(rows))
	for _, r := range rows {
		packs = append(packs, pack.Pack{ID: r.ID, Version: r.Version, Kind: r.Kind, From: r.FromOn, Content: r.Content})
	}
	return packs, nil
}
