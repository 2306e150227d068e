package store_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// An older program's gate list is sealed by the upgrade: nobody is let in because
// their entry was lost, and no rule can be read in the file any more.
func TestUpgradeSealsTheGateList(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			const held = 1003 // more than are sealed at once
			entry := func(n int) screening.Entry {
				return screening.Entry{Key: storetest.DonorKey(n), Holds: []policy.Hold{{RuleID: "TESTDIAGNOSIS", Until: storetest.Today.AddDays(n)}}}
			}
			options := store.Options{URL: address, Keyring: storetest.Keyring(t), Upgrade: store.UpgradeBackedUp}
			s, err := store.Open(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.BeforeGateUpgrade(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			plant(t, engine, address, held, entry)
			if s, err = store.Open(t.Context(), options); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			for n := range held {
				if e, ok, err := s.Entry(t.Context(), entry(n).Key); err != nil || !ok || !e.Equal(entry(n)) {
					t.Fatalf("entry %d: %+v, %v", n, e, err)
				}
			}
			if engine == "sqlite" {
				if err := s.Close(); err != nil { // the log of changes ends in the file
					t.Fatal(err)
				}
				content, err := os.ReadFile(address)
				if err != nil || bytes.Contains(content, []byte("TESTDIAGNOSIS")) {
					t.Errorf("the rule can be read in the file (%v)", err)
				}
			}
		})
	}
}

// plant writes entries as the older program did.
func plant(t *testing.T, engine, address string, held int, entry func(int) screening.Entry) {
	t.Helper()
	driver, insert := "sqlite3", "INSERT INTO gate_entries (donor_key, data) VALUES (?, ?)"
	if engine == "postgres" {
		driver, insert = "pgx", "INSERT INTO gate_entries (donor_key, data) VALUES ($1, $2)"
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	tx, err := raw.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for n := range held {
		data, err := json.Marshal(entry(n))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(insert, entry(n).Key, string(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}
