// Package coredump keeps what people said out of crash files: a core holds all of a
// process's memory, in plain.
package coredump

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Limit lets no core be written into a file, by this process and those it starts. It takes
// nothing away from whoever watches the process.
func Limit() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("limit core dumps: %w", err)
	}
	return nil
}

// Forbid is Limit, and keeps other programs of the same user from reading the memory. A
// crash handler behind a pipe ignores the limit, but not this.
func Forbid() error {
	if err := Limit(); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}
