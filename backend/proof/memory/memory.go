// Package memory reads what the processes of a window hold, as the kernel counts it.
package memory

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Share is the memory of one process. Pages that several share count for each in
// part (PSS), so that shares may be added.
type Share struct {
	Process string
	MiB     float64
}

func (s Share) String() string { return fmt.Sprintf("%s %.0f", s.Process, s.MiB) }

// Total is what all hold together, in MiB.
func Total(shares []Share) (mib float64) {
	for _, s := range shares {
		mib += s.MiB
	}
	return mib
}

// Family finds the processes of a window: those in its process group, as those of a
// browser are, and those that were started with its mark in their environment, whoever
// their parents are now.
func Family(group int, mark string) (pids []int, err error) {
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		pid, err := strconv.Atoi(filepath.Base(folder))
		if err != nil {
			return nil, err
		}
		environment, _ := os.ReadFile(filepath.Join(folder, "environ")) // it may have ended, or be the system's
		if of, err := unix.Getpgid(pid); err == nil && of == group || bytes.Contains(environment, []byte(mark)) {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// What of a process's memory is counted, by the kernel's name for it.
const (
	Proportional = "Pss"       // shared pages count for each who shares them in part
	Own          = "Anonymous" // nothing that is shared, whatever else runs on the machine
)

// Of is what processes hold of a kind.
func Of(pids []int, kind string) (shares []Share, err error) {
	for _, pid := range pids {
		folder := filepath.Join("/proc", strconv.Itoa(pid))
		rollup, err := os.ReadFile(filepath.Join(folder, "smaps_rollup"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("memory of a process (are you root?): %w", err)
		}
		kib, err := counted(string(rollup), kind)
		if err != nil {
			continue // one that ends has no memory any more
		}
		name, err := os.ReadFile(filepath.Join(folder, "comm"))
		if err != nil {
			continue
		}
		shares = append(shares, Share{strings.TrimSpace(string(name)), kib / 1024})
	}
	if len(shares) == 0 {
		return nil, errors.New("the window has no process")
	}
	return shares, nil
}

// counted finds the line of a kind in the kernel's summary, in KiB.
func counted(rollup, kind string) (float64, error) {
	for line := range strings.Lines(rollup) {
		if value, is := strings.CutPrefix(line, kind+":"); is {
			return strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
		}
	}
	return 0, fmt.Errorf("no %s in the summary", kind)
}
