package policy

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"

	"lianxin/backend/fault"
)

//go:embed packs/donor-selection/*.yaml
var packFiles embed.FS

// BuiltIn returns the donor-selection pack of GB 18467-2011 this program was
// built with. It panics when that pack is refused, which a test would have shown.
var BuiltIn = sync.OnceValue(func() *Pack {
	p, err := LoadFS(packFiles, "packs/donor-selection")
	if err != nil {
		panic(fmt.Errorf("policy: the built-in pack: %w", err))
	}
	return p
})

// source is one file of a pack.
type source struct {
	name string
	data []byte
}

// LoadBytes reads a pack from one YAML stream, such as sync delivers. The name
// stands for the file in reports. Every mistake is reported at once, by fault
// "policy.pack_invalid" with places "file:line"; "policy.pack_too_large" when
// the stream is over MaxPackBytes.
func LoadBytes(name string, data []byte) (*Pack, error) {
	return load([]source{{name, data}})
}

// LoadFS reads all .yaml files of a folder as one pack, in the order of their names.
func LoadFS(fsys fs.FS, dir string) (*Pack, error) {
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
	var sources []source
	for _, name := range names {
		data, err := readBounded(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read rule pack %s: %w", name, err)
		}
		sources = append(sources, source{path.Base(name), data})
	}
	return load(sources)
}

// LoadDir reads a folder, or a single file, of the computer.
func LoadDir(name string) (*Pack, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	if info.IsDir() {
		return LoadFS(os.DirFS(name), ".")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxPackBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read rule pack: %w", err)
	}
	return LoadBytes(name, data)
}

func readBounded(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxPackBytes+1))
}

func load(sources []source) (*Pack, error) {
	text := join(sources)
	if len(text) > MaxPackBytes {
		return nil, fault.New(fault.TooLarge, "policy.pack_too_large").With("bytes", MaxPackBytes)
	}
	faults := &faultList{}
	reader := &packReader{pack: &Pack{byID: map[string]*Rule{}, text: text}, faults: faults}
	for _, s := range sources {
		docs, ok := parseYAML(s.name, s.data, faults)
		reader.unreadable = reader.unreadable || !ok
		if len(docs) > MaxFiles {
			faults.add(s.name, 1, "pack.too_many", fmt.Sprintf("%d documents, at most %d are accepted", len(docs), MaxFiles))
			continue
		}
		for _, d := range docs {
			reader.document(d)
		}
	}
	reader.finish(sources[0].name)
	if err := faults.err(); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	reader.pack.Digest = hex.EncodeToString(sum[:])
	return reader.pack, nil
}

// join makes one YAML stream of the files.
func join(sources []source) []byte {
	var all [][]byte
	for _, s := range sources {
		all = append(all, s.data)
	}
	return bytes.Join(all, []byte("\n---\n"))
}
