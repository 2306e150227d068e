package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneKioskPerDataFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "kiosk")
	first, err := LockFolder(data)
	if err != nil {
		t.Fatal(err)
	}
	_, err = LockFolder(data)
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("second lock: %v", err)
	}
	for _, want := range []string{data, fmt.Sprintf("process %d", os.Getpid())} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("message %q does not name %q", err, want)
		}
	}
	other, err := LockFolder(filepath.Join(t.TempDir(), "other"))
	if err != nil {
		t.Fatalf("another folder: %v", err)
	}
	defer other.Release()
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := LockFolder(data)
	if err != nil {
		t.Fatalf("after release: %v", err)
	}
	defer again.Release()
}

func TestDataFolderIsPrivate(t *testing.T) {
	data := filepath.Join(t.TempDir(), "kiosk")
	lock, err := LockFolder(data)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	for path, want := range map[string]os.FileMode{data: 0o700, filepath.Join(data, "kiosk.lock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s: mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

func TestUnusableDataFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LockFolder(filepath.Join(file, "kiosk")); err == nil || errors.Is(err, ErrInUse) {
		t.Fatalf("got %v", err)
	}
}
