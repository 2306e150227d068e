package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lianxin/backend/claim"
	"lianxin/backend/hospital"
	"lianxin/backend/relief"
)

type hospitalCaseRow struct {
	ID         string `gorm:"primaryKey"`
	HospitalID string
	District   string
	Reference  string
	NumberMark string
	State      relief.State
	Version    int
	ML         int64 `gorm:"column:ml"`
	WaivedFen  int64
	MadeAt     Instant
	Sealed     []byte
}

func (hospitalCaseRow) TableName() string { return "hospital_cases" }

// hospitalMarkRow is a line of a patient, by a keyed hash that claims have as well.
type hospitalMarkRow struct {
	Mark   string `gorm:"primaryKey"`
	CaseID string `gorm:"primaryKey"`
}

func (hospitalMarkRow) TableName() string { return "hospital_case_marks" }

type hospitalEventRow struct {
	CaseID     string `gorm:"primaryKey"`
	Seq        int    `gorm:"primaryKey"`
	HospitalID string
	At         Instant
	ByID       string
	Act        hospital.Act
	Reason     hospital.Reason
	State      relief.State
	ML         int64 `gorm:"column:ml"`
	WaivedFen  int64
	GrewML     int64 `gorm:"column:grew_ml"`
	GrewFen    int64
}

func (hospitalEventRow) TableName() string { return "hospital_events" }

// numberMark is by what a hospital's own number is found.
func (s *Store) numberMark(hospitalID, number string) string {
	return s.keyring.Index("hospital-number", hospitalID+"\n"+number)
}

func (s *Store) hospitalCaseToRow(c hospital.Case) (hospitalCaseRow, error) {
	sealed, err := s.sealJSON("hospital_cases", c.ID, c)
	return hospitalCaseRow{ID: c.ID, HospitalID: c.HospitalID, District: c.District, Reference: c.Reference, NumberMark: s.numberMark(c.HospitalID, c.Number),
		State: c.State, Version: c.Version, ML: c.ML, WaivedFen: c.WaivedFen, MadeAt: Instant{c.MadeAt}, Sealed: sealed}, err
}

func (s *Store) hospitalCaseFrom(r hospitalCaseRow) (c hospital.Case, err error) {
	return c, s.openJSON("hospital_cases", r.ID, r.Sealed, &c)
}

// InsertHospitalCase implements hospital.Store.
func (s *Store) InsertHospitalCase(ctx context.Context, c hospital.Case) (bool, error) {
	row, err := s.hospitalCaseToRow(c)
	if err != nil {
		return false, err
	}
	n, err := s.insert(ctx, &row, "ON CONFLICT (hospital_id, number_mark) DO NOTHING")
	if err != nil {
		return false, translate(fmt.Errorf("insert case: %w", err))
	}
	return n > 0, nil
}

// SaveHospitalCase implements hospital.Store.
func (s *Store) SaveHospitalCase(ctx context.Context, c hospital.Case) error {
	row, err := s.hospitalCaseToRow(c)
	if err != nil {
		return err
	}
	if err := s.overwrite(ctx, &row); err != nil {
		return translate(fmt.Errorf("save case: %w", err))
	}
	if _, err := s.exec(ctx, "DELETE FROM hospital_case_marks WHERE case_id = ?", c.ID); err != nil {
		return translate(fmt.Errorf("forget marks of a case: %w", err))
	}
	var marks []hospitalMarkRow
	for _, mark := range s.hospitalMarks(c) {
		marks = append(marks, hospitalMarkRow{mark, c.ID})
	}
	_, err = insertAll(ctx, s, marks, "")
	return translate(err)
}

// hospitalMarks are by what a claim finds a case; a case that is over is in nobody's way.
func (s *Store) hospitalMarks(c hospital.Case) []string {
	if c.IsOver() {
		return nil
	}
	told := c.Inquiry.Told()
	return s.claimMarks(append(told.LineMarks(), told.PatientMarks()...))
}

// HospitalCasesFor lists cases that share a mark with a claim's content, its patient's or a
// line's: all of them, for the one that is left out could be the one that matters.
func (s *Store) HospitalCasesFor(ctx context.Context, shared []claim.Mark) ([]hospital.Case, error) {
	var ids []string
	marks := s.claimMarks(shared)
	if len(marks) == 0 {
		return nil, nil
	}
	err := s.write(ctx).Model(&hospitalMarkRow{}).Where("mark IN ?", marks).Distinct("case_id").Order("case_id").Pluck("case_id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, translate(err)
	}
	found, err := s.hospitalCasesByID(ctx, ids)
	all := make([]hospital.Case, 0, len(ids))
	for _, id := range ids {
		all = append(all, found[id])
	}
	return all, err
}

func (s *Store) hospitalCaseWhere(db *gorm.DB, condition string, args ...any) (hospital.Case, error) {
	var row hospitalCaseRow
	if err := first(db.Where(condition, args...), &row, "hospital.case_not_found"); err != nil {
		return hospital.Case{}, err
	}
	return s.hospitalCaseFrom(row)
}

// HospitalCaseByNumber implements hospital.Store.
func (s *Store) HospitalCaseByNumber(ctx context.Context, hospitalID, number string) (hospital.Case, error) {
	return s.hospitalCaseWhere(s.read(ctx), "hospital_id = ? AND number_mark = ?", hospitalID, s.numberMark(hospitalID, number))
}

// HospitalCase implements hospital.Store.
func (s *Store) HospitalCase(ctx context.Context, hospitalID, id string) (hospital.Case, error) {
	return s.hospitalCaseWhere(s.read(ctx), "id = ? AND hospital_id = ?", id, hospitalID)
}

// LockHospitalCase implements hospital.Store.
func (s *Store) LockHospitalCase(ctx context.Context, hospitalID, id string) (hospital.Case, error) {
	return s.hospitalCaseWhere(s.locked(ctx), "id = ? AND hospital_id = ?", id, hospitalID)
}

// NextHospitalNumber implements hospital.Store.
func (s *Store) NextHospitalNumber(ctx context.Context, district string, year int) (n int, err error) {
	err = s.scan(ctx, s.writer, []any{&n}, `INSERT INTO hospital_numbers (district, year, given) VALUES (?, ?, 1)
		ON CONFLICT (district, year) DO UPDATE SET given = hospital_numbers.given + 1 RETURNING given`, district, year)
	if err != nil {
		return 0, translate(fmt.Errorf("number of a case: %w", err))
	}
	return n, nil
}

// AppendHospitalEvent implements hospital.Store.
func (s *Store) AppendHospitalEvent(ctx context.Context, e hospital.Event) error {
	return translate(s.add(ctx, &hospitalEventRow{CaseID: e.CaseID, Seq: e.Seq, HospitalID: e.HospitalID, At: Instant{e.At}, ByID: e.By, Act: e.Act, Reason: e.Reason,
		State: e.State, ML: e.ML, WaivedFen: e.WaivedFen, GrewML: e.GrewML, GrewFen: e.GrewFen}))
}

// HospitalEvents implements hospital.Store.
func (s *Store) HospitalEvents(ctx context.Context, hospitalID string, from, until time.Time) ([]hospital.Event, map[string]hospital.Case, error) {
	rows, err := find[hospitalEventRow](ctx, s, s.reader, "WHERE hospital_id = ? AND at >= ? AND at < ? ORDER BY at, case_id, seq", hospitalID, Instant{from}, Instant{until})
	if err != nil {
		return nil, nil, translate(fmt.Errorf("list what was done with cases: %w", err))
	}
	events, ids, seen := make([]hospital.Event, len(rows)), []string{}, map[string]bool{}
	for i, r := range rows {
		events[i] = hospital.Event{CaseID: r.CaseID, HospitalID: r.HospitalID, Seq: r.Seq, At: r.At.Time, By: r.ByID, Act: r.Act, Reason: r.Reason, State: r.State,
			ML: r.ML, WaivedFen: r.WaivedFen, GrewML: r.GrewML, GrewFen: r.GrewFen}
		if !seen[r.CaseID] {
			seen[r.CaseID] = true
			ids = append(ids, r.CaseID)
		}
	}
	cases, err := s.hospitalCasesByID(ctx, ids)
	return events, cases, err
}

func (s *Store) hospitalCasesByID(ctx context.Context, ids []string) (map[string]hospital.Case, error) {
	among, list, err := s.among("id", ids)
	if err != nil {
		return nil, err
	}
	rows, err := find[hospitalCaseRow](ctx, s, s.reader, "WHERE "+among, list)
	if err != nil {
		return nil, translate(fmt.Errorf("find cases: %w", err))
	}
	cases := make(map[string]hospital.Case, len(rows))
	for _, r := range rows {
		if cases[r.ID], err = s.hospitalCaseFrom(r); err != nil {
			return nil, err
		}
	}
	return cases, nil
}
