package store_test

import (
	"cmp"
	"io/fs"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"lianxin/backend/screening"
	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

func TestResealLeavesNothingUnderTheOldKey(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			first := seal.Generate(time.Now())
			second := first.Rotate(time.Now())
			only := second
			only.Seal = second.Seal[1:]
			open := func(f seal.File) *store.Store {
				t.Helper()
				keyring, err := f.Keyring()
				if err != nil {
					t.Fatal(err)
				}
				s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: keyring})
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			s := open(first)
			for n := 1; n <= 3; n++ {
				if err := s.InsertVisit(t.Context(), storetest.Visit(n)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.SaveSetting(t.Context(), "canary", "still here"); err != nil {
				t.Fatal(err)
			}
			held := screening.Entry{Key: storetest.DonorKey(1), RepeatWithoutReaction: true}
			if err := s.SaveEntry(t.Context(), held); err != nil {
				t.Fatal(err)
			}
			if _, err := s.AuditHead(t.Context()); err != nil || s.Close() != nil {
				t.Fatal(err)
			}
			s = open(second)
			before, err := s.Stale(t.Context())
			if err != nil || before < 7 {
				t.Fatalf("%d to seal, %v", before, err)
			}
			done, err := s.Reseal(t.Context(), func(int64) {})
			if err != nil || done != before {
				t.Errorf("%d of %d, %v", done, before, err)
			}
			if left, err := s.Stale(t.Context()); err != nil || left != 0 {
				t.Errorf("%d left, %v", left, err)
			}
			if again, err := s.Reseal(t.Context(), func(int64) {}); err != nil || again != 0 {
				t.Errorf("again %d, %v", again, err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(only) // the old key is gone
			var said string
			if _, err := s.Setting(t.Context(), "canary", &said); err != nil || said != "still here" {
				t.Errorf("%q, %v", said, err)
			}
			if v, err := s.Visit(t.Context(), storetest.Visit(2).ID); err != nil || v.Person.Name != storetest.Visit(2).Person.Name {
				t.Errorf("the visit: %v", err)
			}
			if e, ok, err := s.Entry(t.Context(), held.Key); err != nil || !ok || !e.Equal(held) {
				t.Errorf("the gate entry: %+v, %v", e, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A table with sealed cells that the list forgets would be lost with the old key.
func TestEverySealedColumnIsResealed(t *testing.T) {
	files, err := fs.Glob(store.Migrations, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \(.*?\n\)`)
	column := regexp.MustCompile(`\n\s+sealed\s+BLOB`)
	renamed := regexp.MustCompile(`ALTER TABLE (\w+) RENAME TO (\w+)`) // SQLite makes a table anew to change it
	found := 0
	for _, file := range files {
		text, err := fs.ReadFile(store.Migrations, file)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		for _, found := range renamed.FindAllSubmatch(text, -1) {
			names[string(found[1])] = string(found[2])
		}
		for _, made := range table.FindAllSubmatch(text, -1) {
			if !column.Match(made[0]) {
				continue
			}
			found++
			if name := string(made[1]); !store.IsResealed(cmp.Or(names[name], name)) {
				t.Errorf("%s is never sealed again", name)
			}
		}
	}
	if found < 13 {
		t.Errorf("only %d tables were found", found)
	}
}
