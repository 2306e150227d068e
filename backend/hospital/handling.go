package hospital

import (
	"embed"

	"lianxin/backend/policy/packfile"
)

// Handling is what a center and its hospitals agree on: how long millilitres stay set
// aside, until when a confirmed case may be corrected, how old a consent may be. It is a
// dated pack with worked examples.
type Handling struct {
	packfile.Head
	packfile.Written
	ReserveDays int
	CorrectDays int
	ConsentDays int
}

//go:embed packs/handling/*.yaml
var packFiles embed.FS

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/handling", Load)

// LoadBytes reads a pack from one YAML stream. The name stands for the file in reports.
// Faults are those of packfile.Read.
func LoadBytes(name string, data []byte) (Handling, error) {
	return Load([]packfile.Source{{Name: name, Data: data}})
}

// Load reads the files of one pack. Faults are those of packfile.Read.
func Load(sources []packfile.Source) (Handling, error) {
	reader := &packReader{}
	written, err := packfile.Read(sources, reader)
	if err != nil {
		return Handling{}, err
	}
	reader.pack.Written = written
	return reader.pack, nil
}

// packReader turns documents into a pack.
type packReader struct {
	pack     Handling
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "reserve_days", "correct_days", "consent_days", "examples")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	for name, into := range map[string]*int{"reserve_days": &r.pack.ReserveDays, "correct_days": &r.pack.CorrectDays, "consent_days": &r.pack.ConsentDays} {
		if c, ok := fields[name]; ok {
			*into = c.Positive()
		}
	}
	if c, ok := fields["examples"]; ok {
		r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...)
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	missing := map[string]bool{"pack": !r.pack.Head.IsRead(), "reserve_days": r.pack.ReserveDays == 0, "correct_days": r.pack.CorrectDays == 0,
		"consent_days": r.pack.ConsentDays == 0}
	packfile.Examine(whole, missing, r.examples, r.run)
}

// run reads one example and reports when it does not come out as it says.
func (r *packReader) run(c packfile.Cursor) {
	fields := c.Mapping("name", "reserved_days_ago", "lapsed", "confirmed_days_ago", "may_correct", "consent_days_ago", "counts")
	for _, kind := range []struct {
		days, verdict string
		is            func(days int) bool
	}{
		{"reserved_days_ago", "lapsed", func(days int) bool { return days >= r.pack.ReserveDays }},
		{"confirmed_days_ago", "may_correct", func(days int) bool { return days <= r.pack.CorrectDays }},
		{"consent_days_ago", "counts", func(days int) bool { return days <= r.pack.ConsentDays }},
	} {
		days, ok := fields[kind.days]
		if !ok {
			continue
		}
		is := kind.is(days.Integer())
		packfile.Need(c, fields, kind.verdict, func(f packfile.Cursor) {
			if f.Boolean() != is {
				f.Fault("pack.example_failed", "%s is %t", kind.verdict, is)
			}
		})
	}
}
