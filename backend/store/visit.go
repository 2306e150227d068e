package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/visit"
)

type visitRow struct {
	ID            string `gorm:"primaryKey"`
	SiteID        string
	DeviceID      string
	Day           calendar.Date
	Outcome       visit.Outcome
	Ticket        string
	TicketNumber  int
	Source        visit.Source
	DonorKey      string
	Product       donation.Product
	VolumeML      int `gorm:"column:volume_ml"`
	Units         int
	AppointmentID string
	Language      lang.Tag
	ArrivedAt     Instant
	ClockOffsetUs int64
	DuplicateOf   string
	Doubts        string // codes, separated by commas
	Sealed        []byte
}

func (visitRow) TableName() string { return "visits" }

// visitSealed is the personal part of a visit.
type visitSealed struct {
	Person      identity.Person
	Verdict     policy.Verdict
	Unprintable []string `json:",omitempty"`
	Findings    *int     `json:",omitempty"` // how many the screening has; absent in rows of before
}

type screeningRow struct {
	VisitID       string `gorm:"primaryKey"`
	Questionnaire string
	PackVersion   string
	Sealed        []byte
}

func (screeningRow) TableName() string { return "screenings" }

type exclusionRow struct {
	VisitID string `gorm:"primaryKey"`
	Sealed  []byte
}

func (exclusionRow) TableName() string { return "self_exclusions" }

// once is the index that keeps a person from being checked in twice on a day. A
// conflict with it is no error, so that a transaction around it goes on on
// PostgreSQL as well.
const once = "ON CONFLICT (donor_key, day) WHERE outcome = 'waiting' DO NOTHING"

// InsertVisit implements visit.Store. An ID that is taken is fault "visit.exists".
func (s *Store) InsertVisit(ctx context.Context, v visit.Visit) error {
	insert, err := s.PrepareVisit(v)
	if err != nil {
		return err
	}
	return insert(ctx, v)
}

// PrepareVisit implements visit.Store.
func (s *Store) PrepareVisit(v visit.Visit) (insert func(ctx context.Context, v visit.Visit) error, err error) {
	sealed, err := s.sealVisit(v)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, v visit.Visit) error {
		return s.together(ctx, func(ctx context.Context) error { return s.insertVisit(ctx, v, sealed) })
	}, nil
}

// sealedVisit is what of a visit is written sealed, each part in its own table.
type sealedVisit struct{ visit, exclusion, screening []byte }

// sealVisit splits the self-exclusion off before anything else is sealed.
func (s *Store) sealVisit(v visit.Visit) (sealed sealedVisit, err error) {
	if sealed.visit, err = s.sealPrivate(v); err != nil || v.Screening == nil {
		return sealed, err
	}
	sc := *v.Screening
	if sealed.exclusion, err = s.sealJSON("self_exclusions", v.ID, sc.Exclusion); err != nil {
		return sealed, err
	}
	var none consent.SelfExclusion
	sc.Exclusion = none
	sealed.screening, err = s.sealJSON("screenings", v.ID, sc)
	return sealed, err
}

func (s *Store) insertVisit(ctx context.Context, v visit.Visit, sealed sealedVisit) error {
	row := visitToRow(v, sealed.visit)
	written, err := s.insert(ctx, &row, once)
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fault.Wrap(err, fault.Conflict, "visit.exists")
	case err != nil:
		return fmt.Errorf("insert visit: %w", err)
	case written == 0:
		return fault.New(fault.Conflict, "visit.already_checked_in")
	case v.Screening == nil:
		return nil
	}
	if err := s.add(ctx, &exclusionRow{VisitID: v.ID, Sealed: sealed.exclusion}); err != nil {
		return fmt.Errorf("insert self-exclusion choice: %w", err)
	}
	screening := screeningRow{VisitID: v.ID, Questionnaire: v.Screening.Questionnaire, PackVersion: v.Screening.PackVersion, Sealed: sealed.screening}
	if err := s.add(ctx, &screening); err != nil {
		return fmt.Errorf("insert screening: %w", err)
	}
	return nil
}

// SaveForeignVisit keeps a visit another device recorded, unless it is known or
// this device checked the person in itself: the center settles that.
func (s *Store) SaveForeignVisit(ctx context.Context, v visit.Visit) error {
	sealed, err := s.sealPrivate(v)
	if err != nil {
		return err
	}
	row := visitToRow(v, sealed)
	return translate(s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// MarkDuplicate implements visit.Store.
func (s *Store) MarkDuplicate(ctx context.Context, id, of string) error {
	done := s.write(ctx).Model(&visitRow{}).Where("id = ? AND outcome = ? OR duplicate_of = ?", id, visit.Waiting, id).
		UpdateColumns(map[string]any{"outcome": visit.Duplicate, "duplicate_of": of})
	if done.Error != nil {
		return translate(fmt.Errorf("mark duplicate: %w", done.Error))
	}
	if done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "visit.not_found")
	}
	return nil
}

// DeleteForeignVisit forgets the visit of another device that does not wait any
// more. What was made here, with its answers, stays.
func (s *Store) DeleteForeignVisit(ctx context.Context, id, deviceID string) error {
	return translate(s.write(ctx).Delete(&visitRow{}, "id = ? AND device_id <> ? AND id NOT IN (SELECT visit_id FROM screenings)", id, deviceID).Error)
}

// sealPrivate seals the personal part of a visit.
func (s *Store) sealPrivate(v visit.Visit) ([]byte, error) {
	findings := 0
	if v.Screening != nil {
		findings = len(v.Screening.Findings)
	}
	return s.sealJSON("visits", v.ID, visitSealed{v.Person, v.Verdict, v.Unprintable, &findings})
}

func visitToRow(v visit.Visit, sealed []byte) visitRow {
	return visitRow{ID: v.ID, SiteID: v.SiteID, DeviceID: v.DeviceID, Day: v.Day, Outcome: v.Outcome,
		Ticket: v.Ticket, TicketNumber: v.TicketNumber, Source: v.Source, DonorKey: v.DonorKey,
		Product: v.Product, VolumeML: v.VolumeML, Units: v.Units, AppointmentID: v.AppointmentID,
		Language: v.Language, ArrivedAt: Instant{v.At}, ClockOffsetUs: v.ClockOffset.Microseconds(),
		DuplicateOf: v.DuplicateOf, Doubts: joined(v.Doubts), Sealed: sealed}
}

func (s *Store) visitFromRow(ctx context.Context, row visitRow) (visit.Visit, error) {
	var screening screeningRow
	if _, err := s.take(ctx, s.reader, &screening, "WHERE visit_id = ?", row.ID); err != nil {
		return visit.Visit{}, translate(fmt.Errorf("read screening: %w", err))
	}
	return s.visitOf(row, screening)
}

// visitOf opens a visit with its screening, which is empty for a visit without one.
func (s *Store) visitOf(row visitRow, screening screeningRow) (visit.Visit, error) {
	v, _, err := s.openVisit(row)
	if err != nil || screening.VisitID == "" {
		return v, err
	}
	v.Screening = &visit.Screening{}
	return v, s.openJSON("screenings", row.ID, screening.Sealed, v.Screening)
}

// openVisit opens a visit without its screening.
func (s *Store) openVisit(row visitRow) (visit.Visit, visitSealed, error) {
	var private visitSealed
	if err := s.openJSON("visits", row.ID, row.Sealed, &private); err != nil {
		return visit.Visit{}, private, err
	}
	return visit.Visit{ID: row.ID, SiteID: row.SiteID, DeviceID: row.DeviceID, Day: row.Day, Outcome: row.Outcome,
		Ticket: row.Ticket, TicketNumber: row.TicketNumber, Source: row.Source, DonorKey: row.DonorKey,
		Person: private.Person, Unprintable: private.Unprintable, Product: row.Product, VolumeML: row.VolumeML, Units: row.Units,
		AppointmentID: row.AppointmentID, Language: row.Language, Verdict: private.Verdict,
		At: row.ArrivedAt.Time, ClockOffset: time.Duration(row.ClockOffsetUs) * time.Microsecond,
		DuplicateOf: row.DuplicateOf, Doubts: split[visit.Doubt](row.Doubts)}, private, nil
}

// Visit implements visit.Store.
func (s *Store) Visit(ctx context.Context, id string) (visit.Visit, error) {
	var row visitRow
	found, err := s.take(ctx, s.reader, &row, "WHERE id = ?", id)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "visit.not_found")
	}
	if err != nil {
		return visit.Visit{}, translate(err)
	}
	return s.visitFromRow(ctx, row)
}

// WaitingVisit implements visit.Store.
func (s *Store) WaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (visit.Visit, bool, error) {
	return s.waitingVisit(ctx, s.read(ctx), donorKey, day)
}

// lockAttempts is how often a row is looked for that others change meanwhile.
const lockAttempts = 5

// LockWaitingVisit implements visit.Store. On PostgreSQL a row that somebody else
// made a duplicate while this one waited for it is not found; the one that waits
// since then is, by the next statement.
func (s *Store) LockWaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (v visit.Visit, ok bool, err error) {
	for range lockAttempts {
		if v, ok, err = s.waitingVisit(ctx, s.locked(ctx), donorKey, day); ok || err != nil {
			return v, ok, err
		}
	}
	return v, false, nil
}

func (s *Store) waitingVisit(ctx context.Context, query *gorm.DB, donorKey string, day calendar.Date) (visit.Visit, bool, error) {
	var row visitRow
	err := query.Take(&row, "donor_key = ? AND day = ? AND outcome = ?", donorKey, day, visit.Waiting).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return visit.Visit{}, false, nil
	}
	if err != nil {
		return visit.Visit{}, false, translate(fmt.Errorf("find waiting visit: %w", err))
	}
	v, err := s.visitFromRow(ctx, row)
	return v, err == nil, err
}

// VisitsAt implements visit.Store.
func (s *Store) VisitsAt(ctx context.Context, siteID string, day calendar.Date) ([]visit.Visit, error) {
	var rows []visitRow
	err := s.read(ctx).Order(arrival+", id").Find(&rows, "site_id = ? AND day = ?", siteID, day).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list visits: %w", err))
	}
	screenings, err := s.screeningsAt(ctx, siteID, day)
	if err != nil {
		return nil, err
	}
	visits := make([]visit.Visit, 0, len(rows))
	for _, row := range rows {
		v, err := s.visitOf(row, screenings[row.ID])
		if err != nil {
			return nil, err
		}
		visits = append(visits, v)
	}
	return visits, nil
}

// screeningsAt reads all screenings of a site's day at once, by visit. They are
// written with their visits, so one that came since belongs to a visit not yet seen.
func (s *Store) screeningsAt(ctx context.Context, siteID string, day calendar.Date) (map[string]screeningRow, error) {
	var rows []screeningRow
	visits := s.read(ctx).Model(&visitRow{}).Select("id").Where("site_id = ? AND day = ?", siteID, day)
	if err := s.read(ctx).Find(&rows, "visit_id IN (?)", visits).Error; err != nil {
		return nil, translate(fmt.Errorf("list screenings: %w", err))
	}
	found := make(map[string]screeningRow, len(rows))
	for _, row := range rows {
		found[row.VisitID] = row
	}
	return found, nil
}

// NextTicketNumber implements visit.Store.
func (s *Store) NextTicketNumber(ctx context.Context, deviceID string, day calendar.Date) (int, error) {
	var highest int
	err := s.write(ctx).Model(&visitRow{}).Where("device_id = ? AND day = ?", deviceID, day).
		Select("COALESCE(MAX(ticket_number), 0)").Scan(&highest).Error
	if err != nil {
		return 0, translate(fmt.Errorf("next ticket number: %w", err))
	}
	return highest + 1, nil
}
