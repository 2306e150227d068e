package store_test

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// filled makes a closed database file with content and returns its path.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := store.Open(t.Context(), store.Options{URL: path, Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 60 {
		if err := s.InsertVisit(t.Context(), storetest.Visit(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pageOfKind returns a leaf of a kind that holds something, as SQLite's file format
// says: its first byte is the kind, the fourth and fifth count what is in it.
func pageOfKind(b []byte, kind byte) []byte {
	for at := 4096; at < len(b); at += 4096 {
		if page := b[at:][:4096]; page[0] == kind && page[4] > 0 {
			return page
		}
	}
	panic("no such page")
}

func TestDamagedFileIsNamed(t *testing.T) {
	noise := func(b []byte) { _, _ = rand.Read(b) }
	for name, damage := range map[string]func([]byte) []byte{
		"not a database":        func(b []byte) []byte { noise(b); return b },
		"header overwritten":    func(b []byte) []byte { noise(b[:100]); return b },
		"pages overwritten":     func(b []byte) []byte { noise(b[4*4096 : len(b)-4096]); return b },
		"one page overwritten":  func(b []byte) []byte { noise(b[len(b)/2/4096*4096:][:4096]); return b },
		"cut off":               func(b []byte) []byte { return b[:len(b)/2] },
		"zeroes where data was": func(b []byte) []byte { clear(b[len(b)/2:]); return b },
		"pages exchanged": func(b []byte) []byte {
			rows, index := pageOfKind(b, 0x0d), pageOfKind(b, 0x0a)
			kept := bytes.Clone(rows)
			copy(rows, index)
			copy(index, kept)
			return b
		},
	} {
		path := filled(t)
		edit(t, path, damage)
		s, err := store.Open(t.Context(), store.Options{URL: path, Keyring: storetest.Keyring(t)})
		wantFault(t, name, err, "store.damaged")
		if s != nil {
			t.Errorf("%s: a store is returned", name)
		}
	}
}

func TestUnusablePlacesAreRefused(t *testing.T) {
	folder := t.TempDir()
	for name, path := range map[string]string{"a folder": folder, "a folder that is not there": filepath.Join(folder, "none", "test.db")} {
		if s, err := store.Open(t.Context(), store.Options{URL: path, Keyring: storetest.Keyring(t)}); err == nil {
			t.Errorf("%s is opened: %v", name, s.Close())
		}
	}
}
