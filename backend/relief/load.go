package relief

import (
	"embed"
	"io/fs"
	"sync"

	"lianxin/backend/policy/packfile"
)

//go:embed packs/*/*.yaml
var packFiles embed.FS

// builtIn reads the packs this program was built with, each in a folder of its own.
var builtIn = sync.OnceValue(func() []*Pack {
	folders, err := fs.ReadDir(packFiles, "packs")
	if err != nil {
		panic(err)
	}
	var all []*Pack
	for _, f := range folders {
		all = append(all, packfile.BuiltIn(packFiles, "packs/"+f.Name(), Load)())
	}
	return all
})

// BuiltIn returns the packs of all regions this program was built with.
func BuiltIn() []*Pack { return builtIn() }

// LoadBytes reads a pack from one YAML stream. The name stands for the file in
// reports. Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (*Pack, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// Load reads the files of one pack. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (*Pack, error) {
	reader := &packReader{pack: &Pack{}, read: map[string]bool{}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return nil, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}
