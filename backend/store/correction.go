package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/identity"
)

type correctionRow struct {
	ID         string `gorm:"primaryKey"`
	DonorKey   string
	DonationID string
	Subject    correction.Subject
	AboutOn    calendar.Date
	SiteID     string
	DeviceID   string
	AskedAt    Instant
	State      correction.State
	AnsweredAt Instant
	AnsweredBy string
	Sealed     []byte
}

func (correctionRow) TableName() string { return "corrections" }

// SaveCorrection implements correction.Store.
func (s *Store) SaveCorrection(ctx context.Context, r correction.Request) error {
	sealed := []byte{}
	if r.Person != nil {
		var err error
		if sealed, err = s.sealJSON("corrections", r.ID, r.Person); err != nil {
			return err
		}
	}
	row := correctionRow{ID: r.ID, DonorKey: r.DonorKey, DonationID: r.DonationID, Subject: r.Subject, AboutOn: r.About, SiteID: r.SiteID,
		DeviceID: r.DeviceID, AskedAt: Instant{r.At}, State: r.State, AnsweredAt: Instant{r.AnsweredAt}, AnsweredBy: r.AnsweredBy, Sealed: sealed}
	if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save correction: %w", err))
	}
	return nil
}

// Correction finds by ID; fault "correction.not_found".
func (s *Store) Correction(ctx context.Context, id string) (correction.Request, error) {
	return s.oneCorrection(s.read(ctx), id)
}

// LockCorrection implements correction.Store.
func (s *Store) LockCorrection(ctx context.Context, id string) (correction.Request, error) {
	return s.oneCorrection(s.locked(ctx), id)
}

// CorrectionsOf implements correction.Store.
func (s *Store) CorrectionsOf(ctx context.Context, donorKeys []string, limit int) ([]correction.Request, error) {
	return s.corrections(s.read(ctx).Where("donor_key IN ?", donorKeys).Order("asked_at DESC, id DESC").Limit(limit))
}

// CorrectionsOfDonor is CorrectionsOf for all documents the donor is known under.
func (s *Store) CorrectionsOfDonor(ctx context.Context, donorID string, limit int) ([]correction.Request, error) {
	ids, err := s.Together(ctx, []string{donorID})
	if err != nil {
		return nil, err
	}
	keys := s.read(ctx).Model(&donorRow{}).Select("donor_key").Where("id IN ?", ids)
	return s.corrections(s.read(ctx).Where("donor_key IN (?)", keys).Order("asked_at DESC, id DESC").Limit(limit))
}

// CorrectionsAt lists up to limit requests of some sites in a state, oldest first;
// nil is all sites.
func (s *Store) CorrectionsAt(ctx context.Context, siteIDs []string, state correction.State, limit int) ([]correction.Request, error) {
	query := s.read(ctx).Where("state = ?", state)
	if siteIDs != nil {
		query = query.Where("site_id IN ?", siteIDs)
	}
	return s.corrections(query.Order("asked_at, id").Limit(limit))
}

func (s *Store) oneCorrection(query *gorm.DB, id string) (correction.Request, error) {
	var row correctionRow
	if err := first(query.Where("id = ?", id), &row, "correction.not_found"); err != nil {
		return correction.Request{}, err
	}
	return s.correctionFrom(row)
}

func (s *Store) corrections(query *gorm.DB) ([]correction.Request, error) {
	var rows []correctionRow
	if err := query.Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list corrections: %w", err))
	}
	found := make([]correction.Request, 0, len(rows))
	for _, row := range rows {
		r, err := s.correctionFrom(row)
		if err != nil {
			return nil, err
		}
		found = append(found, r)
	}
	return found, nil
}

func (s *Store) correctionFrom(row correctionRow) (correction.Request, error) {
	r := correction.Request{ID: row.ID, DonorKey: row.DonorKey, DonationID: row.DonationID, Subject: row.Subject, About: row.AboutOn,
		SiteID: row.SiteID, DeviceID: row.DeviceID, At: row.AskedAt.Time, State: row.State, AnsweredAt: row.AnsweredAt.Time, AnsweredBy: row.AnsweredBy}
	if len(row.Sealed) == 0 {
		return r, nil
	}
	r.Person = &identity.Person{}
	return r, s.openJSON("corrections", row.ID, row.Sealed, r.Person)
}
