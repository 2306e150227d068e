package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"lianxin/backend/hospital"
	"lianxin/backend/seal"
)

// markUpgrade is another one: what is hashed of a hospital's case lies sealed in it.
// patientUpgrade does it anew, for the patient is a mark of a case since then.
const (
	markUpgrade    = 42
	patientUpgrade = 43
)

// markCases fills the table by which claims find cases of the same blood and patient from
// the cases there are. A restore knows the tables it replaces by the migrations in SQL: none is made here.
func (s *Store) markCases(ctx context.Context, tx *sql.Tx) error {
	page := "SELECT id, sealed FROM hospital_cases WHERE id > ? ORDER BY id LIMIT ?"
	insert := "INSERT INTO hospital_case_marks (mark, case_id) SELECT value ->> 'Mark', value ->> 'CaseID' FROM json_each(?)"
	if s.engine == Postgres {
		page = "SELECT id, sealed FROM hospital_cases WHERE id > $1 ORDER BY id LIMIT $2"
		insert = "INSERT INTO hospital_case_marks (mark, case_id) SELECT value ->> 'Mark', value ->> 'CaseID' FROM jsonb_array_elements($1::jsonb)"
	}
	if err := unmarkCases(ctx, tx); err != nil {
		return err
	}
	for last := ""; ; {
		cases, err := s.casesBehind(ctx, tx, page, last)
		if err != nil || len(cases) == 0 {
			return err
		}
		if err := s.markPage(ctx, tx, insert, cases); err != nil {
			return err
		}
		last = cases[len(cases)-1].ID
	}
}

// markPage writes the marks of a page of cases, all in one statement.
func (s *Store) markPage(ctx context.Context, tx *sql.Tx, insert string, cases []hospital.Case) error {
	marks := []hospitalMarkRow{}
	for _, c := range cases {
		for _, mark := range s.hospitalMarks(c) {
			marks = append(marks, hospitalMarkRow{mark, c.ID})
		}
	}
	text, err := json.Marshal(marks)
	if err != nil {
		return fmt.Errorf("write marks: %w", err)
	}
	if _, err := tx.ExecContext(ctx, insert, string(text)); err != nil {
		return fmt.Errorf("mark cases: %w", err)
	}
	return nil
}

// casesBehind reads the next cases of a page of rows.
func (s *Store) casesBehind(ctx context.Context, tx *sql.Tx, page, after string) (cases []hospital.Case, err error) {
	rows, err := tx.QueryContext(ctx, page, after, sealedAtOnce)
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return nil, err
		}
		plain, err := s.keyring.Open(seal.Place{Table: "hospital_cases", Column: "sealed", Row: id}, sealed)
		if err != nil {
			return nil, fmt.Errorf("open a case: %w", err)
		}
		var c hospital.Case
		if err := json.Unmarshal(plain, &c); err != nil {
			return nil, fmt.Errorf("read a case: %w", err)
		}
		cases = append(cases, c)
	}
	return cases, rows.Err()
}

func unmarkCases(ctx context.Context, tx *sql.Tx) error {
	return execAll(ctx, tx, "DELETE FROM hospital_case_marks")
}
