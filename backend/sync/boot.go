package sync

import (
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot counts through a suspended machine's sleep, and nobody can set it.
func SinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic("clock_gettime: " + err.Error()) // every Linux has this clock
	}
	return time.Duration(t.Nano())
}
