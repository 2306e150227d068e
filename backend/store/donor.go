package store

import (
	"context"
	"fmt"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
)

type donorRow struct {
	ID        string `gorm:"primaryKey"`
	StationID string
	SiteID    string
	DonorKey  string
	CardIndex *string // NULL before the donor has a card: nobody shares none
	CardKey   *string // NULL everywhere but at the center
	// PersonIndex and MergedInto are NULL at a kiosk, which is told neither phone nor merges.
	PersonIndex *string
	MergedInto  *string
	Sealed      []byte
}

func (donorRow) TableName() string { return "donors" }

type donorSealed struct {
	Card   string
	Person identity.Person
	Phone  string
	ABO    string
	RhD    string
}

type donationRow struct {
	ID       string `gorm:"primaryKey"`
	DonorID  string
	SiteID   string
	DIN      donation.DIN `gorm:"column:din"`
	Product  donation.Product
	VolumeML int `gorm:"column:volume_ml"`
	Units    int
	GivenOn  calendar.Date
	Reaction int
}

func (donationRow) TableName() string { return "donations" }

type deferralRow struct {
	ID       string `gorm:"primaryKey"`
	DonorID  string
	FromOn   calendar.Date
	UntilOn  calendar.Date
	Products string
	Sealed   []byte // the rule: it says what somebody has or did
}

func (deferralRow) TableName() string { return "deferrals" }

// SaveDonor implements donor.Store.
func (s *Store) SaveDonor(ctx context.Context, d donor.Donor) error { return s.SaveDonors(ctx, d) }

// SaveDonors is SaveDonor for many, each of them once.
func (s *Store) SaveDonors(ctx context.Context, all ...donor.Donor) error {
	rows := make([]donorRow, len(all))
	for i, d := range all {
		sealed, err := s.sealJSON("donors", d.ID, donorSealed{d.Card, d.Person, d.Phone, d.ABO, d.RhD})
		if err != nil {
			return err
		}
		rows[i] = donorRow{ID: d.ID, StationID: d.StationID, SiteID: d.SiteID, DonorKey: d.Key, Sealed: sealed,
			CardKey: orNull(d.CardKey), PersonIndex: orNull(s.personIndex(d)), MergedInto: orNull(d.MergedInto)}
		if d.Card != "" {
			rows[i].CardIndex = orNull(s.keyring.Index("donor-card", d.Card))
		}
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("save donors: %w", err)
	}
	return nil
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// DeleteDonor implements donor.Store.
func (s *Store) DeleteDonor(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&donorRow{}, "id = ?", id).Error)
}

// Donor implements donor.Store.
func (s *Store) Donor(ctx context.Context, id string) (donor.Donor, error) {
	return s.donorWhere(ctx, "id = ?", id)
}

// DonorByKey implements donor.Store.
func (s *Store) DonorByKey(ctx context.Context, key string) (donor.Donor, error) {
	return s.donorWhere(ctx, "donor_key = ?", key)
}

// DonorByCard implements donor.Store.
func (s *Store) DonorByCard(ctx context.Context, card string) (donor.Donor, error) {
	return s.donorWhere(ctx, "card_index = ?", s.keyring.Index("donor-card", card))
}

func (s *Store) donorWhere(ctx context.Context, where string, arg string) (donor.Donor, error) {
	var row donorRow
	if err := first(s.read(ctx).Where(where, arg), &row, "donor.not_found"); err != nil {
		return donor.Donor{}, err
	}
	return s.donorFromRow(row)
}

func (s *Store) donorFromRow(row donorRow) (donor.Donor, error) {
	var private donorSealed
	if err := s.openJSON("donors", row.ID, row.Sealed, &private); err != nil {
		return donor.Donor{}, err
	}
	d := donor.Donor{ID: row.ID, StationID: row.StationID, SiteID: row.SiteID, Key: row.DonorKey,
		Card: private.Card, Person: private.Person, Phone: private.Phone, ABO: private.ABO, RhD: private.RhD}
	if row.MergedInto != nil {
		d.MergedInto = *row.MergedInto
	}
	return d, nil
}

// InsertDonation implements donor.Store.
func (s *Store) InsertDonation(ctx context.Context, d donor.Donation) error {
	row := donationToRow(d)
	if err := s.write(ctx).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("insert donation: %w", err))
	}
	return nil
}

// SaveDonations inserts or replaces by ID, each of them once.
func (s *Store) SaveDonations(ctx context.Context, all ...donor.Donation) error {
	rows := make([]donationRow, len(all))
	for i, d := range all {
		rows[i] = donationToRow(d)
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("save donations: %w", err)
	}
	return nil
}

func donationToRow(d donor.Donation) donationRow {
	row := donationRow{ID: d.ID, DonorID: d.DonorID, SiteID: d.SiteID, DIN: d.DIN, Product: d.Product,
		VolumeML: d.VolumeML, Units: d.Units, GivenOn: d.On}
	if d.Reaction {
		row.Reaction = 1
	}
	return row
}

func (r donationRow) donation() donor.Donation {
	return donor.Donation{ID: r.ID, DonorID: r.DonorID, SiteID: r.SiteID, DIN: r.DIN,
		Product: r.Product, VolumeML: r.VolumeML, Units: r.Units, On: r.GivenOn, Reaction: r.Reaction != 0}
}

// DonationsOf implements donor.Store.
func (s *Store) DonationsOf(ctx context.Context, donorID string) ([]donor.Donation, error) {
	all, err := s.DonationsOfAll(ctx, []string{donorID})
	return append([]donor.Donation{}, all[donorID]...), err
}

// DonationsOfAll implements screening.Crowd.
func (s *Store) DonationsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Donation, error) {
	same, err := s.samePeople(ctx, donorIDs)
	if err != nil {
		return nil, err
	}
	among, list, err := s.among("donor_id", same.everybody(donorIDs))
	if err != nil {
		return nil, err
	}
	rows, err := find[donationRow](ctx, s, s.reader, "WHERE "+among+" ORDER BY given_on DESC, id", list)
	if err != nil {
		return nil, translate(fmt.Errorf("list donations: %w", err))
	}
	donations := map[string][]donor.Donation{}
	for _, r := range rows {
		for _, id := range same.asked(r.DonorID) {
			donations[id] = append(donations[id], r.donation())
		}
	}
	return donations, nil
}

// InsertDeferral implements donor.Store.
func (s *Store) InsertDeferral(ctx context.Context, d donor.Deferral) error {
	sealed, err := s.sealJSON("deferrals", d.ID, d.RuleID)
	if err != nil {
		return err
	}
	row := deferralRow{ID: d.ID, DonorID: d.DonorID, FromOn: d.From, UntilOn: d.Until,
		Products: joined(d.Products), Sealed: sealed}
	if err := s.write(ctx).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("insert deferral: %w", err))
	}
	return nil
}

// DeferralsOf implements donor.Store.
func (s *Store) DeferralsOf(ctx context.Context, donorID string) ([]donor.Deferral, error) {
	all, err := s.DeferralsOfAll(ctx, []string{donorID})
	return append([]donor.Deferral{}, all[donorID]...), err
}

// DeferralsOfAll implements screening.Crowd.
func (s *Store) DeferralsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Deferral, error) {
	same, err := s.samePeople(ctx, donorIDs)
	if err != nil {
		return nil, err
	}
	var rows []deferralRow
	if err := s.read(ctx).Where("donor_id IN ?", same.everybody(donorIDs)).Order("COALESCE(from_on, '') DESC, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list deferrals: %w", err))
	}
	deferrals := map[string][]donor.Deferral{}
	for _, r := range rows {
		d := donor.Deferral{ID: r.ID, DonorID: r.DonorID, From: r.FromOn, Until: r.UntilOn, Products: split[donation.Product](r.Products)} // none names every product
		if err := s.openJSON("deferrals", r.ID, r.Sealed, &d.RuleID); err != nil {
			return nil, err
		}
		for _, id := range same.asked(r.DonorID) {
			deferrals[id] = append(deferrals[id], d)
		}
	}
	return deferrals, nil
}

// DonorsAfter implements screening.Crowd.
func (s *Store) DonorsAfter(ctx context.Context, id string, limit int) ([]donor.Donor, error) {
	var rows []donorRow
	if err := s.read(ctx).Where("id > ?", id).Order("id").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list donors: %w", err))
	}
	return s.donorsFromRows(rows)
}

func (s *Store) donorsFromRows(rows []donorRow) ([]donor.Donor, error) {
	donors := make([]donor.Donor, 0, len(rows))
	for _, row := range rows {
		d, err := s.donorFromRow(row)
		if err != nil {
			return nil, err
		}
		donors = append(donors, d)
	}
	return donors, nil
}

// DonorsAt returns up to limit donors of a site by ID.
func (s *Store) DonorsAt(ctx context.Context, siteID string, limit int) ([]donor.Donor, error) {
	var ids []string
	err := s.read(ctx).Model(&donorRow{}).Where("site_id = ?", siteID).Order("id").Limit(limit).Pluck("id", &ids).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list donors: %w", err))
	}
	found := make([]donor.Donor, 0, len(ids))
	for _, id := range ids {
		d, err := s.Donor(ctx, id)
		if err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, nil
}
