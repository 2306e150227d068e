package desk

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"lianxin/backend/api"
	"lianxin/backend/fault"
)

// Bounds of what is read for a check; what a pack may be the center says.
const (
	mostPackFiles   = 32
	largestPackFile = 600_000
)

// PackFiles implements api.Desk.
func (d *Desk) PackFiles(_ context.Context, from string) ([]api.PackFile, error) {
	if _, err := d.open(); err != nil {
		return nil, err
	}
	if from == "dialog" {
		return []api.PackFile{}, d.choose(PackDoc)
	}
	d.mu.Lock()
	paths := d.dropped
	d.dropped = nil
	d.mu.Unlock()
	slices.Sort(paths) // the files of a pack are read in the order of their names
	files := []api.PackFile{}
	for _, path := range paths[:min(len(paths), mostPackFiles)] {
		f, err := readPackFile(path)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func readPackFile(path string) (api.PackFile, error) {
	out := api.PackFile{Name: filepath.Base(path)}
	file, err := os.Open(path)
	if err != nil {
		return out, fault.Wrap(err, fault.Invalid, "desk.file_unreadable")
	}
	defer file.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(file, largestPackFile+1))
	if err != nil || len(text) > largestPackFile || !utf8.Valid(text) {
		return out, fault.Wrap(err, fault.Invalid, "desk.file_unreadable")
	}
	out.Content = strings.TrimPrefix(string(text), "\ufeff") // some editors begin a file with it
	return out, nil
}
