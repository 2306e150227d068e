//go:build production

package app

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lianxin/backend/proof/memory"
)

// Names of processes in what inMemory finds: the kiosk's own, and the page's as the
// kernel cuts it off.
const (
	kioskProcess = "kiosk"
	pageProcess  = "WebKitWebProces"
	// pageProcessStat is how the name begins in /proc/PID/stat.
	pageProcessStat = "(" + pageProcess
)

// inMemory counts in each of the window's processes how often any of the values can be
// read there, and keeps in l.where how one of them stands there.
func (l *lobby) inMemory(values []string) map[string]int {
	l.t.Helper()
	pids, err := memory.Family(-1, lobbyVariable+"="+l.data)
	if err != nil {
		l.t.Fatal(err)
	}
	counts := map[string]int{}
	l.where = map[string]string{}
	for _, pid := range pids {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err != nil {
			continue // it has ended
		}
		process := strings.TrimSpace(string(name))
		if pid == l.cmd.Process.Pid {
			process = kioskProcess
		}
		counts[process] += 0
		err = readable(pid, func(held []byte) {
			for _, value := range values {
				for _, spelt := range [][]byte{[]byte(value), wide(value)} {
					for _, at := range occurrences(held, spelt) {
						counts[process]++
						l.where[process] = around(held, at, len(spelt))
					}
				}
			}
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, unix.ESRCH) {
			l.t.Fatal(err)
		}
	}
	return counts
}

// occurrences are where a value stands in memory that begins at the start of a page. A name of
// two characters is four bytes for the engine, and among millions of addresses one has
// them by chance: what lies within an address is not counted.
func occurrences(held, value []byte) (all []int) {
	for from := 0; ; {
		i := bytes.Index(held[from:], value)
		if i < 0 || len(value) == 0 {
			return all
		}
		at := from + i
		if !isWithinAddress(held, at, len(value)) {
			all = append(all, at)
		}
		from = at + 1
	}
}

// isWithinAddress tells whether an aligned word around a few bytes points to where
// programs, their heaps and their libraries lie: 0x55…, 0x56…, 0x7e… or 0x7f… of 47 bits.
func isWithinAddress(held []byte, at, size int) bool {
	const word, short = 8, 4 // longer ones do not stand there by chance
	first := at / word * word
	if size > short || at+size > first+word || first+word > len(held) {
		return false
	}
	switch binary.LittleEndian.Uint64(held[first:]) >> 40 {
	case 0x55, 0x56, 0x7e, 0x7f:
		return true
	}
	return false
}

// around is what stands beside a value: that tells who holds it.
func around(held []byte, at, size int) string {
	const beside = 120
	return fmt.Sprintf("%q", held[max(0, at-beside):min(len(held), at+size+beside)])
}

// readable goes through everything a process may write to: what it holds, and what it
// has freed and not given back. A value that lies across two pieces is not seen.
func readable(pid int, look func([]byte)) error {
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		return err
	}
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		return err
	}
	defer mem.Close() // only read
	pages, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		return err
	}
	defer pages.Close() // only read
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		var access string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &access); err != nil {
			return err
		}
		if strings.HasPrefix(access, "rw") {
			for _, run := range present(pages, from, to) {
				piece := make([]byte, run[1]-run[0])
				if n, err := mem.ReadAt(piece, int64(run[0])); err == nil || n > 0 { // what a device maps cannot be read
					look(piece[:n])
				}
			}
		}
	}
	return nil
}

// present are the stretches of an address range that are in memory: an engine reserves
// far more than it uses.
func present(pagemap *os.File, from, to uint64) (runs [][2]uint64) {
	const page, entry, inMemory = 4096, 8, 1 << 63
	flags := make([]byte, (to-from)/page*entry)
	n, _ := pagemap.ReadAt(flags, int64(from/page*entry)) // what it does not say is not there
	for i := 0; i+entry <= n; i += entry {
		if binary.LittleEndian.Uint64(flags[i:])&inMemory == 0 {
			continue
		}
		at := from + uint64(i/entry)*page
		if last := len(runs) - 1; last >= 0 && runs[last][1] == at {
			runs[last][1] = at + page
		} else {
			runs = append(runs, [2]uint64{at, at + page})
		}
	}
	return runs
}

func TestAnAddressIsNoName(t *testing.T) {
	name := wide("吴杰")
	address := append([]byte{0x40}, append(slices.Clone(name), 0x55, 0, 0)...) // 0x0000556770543440
	for what, c := range map[string]struct {
		value, held []byte
		want        int
	}{
		"in an address":           {name, append(make([]byte, 8), address...), 0},
		"by itself":               {name, append(make([]byte, 8), name...), 1},
		"before other characters": {name, append(slices.Clone(name), wide("您好")...), 1},
		"across two words":        {name, append(make([]byte, 6), append(slices.Clone(name), 0x55, 0, 0, 0, 0, 0)...), 1},
		"a longer one":            {wide("王建国"), append(wide("王建国"), 0, 0), 1},
	} {
		if got := len(occurrences(c.held, c.value)); got != c.want {
			t.Errorf("%s: found %d times, want %d", what, got, c.want)
		}
	}
}
