package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/intake"
)

type intakeRow struct {
	StationID  string `gorm:"primaryKey"`
	RecordID   string `gorm:"primaryKey"`
	Digest     string
	DonorID    string
	DonationID string
	AppliedAt  Instant
}

func (intakeRow) TableName() string { return "intake_records" }

type supersededRow struct {
	ID         string `gorm:"primaryKey"`
	DonationID string
	ReplacedAt Instant
	Sealed     []byte
}

func (supersededRow) TableName() string { return "superseded_records" }

// personIndex is the keyed hash under which the same person is noticed; "" without a phone.
func (s *Store) personIndex(d donor.Donor) string {
	phone := d.PhoneForm()
	if phone == "" || d.Person.Born.IsZero() {
		return ""
	}
	return s.keyring.Index("donor-person", strings.Join([]string{d.NameForm(), d.Person.Born.String(), string(d.Person.Sex), phone}, "\x00"))
}

// grown are the tables an import fills.
const grown = "donors, donations, results, result_markers, intake_records, gate_entries, changes, point_entries, point_postings, point_lots"

// Count has PostgreSQL look at how large the tables are that an import fills. It keeps the plans it
// made of statements, and of its own checks that a donor is there: those made while a table
// was empty read all of it for every row until somebody tells it. SQLite needs none.
func (s *Store) Count(ctx context.Context) error {
	if s.engine != Postgres {
		return nil
	}
	_, err := s.exec(ctx, "ANALYZE "+grown)
	return translate(err)
}

// longLog is how many pages the write-ahead log of SQLite may have during an import before it
// is brought into the database file: 64 MB. Usually they are checkpointPages.
const longLog = 16_000

// InBulk runs do while the write-ahead log of SQLite may grow long: an import writes the same
// pages again and again, and each time they are brought into the database it waits for the
// disk twice. A commit is as durable as ever.
func (s *Store) InBulk(ctx context.Context, do func() error) error {
	if s.engine != SQLite {
		return do()
	}
	grow := func(pages int) error {
		_, err := s.exec(context.WithoutCancel(ctx), fmt.Sprintf("PRAGMA wal_autocheckpoint = %d", pages))
		return translate(err)
	}
	if err := grow(longLog); err != nil {
		return err
	}
	err := do()
	return errors.Join(err, grow(checkpointPages))
}

// Known implements intake.Store.
func (s *Store) Known(ctx context.Context, stationID string, recordIDs []string) (map[string]intake.Known, error) {
	var rows []intakeRow
	if err := s.read(ctx).Where("station_id = ? AND record_id IN ?", stationID, recordIDs).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("look records up: %w", err))
	}
	known := make(map[string]intake.Known, len(rows))
	for _, r := range rows {
		known[r.RecordID] = intake.Known{RecordID: r.RecordID, Digest: r.Digest, DonorID: r.DonorID, DonationID: r.DonationID, At: r.AppliedAt.Time}
	}
	return known, nil
}

// SaveKnown implements intake.Store.
func (s *Store) SaveKnown(ctx context.Context, stationID string, all ...intake.Known) error {
	rows := make([]intakeRow, len(all))
	for i, k := range all {
		rows[i] = intakeRow{StationID: stationID, RecordID: k.RecordID, Digest: k.Digest, DonorID: k.DonorID, DonationID: k.DonationID, AppliedAt: Instant{k.At}}
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("remember records: %w", err)
	}
	return nil
}

// Supersede implements intake.Store.
func (s *Store) Supersede(ctx context.Context, all ...intake.Superseded) error {
	rows := make([]supersededRow, len(all))
	for i, old := range all {
		sealed, err := s.sealJSON("superseded_records", old.ID, old)
		if err != nil {
			return err
		}
		rows[i] = supersededRow{ID: old.ID, DonationID: old.Donation.ID, ReplacedAt: Instant{old.At}, Sealed: sealed}
	}
	if err := saveRows(ctx, s, rows); err != nil {
		return fmt.Errorf("keep what is replaced: %w", err)
	}
	return nil
}

// SupersededOf implements intake.Store.
func (s *Store) SupersededOf(ctx context.Context, donationID string) ([]intake.Superseded, error) {
	var rows []supersededRow
	if err := s.read(ctx).Where("donation_id = ?", donationID).Order("replaced_at, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("read what was replaced: %w", err))
	}
	all := make([]intake.Superseded, len(rows))
	for i, row := range rows {
		if err := s.openJSON("superseded_records", row.ID, row.Sealed, &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// DonorsByKeys implements intake.Store.
func (s *Store) DonorsByKeys(ctx context.Context, keys []string) (map[string]donor.Donor, error) {
	all, err := s.donorsWhere(ctx, "donor_key IN ?", keys)
	found := make(map[string]donor.Donor, len(all))
	for _, d := range all {
		found[d.Key] = d
	}
	return found, err
}

// DonorsByIDs implements intake.Store.
func (s *Store) DonorsByIDs(ctx context.Context, ids []string) (map[string]donor.Donor, error) {
	all, err := s.donorsWhere(ctx, "id IN ?", ids)
	found := make(map[string]donor.Donor, len(all))
	for _, d := range all {
		found[d.ID] = d
	}
	return found, err
}

func (s *Store) donorsWhere(ctx context.Context, where string, in []string) ([]donor.Donor, error) {
	var rows []donorRow
	if err := s.read(ctx).Where(where, in).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("find donors: %w", err))
	}
	return s.donorsFromRows(rows)
}

// Alike implements intake.Store.
func (s *Store) Alike(ctx context.Context, donors []donor.Donor) (map[string][]string, error) {
	indexes := make([]string, 0, len(donors))
	for _, d := range donors {
		if index := s.personIndex(d); index != "" {
			indexes = append(indexes, index)
		}
	}
	var rows []struct{ ID, PersonIndex string }
	err := s.read(ctx).Model(&donorRow{}).Select("id, person_index").Where("person_index IN ?", indexes).Order("id").Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("look for the same people: %w", err))
	}
	by := map[string][]string{}
	for _, r := range rows {
		by[r.PersonIndex] = append(by[r.PersonIndex], r.ID)
	}
	alike := map[string][]string{}
	for _, d := range donors {
		for _, id := range by[s.personIndex(d)] {
			if id != d.ID {
				alike[d.ID] = append(alike[d.ID], id)
			}
		}
	}
	return alike, nil
}

// DonationsByDIN implements intake.Store.
func (s *Store) DonationsByDIN(ctx context.Context, numbers []donation.DIN) (map[donation.DIN]donor.Donation, error) {
	var rows []donationRow
	if err := s.read(ctx).Where("din IN ?", numbers).Order("id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("find donations: %w", err))
	}
	found := make(map[donation.DIN]donor.Donation, len(rows))
	for _, r := range rows {
		found[r.DIN] = r.donation()
	}
	return found, nil
}

// DonationsByIDs implements intake.Store.
func (s *Store) DonationsByIDs(ctx context.Context, ids []string) (map[string]donor.Donation, error) {
	var rows []donationRow
	if err := s.read(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("find donations: %w", err))
	}
	found := make(map[string]donor.Donation, len(rows))
	for _, r := range rows {
		found[r.ID] = r.donation()
	}
	return found, nil
}
