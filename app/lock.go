package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrInUse says that another process holds the data folder.
var ErrInUse = errors.New("another kiosk is already running on this data folder")

// Lock keeps a second kiosk off a data folder, for as long as this process lives.
// The kernel frees it however the process ends, so it can never be left behind.
type Lock struct{ file *os.File }

// LockFolder makes the data folder if needed (only its owner may look inside)
// and takes its lock, or returns an error that wraps ErrInUse and names the holder.
// The window library has its own single-instance lock, but that one opens
// silently where there is no D-Bus, which is how a kiosk runs.
func LockFolder(data string) (*Lock, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(data, "kiosk.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder lock: %w", err)
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer file.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w: %s%s", ErrInUse, data, holder(file))
		}
		return nil, fmt.Errorf("data folder lock: %w", err)
	}
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder lock: %w", err), file.Close())
	}
	if _, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder lock: %w", err), file.Close())
	}
	return &Lock{file: file}, nil
}

// holder reads the process id the other kiosk left, for the message only.
func holder(file io.ReaderAt) string {
	text := make([]byte, 20)
	n, _ := file.ReadAt(text, 0) // an empty file is a kiosk that has just started
	if id, err := strconv.Atoi(strings.TrimSpace(string(text[:n]))); err == nil {
		return fmt.Sprintf(" (process %d)", id)
	}
	return ""
}

// Release frees the folder.
func (l *Lock) Release() error { return l.file.Close() }
