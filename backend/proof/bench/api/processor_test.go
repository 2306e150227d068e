package api

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tick is the unit of the times in /proc, USER_HZ on Linux (proc_pid_stat(5)).
const tick = 10 * time.Millisecond

// processorTime is what a process has used of the processors so far: unlike the time on
// the clock it says the same beside whatever else the machine does.
func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	name := strconv.Itoa(pid)
	if pid == 0 {
		name = "self"
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%s/stat", name))
	must(t, err)
	_, rest, _ := strings.Cut(string(text), ") ") // the program's name may hold spaces
	fields := strings.Fields(rest)
	var ticks int64
	for _, field := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(field, 10, 64)
		must(t, err)
		ticks += n
	}
	return time.Duration(ticks) * tick
}
