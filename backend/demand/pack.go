package demand

import (
	"embed"

	"lianxin/backend/policy/packfile"
)

//go:embed packs/planning/*.yaml
var packFiles embed.FS

// Pack says how stock is planned. It is made by the loader only and never changed
// afterwards.
type Pack struct {
	packfile.Head
	packfile.Written
	Stock  StockRule
	Trend  TrendRule
	Retire RetireRule
}

// StockRule is a policy of ordering: looked at so often, ordered up to a level when
// stock is at or below a point.
type StockRule struct {
	Certainty    packfile.Certainty
	LeadTime     packfile.Period
	Review       packfile.Period
	Cover        packfile.Period
	ServiceLevel float64 // probability that the shelf is not empty before the next order is there
}

// TrendRule says what counts as rising or falling.
type TrendRule struct {
	Certainty  packfile.Certainty
	Weeks      int
	Ratio      float64
	Confidence float64
}

// RetireRule says what is hardly asked for.
type RetireRule struct {
	Certainty packfile.Certainty
	Weeks     int
	AtMost    int
}

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/planning", Load)

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
