package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// wantPrivate tells whether only the owner may read a file.
func wantPrivate(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s is %v, want private", filepath.Base(path), info.Mode())
	}
}

func TestUpgradeOfPostgresLeavesADump(t *testing.T) {
	address, keyring, folder := pgtest.Database(t), storetest.Keyring(t), t.TempDir()
	version := withVisit(t, address, keyring)
	options := store.Options{URL: address, Keyring: keyring}
	_, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
	wantFault(t, "without a place for the dump", err, "store.backup_needed")

	options.Backups = folder
	t.Run("without pg_dump", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
		wantFault(t, "upgrade", err, "store.client_missing")
	})
	wantVisit(t, address, keyring, version)

	later, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
	if err != nil || later.Close() != nil {
		t.Fatal(err)
	}
	dump := filepath.Join(folder, "center.before-v9999.dump")
	wantPrivate(t, dump)
	_, err = store.Open(t.Context(), options)
	wantFault(t, "today's program on the upgraded database", err, "store.newer")

	// The table of the later program is not ours to know: whoever made it takes it away.
	pgtest.Exec(t, address, "DROP TABLE later")
	if err := store.RestorePostgres(t.Context(), address, dump); err != nil {
		t.Fatal(err)
	}
	wantVisit(t, address, keyring, version)
}

func TestUpgradeWithABackupMadeElsewhere(t *testing.T) {
	address, keyring := pgtest.Database(t), storetest.Keyring(t)
	withVisit(t, address, keyring)
	later, err := store.OpenAt(t.Context(), store.Options{URL: address, Keyring: keyring, Upgrade: store.UpgradeBackedUp}, nextVersion(t, soundMigration))
	if err != nil || later.Close() != nil {
		t.Fatal(err)
	}
}

func TestUpgradeOnlyByThoseWhoMay(t *testing.T) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(t.TempDir(), "test.db"), "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			keyring := storetest.Keyring(t)
			never := store.Options{URL: address, Keyring: keyring, Upgrade: store.UpgradeNever}
			begins := store.Options{URL: address, Keyring: keyring, Upgrade: store.UpgradeEmpty}
			for range 2 { // the first refusal makes nothing of it either
				_, err := store.Open(t.Context(), never)
				wantFault(t, "an empty database", err, "store.empty")
			}
			empty, err := store.Open(t.Context(), begins)
			if err != nil || !empty.IsNew() {
				t.Fatalf("a beginning: %v", err)
			}
			version, err := empty.SchemaVersion(t.Context())
			if err != nil || empty.Close() != nil {
				t.Fatal(err)
			}
			for _, o := range []store.Options{never, begins} {
				_, err = store.OpenAt(t.Context(), o, nextVersion(t, soundMigration))
				wantFault(t, "a command of a newer program", err, "store.older")
			}
			same, err := store.Open(t.Context(), never)
			if err != nil {
				t.Fatalf("the schema of this program: %v", err)
			}
			if got, err := same.SchemaVersion(t.Context()); err != nil || got != version || same.IsNew() {
				t.Errorf("schema %d, %v", got, err)
			}
			if err := same.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestNobodyMigratesUnderAServer(t *testing.T) {
	address, keyring := pgtest.Database(t), storetest.Keyring(t)
	withVisit(t, address, keyring)
	options := store.Options{URL: address, Keyring: keyring, Backups: t.TempDir()}
	dump := filepath.Join(options.Backups, "now.dump")
	var stops []func() error
	for range 2 { // servers share
		running, err := store.Open(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = running.Close() })
		stop, err := running.Serving(t.Context(), func(err error) { t.Errorf("told to stop: %v", err) })
		if err != nil {
			t.Fatal(err)
		}
		stops = append(stops, stop)
	}
	if err := store.DumpPostgres(t.Context(), address, dump); err != nil {
		t.Errorf("a backup while centers run: %v", err)
	}
	for i, stop := range stops {
		_, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
		wantFault(t, "upgrade", err, "store.in_use")
		wantFault(t, "restore", store.RestorePostgres(t.Context(), address, dump), "store.in_use")
		if err := stop(); err != nil {
			t.Errorf("server %d: %v", i, err)
		}
	}
	later, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
	if err != nil || later.Close() != nil {
		t.Errorf("after the last has stopped: %v", err)
	}
}

// A server that was opened before somebody migrated does not start to serve.
func TestServerThatIsTooOldByThen(t *testing.T) {
	options := store.Options{URL: pgtest.Database(t), Keyring: storetest.Keyring(t), Backups: t.TempDir()}
	early, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = early.Close() })
	later, err := store.OpenAt(t.Context(), options, nextVersion(t, soundMigration))
	if err != nil || later.Close() != nil {
		t.Fatal(err)
	}
	_, err = early.Serving(t.Context(), func(error) {})
	wantFault(t, "serving", err, "store.newer")
}

// The server's connection broke and somebody migrated meanwhile: it is told to stop,
// and nothing of it keeps the newer program from its database.
func TestServerIsToldThatItIsTooOld(t *testing.T) {
	address := pgtest.Database(t)
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // one of its connections was ended
	told := make(chan error, 2)
	stop, err := s.Serving(t.Context(), func(err error) { told <- err })
	if err != nil {
		t.Fatal(err)
	}
	pgtest.Exec(t, address, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)")
	pgtest.Exec(t, address, `SELECT pg_terminate_backend(pid) FROM pg_locks
		WHERE locktype = 'advisory' AND mode = 'ShareLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	select {
	case err := <-told:
		wantFault(t, "told", err, "store.newer")
	case <-time.After(time.Minute):
		t.Fatal("it goes on serving")
	}
	pgtest.Exec(t, address, fmt.Sprintf("DO $$ BEGIN ASSERT pg_try_advisory_lock(%d), 'still locked'; END $$", store.ServingLock))
	if err := stop(); err != nil || len(told) > 0 {
		t.Errorf("stopping: %v; told again: %d", err, len(told))
	}
}

func TestRestoreOfPostgresIsWholeOrNothing(t *testing.T) {
	address, keyring, folder := pgtest.Database(t), storetest.Keyring(t), t.TempDir()
	version := withVisit(t, address, keyring)
	dump := filepath.Join(folder, "saved.dump")
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), dump); err != nil {
		t.Fatal(err)
	}
	wantPrivate(t, dump)
	if err := s.InsertVisit(t.Context(), storetest.Visit(2)); err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	// Cut inside the data of a table: what was read before must not count.
	cut := filepath.Join(folder, "cut.dump")
	if err := os.WriteFile(cut, whole[:len(whole)-200], 0o600); err != nil {
		t.Fatal(err)
	}
	wantFault(t, "half a dump", store.RestorePostgres(t.Context(), address, cut), "store.client_failed")
	seconds := func() error {
		s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: keyring})
		if err != nil {
			return err
		}
		defer s.Close()
		_, err = s.Visit(t.Context(), storetest.Visit(2).ID)
		return err
	}
	if err := seconds(); err != nil {
		t.Errorf("after half a dump: %v", err)
	}
	if err := store.RestorePostgres(t.Context(), address, dump); err != nil {
		t.Fatal(err)
	}
	wantVisit(t, address, keyring, version)
	wantFault(t, "what was made after the backup", seconds(), "visit.not_found")
}

// What an engineer does by hand with PostgreSQL's own program is the same.
func TestDumpCarriesNothingReadable(t *testing.T) {
	address, keyring := pgtest.Database(t), storetest.Keyring(t)
	withVisit(t, address, keyring)
	dump := filepath.Join(t.TempDir(), "saved.dump")
	if err := store.DumpPostgres(t.Context(), address, dump); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(content, []byte(storetest.Visit(1).Person.Name)) {
		t.Error("the dump holds a name")
	}
}

func TestAddressStaysOffTheCommandLine(t *testing.T) {
	program, err := store.ClientProgram(context.Background(), "postgres://ada:not-a-real-password@db.example.invalid:6432/blood?sslmode=verify-full&search_path=a%20b", "pg_dump")
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(program.Args, " "); said != "pg_dump" {
		t.Errorf("arguments %q", said)
	}
	settings := "\n" + strings.Join(program.Env, "\n") + "\n"
	for _, want := range []string{"PGHOST=db.example.invalid", "PGPORT=6432", "PGUSER=ada", "PGPASSWORD=not-a-real-password", "PGDATABASE=blood",
		"PGSSLMODE=verify-full", `PGOPTIONS=-c search_path=a\ b`} {
		if !strings.Contains(settings, "\n"+want+"\n") {
			t.Errorf("no %s", want)
		}
	}
	_, err = store.ClientProgram(context.Background(), "postgres://ada:not-a-real-password@:::", "pg_dump")
	if err == nil || strings.Contains(err.Error(), "not-a-real-password") {
		t.Errorf("a wrong address: %v", err)
	}
}
