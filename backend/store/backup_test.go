package store_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// A backup holds one moment: what was committed then, and nothing of a
// transaction that is under way.
func TestBackupIsOneMoment(t *testing.T) {
	folder, keyring := t.TempDir(), storetest.Keyring(t)
	backup := filepath.Join(folder, "backup.db")
	s, err := store.Open(t.Context(), store.Options{URL: filepath.Join(folder, "test.db"), Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.InsertVisit(t.Context(), storetest.Visit(1)); err != nil {
		t.Fatal(err)
	}
	err = s.InTx(t.Context(), func(ctx context.Context) error {
		if err := s.InsertVisit(ctx, storetest.Visit(2)); err != nil {
			return err
		}
		return s.Backup(t.Context(), backup)
	})
	if err != nil {
		t.Fatal(err)
	}
	version, err := s.SchemaVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantVisit(t, backup, keyring, version)
	copied, err := store.Open(t.Context(), store.Options{URL: backup, Keyring: keyring})
	if err != nil {
		t.Fatal(err)
	}
	_, err = copied.Visit(t.Context(), storetest.Visit(2).ID)
	wantFault(t, "a visit that was not finished", err, "visit.not_found")
	if err := copied.InsertVisit(t.Context(), storetest.Visit(3)); err != nil {
		t.Errorf("the copy cannot be written: %v", err)
	}
	if err := copied.Close(); err != nil {
		t.Error(err)
	}

	if err := s.Backup(t.Context(), backup); err != nil { // the next one takes the name over
		t.Fatal(err)
	}
	_, reader := s.Pools()
	for _, settings := range pragmasOf(t, reader, "query_only") {
		if settings != "1" {
			t.Error("after a backup, a connection for reading may write")
		}
	}
}

func TestBackupAppearsWholeOrNotAtAll(t *testing.T) {
	folder := t.TempDir()
	s := openSQLite(t)
	if err := os.WriteFile(filepath.Join(folder, "backup.db.part"), []byte("left by a power cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(cancelled, filepath.Join(folder, "backup.db")); err == nil {
		t.Error("a backup nobody waits for is made")
	}
	if _, err := os.Stat(filepath.Join(folder, "backup.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an unfinished backup has the name of a finished one: %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(folder, "backup.db")); err != nil {
		t.Errorf("what a power cut left is in the way: %v", err)
	}
	if err := s.Backup(t.Context(), filepath.Join(folder, "none", "backup.db")); err == nil {
		t.Error("a backup into a folder that is not there")
	}
	if _, err := os.Stat(filepath.Join(folder, "backup.db.part")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the part stays: %v", err)
	}
}
