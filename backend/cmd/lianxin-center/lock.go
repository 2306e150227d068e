package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// exclusively runs do while no other command that must be alone works on the
// data folder: a database is not replaced or wiped under a running server.
func (p Place) exclusively(do func() error) error {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(p.Data, "center.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	defer file.Close()
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return fmt.Errorf("a center is running on %s: stop it first", p.Data)
	}
	if err != nil {
		return fmt.Errorf("lock the data folder: %w", err)
	}
	return do()
}
