package counsel

import (
	"embed"

	"lianxin/backend/policy/packfile"
)

//go:embed packs/counsel/*.yaml
var packFiles embed.FS

// Pack says how long a donor who is to be told may wait. It is made by the loader only
// and never changed afterwards.
type Pack struct {
	packfile.Head
	packfile.Written
	Limits Limits
}

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/counsel", Load)

// LoadBytes reads a pack from one YAML stream. The name stands for the file in
// reports. Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (*Pack, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// Load reads the files of one pack. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (*Pack, error) {
	reader := &packReader{pack: &Pack{}}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return nil, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}
