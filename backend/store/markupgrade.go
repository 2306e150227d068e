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
const markUpgrade = 42

// markCases makes the table by which claims find cases for the same blood, and fills it
// from the cases there are.
func (s *Store) markCases(ctx context.Context, tx *sql.Tx) error {
	strict, page, insert := " STRICT", "SELECT id, sealed FROM hospital_cases WHERE id > ? ORDER BY id LIMIT ?", "INSERT INTO hospital_case_marks VALUES (?, ?)"
	if s.engine == Postgres {
		strict, page, insert = "", "SELECT id, sealed FROM hospital_cases WHERE id > $1 ORDER BY id LIMIT $2", "INSERT INTO hospital_case_marks VALUES ($1, $2)"
	}
	err := execAll(ctx, tx, "CREATE TABLE hospital_case_marks (mark TEXT NOT NULL, case_id TEXT NOT NULL, PRIMARY KEY (mark, case_id))"+strict,
		"CREATE INDEX hospital_case_marks_case ON hospital_case_marks (case_id)")
	for last := ""; err == nil; {
		var cases []hospital.Case
		if cases, err = s.casesBehind(ctx, tx, page, last); err != nil || len(cases) == 0 {
			return err
		}
		for _, c := range cases {
			for _, mark := range s.hospitalMarks(c.Inquiry.Told()) {
				if _, err := tx.ExecContext(ctx, insert, mark, c.ID); err != nil {
					return fmt.Errorf("mark a case: %w", err)
				}
			}
		}
		last = cases[len(cases)-1].ID
	}
	return err
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
	return execAll(ctx, tx, "DROP TABLE hospital_case_marks")
}
