package main

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

// share is the memory of one process. Pages that several share count for each in
// part (PSS), so that shares may be added.
type share struct {
	process string
	mib     float64
}

func (s share) String() string { return fmt.Sprintf("%s %.0f", s.process, s.mib) }

func total(shares []share) (mib float64) {
	for _, s := range shares {
		mib += s.mib
	}
	return mib
}

// family finds the processes of a window: those in its process group, as those of a
// browser are, and those that were started with its mark in their environment, whoever
// their parents are now.
func family(group int, mark string) (pids []int, err error) {
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

// memory is what processes hold.
func memory(pids []int) (shares []share, err error) {
	for _, pid := range pids {
		folder := filepath.Join("/proc", strconv.Itoa(pid))
		rollup, err := os.ReadFile(filepath.Join(folder, "smaps_rollup"))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ESRCH) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("memory of a process (are you root?): %w", err)
		}
		kib, err := pss(string(rollup))
		if err != nil {
			continue // one that ends has no memory any more
		}
		name, err := os.ReadFile(filepath.Join(folder, "comm"))
		if err != nil {
			continue
		}
		shares = append(shares, share{strings.TrimSpace(string(name)), kib / 1024})
	}
	if len(shares) == 0 {
		return nil, errors.New("the window has no process")
	}
	return shares, nil
}

// pss finds the line of the proportional share in the kernel's summary, in KiB.
func pss(rollup string) (float64, error) {
	for line := range strings.Lines(rollup) {
		if value, is := strings.CutPrefix(line, "Pss:"); is {
			return strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
		}
	}
	return 0, errors.New("no Pss in the summary")
}
