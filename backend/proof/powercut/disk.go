package powercut

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// sector is what a disk writes whole or not at all, and page what a system writes to it
// at once, in bytes.
const (
	sector = 512
	page   = 4096
)

// Disk is what remains of a file system without power, and the faults it has
// while it runs. Its zero value is an empty, faultless disk without an end.
type Disk struct {
	Capacity  int64 // bytes; 0 is without an end
	FailSyncs int   // of so many syncs one answers EIO, and forgets what it should have kept: see sync; 1 is all, 0 none
	LoseSyncs bool  // syncs answer that all is well, and keep nothing: a disk that lies
	// CutAt is the number of the change (write, sync, new name…) at which the power
	// goes, counted from 1 by Changes; 0 never.
	CutAt int64
	// Chance says what a cut leaves; the same numbers leave the same.
	Chance *rand.Rand

	mu      sync.Mutex
	changes int64
	cut     bool
	onCut   func()
	used    int64
	names   map[string]*file // by path from the root, on the platter
	journal []func(names map[string]*file)
}

// file is a file with what is on the platter of it. The lock is the disk's.
type file struct {
	live     []byte
	kept     []byte
	unsynced []write
}

// write is one change of a file's content that was not synced.
type write struct {
	at   int64
	data []byte
	size int64 // of a truncation; -1 for a write
}

// Now changes the disk's faults while it runs.
func (d *Disk) Now(change func(d *Disk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(d)
}

// Changes is how many changes the disk has seen.
func (d *Disk) Changes() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changes
}

// Cut takes the power away: from now on every call fails.
func (d *Disk) Cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutNow()
}

func (d *Disk) cutNow() {
	if d.cut {
		return
	}
	d.cut = true
	if d.onCut != nil {
		go d.onCut()
	}
}

// change counts a change and tells whether it may happen. The caller has the lock.
func (d *Disk) change() syscall.Errno {
	if d.changes++; d.changes == d.CutAt {
		d.cutNow()
	}
	if d.cut {
		return syscall.EIO
	}
	return 0
}

// room takes bytes of the capacity. The caller has the lock.
func (d *Disk) room(grow int64) syscall.Errno {
	if d.Capacity > 0 && grow > 0 && d.used+grow > d.Capacity {
		return syscall.ENOSPC
	}
	d.used += grow
	return 0
}

// sync puts a file and every change of a name so far onto the platter. Of one that fails
// any sectors have arrived, and programs read on what they wrote, but the system takes its
// pages for clean, as Linux does: no later sync brings them unless they are written again.
func (d *Disk) sync(f *file) syscall.Errno {
	if errno := d.change(); errno != 0 {
		return errno
	}
	if d.FailSyncs > 0 && d.Chance.IntN(d.FailSyncs) == 0 {
		if f != nil {
			f.kept, f.unsynced = f.after(d.Chance), nil
		}
		return syscall.EIO
	}
	if d.LoseSyncs {
		return 0
	}
	if f != nil {
		f.keep()
	}
	d.commit(len(d.journal))
	return 0
}

// commit makes the first n changes of names last.
func (d *Disk) commit(n int) {
	if d.names == nil {
		d.names = map[string]*file{}
	}
	for _, change := range d.journal[:n] {
		change(d.names)
	}
	d.journal = d.journal[n:]
}

// Survivors writes what the platter holds after a cut into a folder.
func (d *Disk) Survivors(folder string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.commit(d.Chance.IntN(len(d.journal) + 1))
	for _, path := range slices.Sorted(maps.Keys(d.names)) {
		to := filepath.Join(folder, path)
		if d.names[path] == nil {
			if err := os.MkdirAll(to, 0o700); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(to, d.names[path].after(d.Chance), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Load puts the files of a folder onto an empty disk.
func (d *Disk) Load(folder string) error {
	d.names = map[string]*file{}
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			d.names[name] = nil
			return nil
		}
		data, err := os.ReadFile(path)
		d.names[name] = &file{live: data, kept: append([]byte(nil), data...)}
		d.used += int64(len(data))
		return err
	})
}

// keep puts the pages that were written since the last sync onto the platter.
func (f *file) keep() {
	for _, w := range f.unsynced {
		f.kept = w.onto(f.kept, func() bool { return true })
		if w.size < 0 {
			from := min(w.at/page*page, int64(len(f.live)))
			to := min((w.at+int64(len(w.data))+page-1)/page*page, int64(len(f.live)))
			f.kept = resized(f.kept, max(int64(len(f.kept)), to))
			copy(f.kept[from:to], f.live[from:to])
		}
	}
	f.kept, f.unsynced = resized(f.kept, int64(len(f.live))), nil
}

// after is what a file holds when the power went: the synced content, and of each
// later write nothing, all, or any of its sectors.
func (f *file) after(chance *rand.Rand) []byte {
	data := append([]byte(nil), f.kept...)
	luck := chance.IntN(4) // nothing arrived, all did, up to a point, any sectors
	stop := chance.IntN(len(f.unsynced) + 1)
	for i, w := range f.unsynced {
		if luck == 0 || luck == 2 && i >= stop {
			break
		}
		data = w.onto(data, func() bool { return luck != 3 || chance.IntN(2) == 0 })
	}
	return data
}

// onto applies the sectors of a write that arrived.
func (w write) onto(data []byte, arrived func() bool) []byte {
	if w.size >= 0 {
		if arrived() {
			data = resized(data, w.size)
		}
		return data
	}
	for from := int64(0); from < int64(len(w.data)); {
		to := min((w.at+from)/sector*sector+sector-w.at, int64(len(w.data)))
		if arrived() {
			data = resized(data, max(int64(len(data)), w.at+to))
			copy(data[w.at+from:], w.data[from:to])
		}
		from = to
	}
	return data
}

func resized(data []byte, size int64) []byte {
	if size <= int64(len(data)) {
		return data[:size]
	}
	return append(data, make([]byte, size-int64(len(data)))...)
}
