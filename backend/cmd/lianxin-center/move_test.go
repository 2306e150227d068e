package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A database that cannot be moved aside whole stays where it is, with its log.
func TestMoveIsWholeOrNothing(t *testing.T) {
	for _, stuck := range []string{"", "-wal", "-shm"} {
		folder := t.TempDir()
		from, to := filepath.Join(folder, "center.db"), filepath.Join(folder, "aside")
		for _, suffix := range []string{"", "-wal"} { // no -shm: it is not always there
			if err := os.WriteFile(from+suffix, []byte("kept"+suffix), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		inTheWay := filepath.Join(to+stuck, "file")
		if err := os.MkdirAll(inTheWay, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := move(from, to); err == nil {
			t.Errorf("%q: moved over a folder", stuck)
		}
		for _, suffix := range []string{"", "-wal"} {
			if text, err := os.ReadFile(from + suffix); err != nil || string(text) != "kept"+suffix {
				t.Errorf("stuck at %q: %q is %q, %v", stuck, suffix, text, err)
			}
		}
		if err := os.RemoveAll(to + stuck); err != nil {
			t.Fatal(err)
		}
		if err := move(from, to); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(to + "-wal"); err != nil || string(text) != "kept-wal" {
			t.Errorf("moved: %q, %v", text, err)
		}
		if _, err := os.Stat(from); err == nil {
			t.Error("it is at both places")
		}
	}
}
