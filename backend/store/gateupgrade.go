package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/pressly/goose/v3"

	"lianxin/backend/screening"
)

// gateUpgrade is a migration SQL cannot do: the gate list lay in plain JSON and is sealed.
// Its number is in the row of the SQL files' numbers.
const gateUpgrade = 8

// sealedAtOnce bounds what the migration holds in memory.
const sealedAtOnce = 500

// upgrades are the migrations written in Go.
func (s *Store) upgrades() []*goose.Migration {
	return []*goose.Migration{goose.NewGoMigration(gateUpgrade, &goose.GoFunc{RunTx: s.sealGate}, &goose.GoFunc{RunTx: unsealGate}),
		goose.NewGoMigration(markUpgrade, &goose.GoFunc{RunTx: s.markCases}, &goose.GoFunc{RunTx: unmarkCases}),
		goose.NewGoMigration(patientUpgrade, &goose.GoFunc{RunTx: s.markCases}, &goose.GoFunc{RunTx: unmarkCases})}
}

// sealGate seals every entry of the gate list into a new table and drops the old one.
func (s *Store) sealGate(ctx context.Context, tx *sql.Tx) error {
	before := []string{"PRAGMA secure_delete = ON", // else the text stays in the file's free pages
		"CREATE TABLE sealed_gate_entries (donor_key TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT"}
	page, insert := "SELECT donor_key, data FROM gate_entries WHERE donor_key > ? ORDER BY donor_key LIMIT ?", "INSERT INTO sealed_gate_entries VALUES (?, ?)"
	if s.engine == Postgres {
		before = []string{"CREATE TABLE sealed_gate_entries (donor_key TEXT PRIMARY KEY, sealed BYTEA NOT NULL)"}
		page, insert = "SELECT donor_key, data FROM gate_entries WHERE donor_key > $1 ORDER BY donor_key LIMIT $2", "INSERT INTO sealed_gate_entries VALUES ($1, $2)"
	}
	if err := execAll(ctx, tx, before...); err != nil {
		return err
	}
	for last := ""; ; {
		entries, err := plainEntries(ctx, tx, page, last)
		if err != nil {
			return err
		}
		for _, e := range entries {
			sealed, err := s.sealEntry(e)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, insert, e.Key, sealed); err != nil {
				return fmt.Errorf("write sealed gate entry: %w", err)
			}
			last = e.Key
		}
		if len(entries) < sealedAtOnce {
			return execAll(ctx, tx, "DROP TABLE gate_entries", "ALTER TABLE sealed_gate_entries RENAME TO gate_entries")
		}
	}
}

func execAll(ctx context.Context, tx *sql.Tx, statements ...string) error {
	for _, do := range statements {
		if _, err := tx.ExecContext(ctx, do); err != nil {
			return fmt.Errorf("%s: %w", do, err)
		}
	}
	return nil
}

func plainEntries(ctx context.Context, tx *sql.Tx, page, after string) (entries []screening.Entry, err error) {
	rows, err := tx.QueryContext(ctx, page, after, sealedAtOnce)
	if err != nil {
		return nil, fmt.Errorf("read plain gate entries: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, data string
		if err := rows.Scan(&key, &data); err != nil {
			return nil, err
		}
		var e screening.Entry
		if err := json.Unmarshal([]byte(data), &e); err != nil {
			return nil, fmt.Errorf("decode plain gate entry: %w", err)
		}
		e.Key = key
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// unsealGate goes back to a table without content: only emptying a demo asks for it.
func unsealGate(ctx context.Context, tx *sql.Tx) error {
	return execAll(ctx, tx, "DROP TABLE gate_entries", "CREATE TABLE gate_entries (donor_key TEXT PRIMARY KEY, data TEXT NOT NULL)")
}
