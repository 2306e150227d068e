package store_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"lianxin/backend/seal"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// nextVersion is the schema of a later program: today's and one more migration.
func nextVersion(t *testing.T, migration string) fs.FS {
	t.Helper()
	later := fstest.MapFS{}
	err := fs.WalkDir(store.Migrations, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(store.Migrations, path)
		later[path] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		later["migrations/"+string(engine)+"/09999_later.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\n" + migration)}
	}
	return later
}

const (
	soundMigration  = "ALTER TABLE settings ADD COLUMN note TEXT;\nCREATE TABLE later (id TEXT PRIMARY KEY);\n"
	brokenMigration = "CREATE TABLE later (id TEXT PRIMARY KEY);\nALTER TABLE no_such_table ADD COLUMN note TEXT;\n"
)

// withVisit makes a database of today's program with one visit in it.
func withVisit(t *testing.T, address string, keyring *seal.Keyring) int64 {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.InsertVisit(t.Context(), storetest.Visit(1)); err != nil {
		t.Fatal(err)
	}
	version, err := s.SchemaVersion(t.Context())
	if err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	return version
}

// wantVisit opens a database with today's program and looks for the visit.
func wantVisit(t *testing.T, address string, keyring *seal.Keyring, version int64) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := s.Visit(t.Context(), storetest.Visit(1).ID); err != nil || v.Person.Name != storetest.Visit(1).Person.Name {
		t.Errorf("the visit: %v", err)
	}
	if got, err := s.SchemaVersion(t.Context()); err != nil || got != version {
		t.Errorf("schema version %d, want %d, %v", got, version, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestUpgradeOfSQLiteLeavesABackup(t *testing.T) {
	path, keyring := filepath.Join(t.TempDir(), "test.db"), storetest.Keyring(t)
	backup := path + ".before-v9999"
	version := withVisit(t, path, keyring)
	if _, err := os.Stat(backup); err == nil {
		t.Error("a new database is backed up")
	}
	later, err := store.OpenAt(t.Context(), store.Options{URL: path, Keyring: keyring}, nextVersion(t, soundMigration))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := later.SchemaVersion(t.Context()); err != nil || got != 9999 {
		t.Errorf("schema version %d, %v", got, err)
	}
	if _, err := later.Visit(t.Context(), storetest.Visit(1).ID); err != nil {
		t.Errorf("the visit after the upgrade: %v", err)
	}
	if err := later.Close(); err != nil {
		t.Fatal(err)
	}
	wantVisit(t, backup, keyring, version)
}

func TestBrokenUpgradeChangesNothing(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			keyring := storetest.Keyring(t)
			version := withVisit(t, address, keyring)
			options := store.Options{URL: address, Keyring: keyring, Backups: t.TempDir()}
			if _, err := store.OpenAt(t.Context(), options, nextVersion(t, brokenMigration)); err == nil {
				t.Fatal("a migration that fails is taken")
			}
			wantVisit(t, address, keyring, version)
			if engine == "sqlite" {
				wantVisit(t, address+".before-v9999", keyring, version)
			}
			later, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
			if err != nil {
				t.Fatalf("nor does it leave anything in the way of the right one: %v", err)
			}
			if err := later.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDatabaseOfANewerProgramIsLeftAlone(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			keyring := storetest.Keyring(t)
			withVisit(t, address, keyring)
			options := store.Options{URL: address, Keyring: keyring, Backups: t.TempDir()}
			later, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
			if err != nil || later.Close() != nil {
				t.Fatal(err)
			}
			before := fileOf(t, engine, address)
			s, err := store.Open(t.Context(), options)
			wantFault(t, "today's program", err, "store.newer")
			if s != nil {
				t.Error("a store is returned")
			}
			if !bytes.Equal(before, fileOf(t, engine, address)) {
				t.Error("the file was changed")
			}
			if later, err = store.OpenAt(t.Context(), options, nextVersion(t, soundMigration)); err != nil || later.Close() != nil {
				t.Errorf("the newer program again: %v", err)
			}
		})
	}
}

func fileOf(t *testing.T, engine, address string) []byte {
	t.Helper()
	if engine != "sqlite" {
		return nil
	}
	content, err := os.ReadFile(address)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Several centers start at once on one empty PostgreSQL.
func TestCentersStartTogether(t *testing.T) {
	address, keyring := pgtest.Database(t), storetest.Keyring(t)
	var starting sync.WaitGroup
	for range 5 {
		starting.Go(func() {
			s, err := store.Open(context.Background(), store.Options{URL: address, Keyring: keyring})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	starting.Wait()
}

func TestDownLeavesNothing(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		files, err := fs.Glob(store.Migrations, "migrations/"+string(engine)+"/*.sql")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", engine, err)
		}
		for _, file := range files {
			sql, err := fs.ReadFile(store.Migrations, file)
			if err != nil {
				t.Fatal(err)
			}
			if made, dropped := bytes.Count(sql, []byte("CREATE TABLE ")), bytes.Count(sql, []byte("DROP TABLE ")); made != dropped {
				t.Errorf("%s makes %d tables and drops %d", file, made, dropped)
			}
		}
	}
}

// One command empties a demo on either engine; the next start begins anew.
func TestWipeLeavesNothing(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			if err := s.SaveSetting(t.Context(), "canary", "still here"); err != nil {
				t.Fatal(err)
			}
			if err := s.Wipe(t.Context()); err != nil {
				t.Fatal(err)
			}
			var said string
			if ok, err := s.Setting(t.Context(), "canary", &said); err == nil {
				t.Errorf("after a wipe the setting is %v %q", ok, said)
			}
		})
	}
}

// What docs/scaling.md says the schema keeps away from, so that a distributed engine that
// speaks PostgreSQL's protocol can take over: what one machine alone can count, and code that
// lives in the database.
func TestMigrationsNeedNoMoreThanAnyEngineHas(t *testing.T) {
	missing := regexp.MustCompile(`(?i)\b(big|small)?serial\b|\bsequence\b|\bnextval\b|\bgenerated\b|\bnow\s*\(|\bcurrent_(timestamp|date)\b|\bprocedure\b|\bfunction\b|\btrigger\b|\bextension\b`)
	seen := 0
	err := fs.WalkDir(store.Migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, "postgres") {
			return err
		}
		text, err := fs.ReadFile(store.Migrations, path)
		if err != nil {
			return err
		}
		seen++
		for n, line := range strings.Split(string(text), "\n") {
			sql, _, _ := strings.Cut(line, "--")
			if word := missing.FindString(sql); word != "" {
				t.Errorf("%s:%d: %q is not everywhere", path, n+1, word)
			}
		}
		return nil
	})
	if err != nil || seen == 0 {
		t.Errorf("%d migrations read: %v", seen, err)
	}
}
