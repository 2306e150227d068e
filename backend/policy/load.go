package policy

import (
	"embed"
	"io/fs"

	"lianxin/backend/policy/packfile"
)

//go:embed packs/donor-selection/*.yaml
var packFiles embed.FS

// BuiltIn returns the donor-selection pack of GB 18467-2011 this program was
// built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/donor-selection", Load)

// LoadBytes reads a pack from one YAML stream, such as sync delivers. The name
// stands for the file in reports. Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (*Pack, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// LoadFS reads all .yaml files of a folder as one pack, in the order of their names.
func LoadFS(fsys fs.FS, dir string) (*Pack, error) {
	sources, err := packfile.ReadFS(fsys, dir)
	if err != nil {
		return nil, err
	}
	return Load(sources)
}

// LoadDir reads a folder, or a single file, of the computer.
func LoadDir(name string) (*Pack, error) {
	sources, err := packfile.ReadPath(name)
	if err != nil {
		return nil, err
	}
	return Load(sources)
}

// Load reads a pack from its files. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (*Pack, error) {
	reader := &packReader{pack: &Pack{byID: map[string]*Rule{}}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return nil, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}
