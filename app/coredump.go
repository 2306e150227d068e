package app

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// ForbidCoreDumps keeps what a donor typed out of crash files, here and in the
// web engine's processes, which inherit the limit.
func ForbidCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	// A crash handler behind a pipe ignores the limit, but not this.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("forbid core dumps: %w", err)
	}
	return nil
}
