// Package kept is a folder of sealed files: what a desk keeps for one member of staff
// until the center has it. A file is written whole or not at all, so that whoever is killed
// at any moment finds it as it was, and it opens under its own name only.
package kept

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

// part is how much of a file one envelope holds, in bytes.
const part = 512 << 10

// Folder holds files by names that say nothing of anybody.
type Folder struct {
	path string
	keys *seal.Keyring
}

// Open finds what is there. The folder itself, readable by its owner only, is made with
// the first file.
func Open(path string, keys *seal.Keyring) (*Folder, error) {
	left, err := filepath.Glob(filepath.Join(path, ".new-*")) // of a program that was killed while it wrote
	if err != nil {
		return nil, fmt.Errorf("look through what is kept: %w", err)
	}
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return &Folder{path, keys}, err
}

// namePattern is what file systems of all kinds take; a name cannot lead out of the folder.
var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,120}$`)

func (f *Folder) at(name string) (string, error) {
	if !namePattern.MatchString(name) {
		return "", fault.New(fault.Invalid, "desk.kept_name")
	}
	return filepath.Join(f.path, name), nil
}

// Write keeps content under a name, in place of what was there.
func (f *Folder) Write(name string, content []byte) error {
	path, err := f.at(name)
	if err != nil {
		return err
	}
	count := max(1, (len(content)+part-1)/part)
	out := binary.BigEndian.AppendUint32(nil, uint32(count)) //nolint:gosec // of what a clerk hands in
	for i := range count {
		envelope, err := f.keys.Seal(place(name, i, count), content[i*part:min((i+1)*part, len(content))])
		if err != nil {
			return err
		}
		out = binary.BigEndian.AppendUint32(out, uint32(len(envelope))) //nolint:gosec // little more than part
		out = append(out, envelope...)
	}
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		return fmt.Errorf("make the folder of what is kept: %w", err)
	}
	return seal.WriteWhole(path, out)
}

// place binds a part to its file, its place in it, and how many there are.
func place(name string, i, count int) seal.Place {
	return seal.Place{Table: "kept", Column: fmt.Sprintf("%d/%d", i, count), Row: name}
}

// Read opens what is kept under a name; fs.ErrNotExist when nothing is.
func (f *Folder) Read(name string) ([]byte, error) {
	path, err := f.at(name)
	if err != nil {
		return nil, err
	}
	sealed, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var content []byte
	count, sealed, err := next(sealed)
	for i := 0; err == nil && i < count; i++ {
		var size int
		if size, sealed, err = next(sealed); err != nil {
			break
		}
		if size > len(sealed) {
			err = errCut
			break
		}
		var text []byte
		text, err = f.keys.Open(place(name, i, count), sealed[:size])
		content, sealed = append(content, text...), sealed[size:]
	}
	if err == nil && len(sealed) > 0 {
		err = errCut
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "desk.kept_unreadable")
	}
	return content, nil
}

var errCut = errors.New("the file does not end where its parts do")

func next(sealed []byte) (n int, rest []byte, err error) {
	if len(sealed) < 4 {
		return 0, nil, errCut
	}
	return int(binary.BigEndian.Uint32(sealed)), sealed[4:], nil
}

// Remove forgets what is kept under a name; nothing there is as well.
func (f *Folder) Remove(name string) error {
	path, err := f.at(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget what was kept: %w", err)
	}
	return nil
}

// List names what is kept, in the order of the names.
func (f *Folder) List() ([]string, error) {
	entries, err := os.ReadDir(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list what is kept: %w", err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}
