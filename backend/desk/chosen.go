package desk

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// chosen is a file somebody wants in a claim.
type chosen struct {
	path  string
	since time.Time    // scanner: when the file was written
	after func() error // done once it is kept; nil for nothing
}

// readUpTo reads a file, of one that is larger one byte more than the most there may be.
func readUpTo(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	return io.ReadAll(io.LimitReader(file, most+1))
}

// chosen are the files that were dropped on the window, or those the scanner has laid
// down; a dialog is only opened.
func (d *Desk) chosen(from string) ([]chosen, error) {
	var paths []string
	switch from {
	case "scanner":
		return d.scanned()
	case "drop":
		d.mu.Lock()
		paths, d.dropped = d.dropped, nil
		d.mu.Unlock()
	default:
		return nil, d.choose(Pages)
	}
	files := make([]chosen, min(len(paths), claim.MaxAttachments))
	for i := range files {
		files[i].path = paths[i]
	}
	return files, nil
}

// choose opens the system's dialog beside everything else, for it may stand open longer
// than a call may take. What is chosen then is as if it were dropped, also when the desk was
// locked meanwhile: it waits for whoever chose it, and for nobody who logs in after them.
func (d *Desk) choose(what Wanted) error {
	if d.config.Choose == nil {
		return fault.New(fault.Unavailable, "desk.no_dialog")
	}
	if !d.choosing.CompareAndSwap(false, true) {
		return nil // it stands open
	}
	l := d.current()
	go func() { // it ends with the window, which nobody waits for
		defer d.choosing.Store(false)
		paths, err := d.config.Choose(d.running, what)
		if err != nil {
			d.config.Log.Error("the dialog for files did not open", "error", err)
		}
		if len(paths) > 0 {
			d.layReady(l, paths)
		}
	}()
	return nil
}

// Drop notes which files somebody dropped on the window, for the claim that lies there. On a
// locked desk there is nothing to drop them on.
func (d *Desk) Drop(paths []string) {
	d.mu.Lock()
	l := d.login
	isOpen := l != nil && !l.locked
	d.mu.Unlock()
	if isOpen {
		d.layReady(l, paths)
	}
}

// layReady lays files ready for a login, for as long as it lasts.
func (d *Desk) layReady(l *login, paths []string) {
	d.mu.Lock()
	lasts := l != nil && d.login == l
	if lasts {
		d.dropped = paths
	}
	d.mu.Unlock()
	if lasts {
		d.events.Tell("drop", len(paths))
	}
}

// scanned are the files in the scanner's folder, as they came. Each is taken away once it
// is kept: pages of people do not lie about.
func (d *Desk) scanned() ([]chosen, error) {
	if d.config.Scanner == "" {
		return nil, fault.New(fault.Unavailable, "desk.no_scanner")
	}
	entries, err := os.ReadDir(d.config.Scanner)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "desk.no_scanner")
	}
	type scan struct {
		chosen
		name string
	}
	var scans []scan
	for _, e := range entries {
		about, err := e.Info()
		if err != nil || !about.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") {
			continue // it was taken away, or is none of the scanner's
		}
		path := filepath.Join(d.config.Scanner, e.Name())
		scans = append(scans, scan{chosen{path, about.ModTime(), func() error { return os.Remove(path) }}, e.Name()})
	}
	slices.SortFunc(scans, func(a, b scan) int {
		if c := a.since.Compare(b.since); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	files := make([]chosen, min(len(scans), claim.MaxAttachments))
	for i := range files {
		files[i] = scans[i].chosen
	}
	return files, nil
}
