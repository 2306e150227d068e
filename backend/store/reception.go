package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/reception"
	"lianxin/backend/visit"
)

type receptionRow struct {
	VisitID    string `gorm:"primaryKey"`
	SiteID     string
	Day        calendar.Date
	State      reception.State
	Version    int64
	CallID     string
	CallNumber int64
	CalledAt   Instant
	Counter    string
	ChangedAt  Instant
	ChangedBy  string
	Sealed     []byte
}

func (receptionRow) TableName() string { return "receptions" }

// receptionSealed is the personal part of a record.
type receptionSealed struct {
	Interview reception.Interview
	Outcome   *reception.Outcome `json:",omitempty"`
	Undone    []reception.Undone `json:",omitempty"`
}

type receptionDayRow struct {
	SiteID   string        `gorm:"primaryKey"`
	Day      calendar.Date `gorm:"primaryKey"`
	LastCall int64
	Changes  int64
}

func (receptionDayRow) TableName() string { return "reception_days" }

// LockReception implements reception.Store.
func (s *Store) LockReception(ctx context.Context, siteID string, day calendar.Date) (int64, error) {
	err := s.write(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&receptionDayRow{SiteID: siteID, Day: day}).Error
	if err != nil {
		return 0, translate(fmt.Errorf("begin a day at a desk: %w", err))
	}
	var row receptionDayRow
	err = s.locked(ctx).Take(&row, "site_id = ? AND day = ?", siteID, day).Error
	return row.LastCall, translate(err)
}

// Reception implements reception.Store.
func (s *Store) Reception(ctx context.Context, visitID string) (reception.Record, error) {
	var row receptionRow
	err := s.read(ctx).Take(&row, "visit_id = ?", visitID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return reception.Record{VisitID: visitID, State: reception.Waiting}, nil
	}
	if err != nil {
		return reception.Record{}, translate(fmt.Errorf("read a visit's reception: %w", err))
	}
	return s.receptionFrom(row)
}

// ReceptionByCall implements reception.Store.
func (s *Store) ReceptionByCall(ctx context.Context, callID string) (r reception.Record, ok bool, err error) {
	var row receptionRow
	err = s.read(ctx).Take(&row, "call_id = ?", callID).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r, false, nil
	}
	if err != nil {
		return r, false, translate(fmt.Errorf("find a call: %w", err))
	}
	r, err = s.receptionFrom(row)
	return r, err == nil, err
}

// NextWaiting implements reception.Store.
func (s *Store) NextWaiting(ctx context.Context, siteID string, day calendar.Date) (visitID string, ok bool, err error) {
	err = s.read(ctx).Raw("SELECT visits.id FROM visits LEFT JOIN receptions ON receptions.visit_id = visits.id "+
		"WHERE visits.site_id = ? AND visits.day = ? AND visits.outcome = ? AND (receptions.visit_id IS NULL OR receptions.state = ?) "+
		"ORDER BY "+arrival+", visits.id LIMIT 1", siteID, day, visit.Waiting, reception.Waiting).Row().Scan(&visitID)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return visitID, err == nil, translate(err)
}

// SaveReception implements reception.Store.
func (s *Store) SaveReception(ctx context.Context, r reception.Record) error {
	sealed, err := s.sealJSON("receptions", r.VisitID, receptionSealed{r.Interview, r.Outcome, r.Undone})
	if err != nil {
		return err
	}
	row := receptionRow{VisitID: r.VisitID, SiteID: r.SiteID, Day: r.Day, State: r.State, Version: r.Version, CallID: r.CallID,
		CallNumber: r.CallNumber, CalledAt: Instant{r.CalledAt}, Counter: r.Counter, ChangedAt: Instant{r.ChangedAt}, ChangedBy: r.ChangedBy, Sealed: sealed}
	if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save a visit's reception: %w", err))
	}
	// A call taken back leaves its number unused: what a waiting room shows only goes on.
	_, err = s.exec(ctx, "UPDATE reception_days SET changes = changes + 1, last_call = CASE WHEN last_call > ? THEN last_call ELSE ? END WHERE site_id = ? AND day = ?",
		r.CallNumber, r.CallNumber, r.SiteID, r.Day)
	return translate(err)
}

// ReceptionsAt returns the records of a site's day by their visits.
func (s *Store) ReceptionsAt(ctx context.Context, siteID string, day calendar.Date) (map[string]reception.Record, error) {
	var rows []receptionRow
	if err := s.read(ctx).Find(&rows, "site_id = ? AND day = ?", siteID, day).Error; err != nil {
		return nil, translate(fmt.Errorf("list receptions: %w", err))
	}
	found := make(map[string]reception.Record, len(rows))
	for _, row := range rows {
		r, err := s.receptionFrom(row)
		if err != nil {
			return nil, err
		}
		found[r.VisitID] = r
	}
	return found, nil
}

// ReceptionMark names everything a list of a site's day shows: another name, another list.
func (s *Store) ReceptionMark(ctx context.Context, siteID string, day calendar.Date) (string, error) {
	var visits, duplicates, changes int64
	err := s.read(ctx).Raw("SELECT COUNT(*), COALESCE(SUM(CASE WHEN outcome = ? THEN 1 ELSE 0 END), 0), "+
		"COALESCE((SELECT changes FROM reception_days WHERE site_id = ? AND day = ?), 0) FROM visits WHERE site_id = ? AND day = ?",
		visit.Duplicate, siteID, day, siteID, day).Row().Scan(&visits, &duplicates, &changes)
	if err != nil {
		return "", translate(fmt.Errorf("mark of a day: %w", err))
	}
	mark := day.String()
	for _, n := range []int64{visits, duplicates, changes} {
		mark += "." + strconv.FormatInt(n, 10)
	}
	return mark, nil
}

// CalledTicket is a number that was called.
type CalledTicket struct {
	Ticket     string
	Counter    string
	CallNumber int64
	CalledAt   Instant
}

// CalledAt returns the last numbers called at a site on a day, the newest first. Nothing
// sealed is opened for it.
func (s *Store) CalledAt(ctx context.Context, siteID string, day calendar.Date, limit int) ([]CalledTicket, error) {
	var called []CalledTicket
	err := s.read(ctx).Raw("SELECT visits.ticket, receptions.counter, receptions.call_number, receptions.called_at FROM receptions "+
		"JOIN visits ON visits.id = receptions.visit_id WHERE receptions.site_id = ? AND receptions.day = ? AND receptions.call_number > 0 "+
		"ORDER BY receptions.call_number DESC LIMIT ?", siteID, day, limit).Scan(&called).Error
	return called, translate(err)
}

// DeleteDeferral takes a deferral back. Fault "donor.deferral_not_found".
func (s *Store) DeleteDeferral(ctx context.Context, id string) error {
	done := s.write(ctx).Delete(&deferralRow{}, "id = ?", id)
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.NotFound, "donor.deferral_not_found")
	}
	return translate(done.Error)
}

func (s *Store) receptionFrom(row receptionRow) (reception.Record, error) {
	var private receptionSealed
	if err := s.openJSON("receptions", row.VisitID, row.Sealed, &private); err != nil {
		return reception.Record{}, err
	}
	return reception.Record{VisitID: row.VisitID, SiteID: row.SiteID, Day: row.Day, State: row.State, Version: row.Version, CallID: row.CallID,
		CallNumber: row.CallNumber, CalledAt: row.CalledAt.Time, Counter: row.Counter, ChangedAt: row.ChangedAt.Time, ChangedBy: row.ChangedBy,
		Interview: private.Interview, Outcome: private.Outcome, Undone: private.Undone}, nil
}

// CountUncalled counts who waits at a site and was not called.
func (s *Store) CountUncalled(ctx context.Context, siteID string, day calendar.Date) (int, error) {
	var n int
	err := s.read(ctx).Raw("SELECT COUNT(*) FROM visits LEFT JOIN receptions ON receptions.visit_id = visits.id "+
		"WHERE visits.site_id = ? AND visits.day = ? AND visits.outcome = ? AND (receptions.visit_id IS NULL OR receptions.state = ?)",
		siteID, day, visit.Waiting, reception.Waiting).Row().Scan(&n)
	return n, translate(err)
}
