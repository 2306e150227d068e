package packfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"

	"lianxin/backend/fault"
)

// Source is one file of a pack. Its name stands in reports.
type Source struct {
	Name string
	Data []byte
}

// ReadFS reads all .yaml files of a folder, in the order of their names; fault
// "policy.pack_empty" when there is none, "policy.pack_too_large" for too many.
func ReadFS(fsys fs.FS, dir string) ([]Source, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list rule pack %s: %w", dir, err)
	}
	if len(names) == 0 {
		return nil, fault.New(fault.NotFound, "policy.pack_empty").At(dir, "pack.no_files", "the folder holds no .yaml file")
	}
	if len(names) > MaxFiles {
		return nil, fault.New(fault.TooLarge, "policy.pack_too_large").With("files", MaxFiles)
	}
	var sources []Source
	for _, name := range names {
		f, err := fsys.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read rule pack %s: %w", name, err)
		}
		data, err := readBounded(f)
		if err != nil {
			return nil, fmt.Errorf("read rule pack %s: %w", name, err)
		}
		sources = append(sources, Source{path.Base(name), data})
	}
	return sources, nil
}

// ReadPath reads a folder, or a single file, of the computer.
func ReadPath(name string) ([]Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	if info.IsDir() {
		return ReadFS(os.DirFS(name), ".")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	data, err := readBounded(f)
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	return []Source{{name, data}}, nil
}

// readBounded reads a little more than is accepted, so that too much is noticed.
func readBounded(f fs.File) ([]byte, error) {
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxBytes+1))
}

// BuiltIn returns what gives the pack a program was built with, read once. It
// panics when that pack is refused, which a test would have shown.
func BuiltIn[P any](files fs.FS, dir string, load func([]Source) (P, error)) func() P {
	return sync.OnceValue(func() P {
		sources, err := ReadFS(files, dir)
		if err != nil {
			panic(fmt.Errorf("built-in pack: %w", err))
		}
		p, err := load(sources)
		if err != nil {
			panic(fmt.Errorf("built-in pack %s: %w", dir, err))
		}
		return p
	})
}

// Written is a pack as it was written.
type Written struct {
	Text   []byte `json:"-"`      // one YAML stream of all its files
	Digest string `json:"digest"` // SHA-256 of Text, hex
}

// Pack takes the documents of a pack one after the other.
type Pack interface {
	// Document reads one document.
	Document(top Cursor)
	// Finish checks what only the whole pack can tell. It is not called when a file is
	// no YAML at all: that is reported, and everything in it would be missed as well.
	Finish(whole Cursor)
}

// Join is all files of a pack as one YAML stream; of one file, that file.
func Join(sources []Source) []byte {
	all := make([][]byte, len(sources))
	for i, s := range sources {
		all[i] = s.Data
	}
	return bytes.Join(all, []byte("\n---\n"))
}

// Read hands the documents of all sources to a pack. Every mistake is reported
// at once, by fault "policy.pack_invalid" with places "file:line";
// "policy.pack_too_large" when they are over MaxBytes together.
func Read(sources []Source, into Pack) (Written, error) {
	text := Join(sources)
	if len(text) > MaxBytes {
		return Written{}, fault.New(fault.TooLarge, "policy.pack_too_large").With("bytes", MaxBytes)
	}
	faults := &Faults{}
	readable := true
	for _, s := range sources {
		docs, ok := parseYAML(s.Name, s.Data, faults)
		readable = readable && ok
		if len(docs) > MaxFiles {
			faults.Add(s.Name, 1, "pack.too_many", fmt.Sprintf("%d documents, at most %d are accepted", len(docs), MaxFiles))
			continue
		}
		for _, d := range docs {
			into.Document(Cursor{d.file, "", d.body, startLine(d.body, 1), faults})
		}
	}
	if readable {
		into.Finish(Cursor{file: sources[0].Name, line: 1, faults: faults})
	}
	if err := faults.Err(); err != nil {
		return Written{}, err
	}
	sum := sha256.Sum256(text)
	return Written{Text: text, Digest: hex.EncodeToString(sum[:])}, nil
}
