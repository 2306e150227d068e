package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
)

// PackKind says which loader reads a pack.
type PackKind string

const (
	SelectionPack     PackKind = "selection"     // donor-selection rules
	QuestionnairePack PackKind = "questionnaire" // FHIR R4 Questionnaire
	ConsentPack       PackKind = "consent"       // consent text
)

// StoredPack is a dated pack as bytes; its loader checks it before it is used.
type StoredPack struct {
	ID      string        `json:"id"`
	Version string        `json:"version"`
	Kind    PackKind      `json:"kind"`
	From    calendar.Date `json:"from"` // in force from this day until a later one takes over
	Content []byte        `json:"content"`
}

type packRow struct {
	ID      string `gorm:"primaryKey"`
	Version string `gorm:"primaryKey"`
	Kind    PackKind
	FromOn  calendar.Date
	Content []byte
}

func (packRow) TableName() string { return "packs" }

// SavePack inserts or replaces a version of a pack.
func (s *Store) SavePack(ctx context.Context, p StoredPack) error {
	row := packRow{ID: p.ID, Version: p.Version, Kind: p.Kind, FromOn: p.From, Content: p.Content}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// Packs returns all versions of all packs, the oldest first.
func (s *Store) Packs(ctx context.Context) ([]StoredPack, error) {
	var rows []packRow
	if err := s.read(ctx).Order("kind, from_on, version").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list packs: %w", err))
	}
	packs := make([]StoredPack, 0, len(rows))
	for _, r := range rows {
		packs = append(packs, StoredPack{ID: r.ID, Version: r.Version, Kind: r.Kind, From: r.FromOn, Content: r.Content})
	}
	return packs, nil
}
