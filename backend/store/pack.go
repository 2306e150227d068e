package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/pack"
)

type packRow struct {
	ID          string `gorm:"primaryKey"`
	Version     string `gorm:"primaryKey"`
	Kind        pack.Kind
	FromOn      calendar.Date
	Content     []byte
	PublishedAt Instant
	PublishedBy string
	WithdrawnAt Instant
	WithdrawnBy string
}

func (packRow) TableName() string { return "packs" }

func packToRow(p pack.Publication) packRow {
	return packRow{ID: p.ID, Version: p.Version, Kind: p.Kind, FromOn: p.From, Content: p.Content,
		PublishedAt: Instant{p.PublishedAt}, PublishedBy: p.PublishedBy, WithdrawnAt: Instant{p.WithdrawnAt}, WithdrawnBy: p.WithdrawnBy}
}

func packFromRow(r packRow) pack.Publication {
	return pack.Publication{Pack: pack.Pack{ID: r.ID, Version: r.Version, Kind: r.Kind, From: r.FromOn, Content: r.Content},
		PublishedAt: r.PublishedAt.Time, PublishedBy: r.PublishedBy, WithdrawnAt: r.WithdrawnAt.Time, WithdrawnBy: r.WithdrawnBy}
}

// PublishPack implements pack.Archive: the key of the table holds that a version is published once.
func (s *Store) PublishPack(ctx context.Context, p pack.Publication) error {
	row := packToRow(p)
	err := s.write(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return fault.Wrap(err, fault.Conflict, "pack.published")
	}
	return translate(err)
}

// WithdrawPack implements pack.Archive.
func (s *Store) WithdrawPack(ctx context.Context, p pack.Publication) error {
	row := packToRow(p)
	return translate(s.write(ctx).Where("id = ? AND version = ?", p.ID, p.Version).Select("withdrawn_at", "withdrawn_by").Updates(&row).Error)
}

// Publications implements pack.Archive: all versions, also those taken back, the oldest first.
func (s *Store) Publications(ctx context.Context) ([]pack.Publication, error) {
	var rows []packRow
	if err := s.read(ctx).Order("kind, id, from_on, version").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list publications: %w", err))
	}
	all := make([]pack.Publication, 0, len(rows))
	for _, r := range rows {
		all = append(all, packFromRow(r))
	}
	return all, nil
}

// Publication implements pack.Archive.
func (s *Store) Publication(ctx context.Context, id, version string) (pack.Publication, error) {
	var row packRow
	err := first(s.read(ctx).Where("id = ? AND version = ?", id, version), &row, "pack.not_found")
	return packFromRow(row), err
}

// SavePack keeps a pack as a device was told of it. A version says at the center what it
// always said; but a center that was put back to a backup may have another under the name.
func (s *Store) SavePack(ctx context.Context, p pack.Pack) error {
	row := packToRow(pack.Publication{Pack: p})
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// DeletePack forgets a pack that was withdrawn, by its place in the feed ([pack.Ref.Key]).
func (s *Store) DeletePack(ctx context.Context, key string) error {
	id, version, _ := strings.Cut(key, "|")
	return translate(s.write(ctx).Where("id = ? AND version = ?", id, version).Delete(&packRow{}).Error)
}

// Packs implements pack.Store: all versions of all packs but those withdrawn, the oldest first.
func (s *Store) Packs(ctx context.Context) ([]pack.Pack, error) {
	var rows []packRow
	if err := s.read(ctx).Where("withdrawn_at = 0").Order("kind, from_on, version").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list packs: %w", err))
	}
	packs := make([]pack.Pack, 0, len(rows))
	for _, r := range rows {
		packs = append(packs, packFromRow(r).Pack)
	}
	return packs, nil
}
