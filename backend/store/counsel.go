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
	CaseIndex     *string // NULL until a case of an earlier version of the program is saved again
	Sealed        []byte
}

func (caseRow) TableName() string { return "counsel_cases" }

// casePadding is what each case is filled up to, in bytes, so that its size tells
// hardly anything of how often somebody was tried.
const casePadding = 2048

// caseDonation is the keyed hash the cases of a donation are found by: the donation's ID
// itself would tell whoever reads the database how its tests came out.
func (s *Store) caseDonation(donationID string) string {
	return s.keyring.Index("counsel-donation", donationID)
}

// caseIndex is the keyed hash of which there is one: of a donor and a donation.
func (s *Store) caseIndex(c counsel.Case) string {
	return s.keyring.Index("counsel-case", c.DonorID+"\x00"+c.DonationID)
}

// SaveCase implements counsel.Store.
func (s *Store) SaveCase(ctx context.Context, c counsel.Case) error {
	sealed, err := s.sealPadded("counsel_cases", c.ID, c, casePadding)
	if err != nil {
		return err
	}
	row := caseRow{ID: c.ID, SiteID: c.SiteID, DonationIndex: s.caseDonation(c.DonationID), CaseIndex: orNull(s.caseIndex(c)), Sealed: sealed}
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
func (s *Store) CasesOf(ctx context.Context, donationIDs []string) (map[string][]counsel.Case, error) {
	indexes := make([]string, len(donationIDs))
	for i, id := range donationIDs {
		indexes[i] = s.caseDonation(id)
	}
	var rows []caseRow
	if err := s.locked(ctx).Where("donation_index IN ?", indexes).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("find cases: %w", err))
	}
	all, err := s.casesFrom(rows)
	found := make(map[string][]counsel.Case, len(all))
	for _, c := range all {
		found[c.DonationID] = append(found[c.DonationID], c)
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
