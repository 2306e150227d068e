package store

import (
	"context"
	"fmt"

	"lianxin/backend/hospital"
	"lianxin/backend/lang"
)

type hospitalRow struct {
	ID       string `gorm:"primaryKey"`
	NameZH   string `gorm:"column:name_zh"`
	NameEN   string `gorm:"column:name_en"`
	District string
}

func (hospitalRow) TableName() string { return "hospitals" }

func (r hospitalRow) hospital() hospital.Hospital {
	return hospital.Hospital{ID: r.ID, Name: lang.Text{ZH: r.NameZH, EN: r.NameEN}, District: r.District}
}

// SaveHospital inserts or replaces by ID.
func (s *Store) SaveHospital(ctx context.Context, h hospital.Hospital) error {
	return translate(s.overwrite(ctx, &hospitalRow{ID: h.ID, NameZH: h.Name.ZH, NameEN: h.Name.EN, District: h.District}))
}

// Hospital implements hospital.Store.
func (s *Store) Hospital(ctx context.Context, id string) (hospital.Hospital, error) {
	var row hospitalRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "hospital.not_found"); err != nil {
		return hospital.Hospital{}, err
	}
	return row.hospital(), nil
}

// Hospitals returns all of them by ID.
func (s *Store) Hospitals(ctx context.Context) ([]hospital.Hospital, error) {
	rows, err := find[hospitalRow](ctx, s, s.reader, "ORDER BY id")
	if err != nil {
		return nil, translate(fmt.Errorf("list hospitals: %w", err))
	}
	all := make([]hospital.Hospital, len(rows))
	for i, r := range rows {
		all[i] = r.hospital()
	}
	return all, nil
}
