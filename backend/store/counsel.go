package store

import (
	"context"
	"fmt"

	"lianxin/backend/counsel"
)

type caseRow struct {
	ID            string `gorm:"primaryKey"`
	SiteID        string
	IsOpen        int // 1 until it is closed
	DonationIndex string
	Sealed        []byte
}

func (caseRow) TableName() string { return "counsel_cases" }

// casePadding is what each case is filled up to, in bytes, so that its size tells
// hardly anything of how often somebody was tried.
const casePadding = 2048

// caseIndex is the keyed hash a case is found by: the donation's ID itself would
// tell whoever reads the database how its tests came out.
func (s *Store) caseIndex(donationID string) string {
	return s.keyring.Index("counsel-donation", donationID)
}

// SaveCase implements counsel.Store.
func (s *Store) SaveCase(ctx context.Context, c counsel.Case) error {
	sealed, err := s.sealPadded("counsel_cases", c.ID, c, casePadding)
	if err != nil {
		return err
	}
	row := caseRow{ID: c.ID, SiteID: c.SiteID, DonationIndex: s.caseIndex(c.DonationID), Sealed: sealed}
	if c.Status != counsel.Closed {
		row.IsOpen = 1
	}
	return translate(s.overwrite(ctx, &row))
}

// Case implements counsel.Store.
func (s *Store) Case(ctx context.Context, id string) (counsel.Case, error) {
	var row caseRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "counsel.not_found"); err != nil {
		return counsel.Case{}, err
	}
	return s.caseFrom(row)
}

// LockCase implements counsel.Store.
func (s *Store) LockCase(ctx context.Context, id string) (counsel.Case, error) {
	var row caseRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "counsel.not_found"); err != nil {
		return counsel.Case{}, err
	}
	return s.caseFrom(row)
}

func (s *Store) caseFrom(row caseRow) (c counsel.Case, err error) {
	return c, s.openJSON("counsel_cases", row.ID, row.Sealed, &c)
}

func (s *Store) casesFrom(rows []caseRow) ([]counsel.Case, error) {
	cases := make([]counsel.Case, len(rows))
	for i, row := range rows {
		var err error
		if cases[i], err = s.caseFrom(row); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// CasesOf implements counsel.Store.
func (s *Store) CasesOf(ctx context.Context, donationIDs []string) (map[string]counsel.Case, error) {
	indexes := make([]string, len(donationIDs))
	for i, id := range donationIDs {
		indexes[i] = s.caseIndex(id)
	}
	var rows []caseRow
	if err := s.write(ctx).Where("donation_index IN ?", indexes).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("find cases: %w", err))
	}
	all, err := s.casesFrom(rows)
	found := make(map[string]counsel.Case, len(all))
	for _, c := range all {
		found[c.DonationID] = c
	}
	return found, err
}

// Cases implements counsel.Store.
func (s *Store) Cases(ctx context.Context, siteIDs []string, closed bool, after string, limit int) ([]counsel.Case, error) {
	query := s.read(ctx).Where("is_open = ? AND id > ?", map[bool]int{false: 1, true: 0}[closed], after)
	if siteIDs != nil {
		query = query.Where("site_id IN ?", siteIDs)
	}
	var rows []caseRow
	if err := query.Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list cases: %w", err))
	}
	return s.casesFrom(rows)
}
