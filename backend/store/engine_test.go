package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(holder); path != "" {
		if err := hold(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(pgtest.Run(m))
}

// open opens the database at an address, once as a store and once as any other program would.
func open(t *testing.T, driver, address string) storetest.Subject {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: address, Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return storetest.Subject{Store: s, Raw: raw}
}

func openSQLite(t *testing.T) storetest.Subject {
	return open(t, "sqlite3", filepath.Join(t.TempDir(), "test.db"))
}

func openPostgres(t *testing.T) storetest.Subject { return open(t, "pgx", pgtest.Database(t)) }

func TestSQLite(t *testing.T)   { storetest.Exercise(t, openSQLite) }
func TestPostgres(t *testing.T) { storetest.Exercise(t, openPostgres) }

func TestNothingPersonalInTheFileOfSQLite(t *testing.T) {
	folder := t.TempDir()
	s := open(t, "sqlite3", filepath.Join(folder, "test.db"))
	secrets := storetest.Plant(t, s)
	if err := s.Backup(t.Context(), filepath.Join(folder, "backup.db")); err != nil {
		t.Fatal(err)
	}
	var all []byte
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(folder, path))
		all = append(all, content...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantNone(t, all, secrets)
}

func TestNothingPersonalInTheFilesOfPostgres(t *testing.T) {
	address := pgtest.Database(t)
	secrets := storetest.Plant(t, open(t, "pgx", address))
	wantNone(t, pgtest.Files(t, address), secrets)
}

func wantNone(t *testing.T, raw []byte, secrets []string) {
	t.Helper()
	if !bytes.Contains(raw, []byte(storetest.Visible)) {
		t.Fatal("not even what may be read is found: this search proves nothing")
	}
	for _, secret := range secrets {
		if secret == "" || bytes.Contains(raw, []byte(secret)) {
			t.Errorf("%q is in the database as plain text", secret)
		}
	}
}
