package award

import (
	"embed"
	"slices"

	"lianxin/backend/donation"
	"lianxin/backend/policy/packfile"
)

//go:embed packs/honours/*.yaml
var packFiles embed.FS

// BuiltIn returns the pack this program was built with.
var BuiltIn = packfile.BuiltIn(packFiles, "packs/honours", Load)

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

// packReader turns documents into a pack.
type packReader struct {
	pack     *Pack
	examples []packfile.Cursor
}

// Document implements packfile.Pack.
func (r *packReader) Document(top packfile.Cursor) {
	fields := top.Mapping("pack", "count", "grades", "benefits", "examples")
	if c, ok := fields["pack"]; ok {
		r.pack.Head.Read(c)
	}
	if c, ok := fields["count"]; ok {
		r.count(c)
	}
	if c, ok := fields["grades"]; ok {
		for _, entry := range c.Sequence(packfile.MaxListItems) {
			r.grade(entry)
		}
	}
	if c, ok := fields["benefits"]; ok {
		for _, entry := range c.Sequence(packfile.MaxListItems) {
			r.benefit(entry)
		}
	}
	if c, ok := fields["examples"]; ok {
		r.examples = append(r.examples, c.Sequence(packfile.MaxExamples)...)
	}
}

// Finish implements packfile.Pack.
func (r *packReader) Finish(whole packfile.Cursor) {
	missing := map[string]bool{"pack": !r.pack.Head.IsRead(), "count": r.pack.Count.WholeBloodML == 0, "grades": len(r.pack.Grades) == 0}
	packfile.Examine(whole, missing, r.examples, r.run)
}

func (r *packReader) count(c packfile.Cursor) {
	n := &r.pack.Count
	fields := c.Mapping("clause", "certainty", "whole_blood_ml", "apheresis_units")
	packfile.Need(c, fields, "clause", func(f packfile.Cursor) { n.Clause = f.Text() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { n.Certainty = certaintyOf(f) })
	packfile.Need(c, fields, "whole_blood_ml", func(f packfile.Cursor) { n.WholeBloodML = f.Positive() })
	packfile.Need(c, fields, "apheresis_units", func(f packfile.Cursor) { n.ApheresisUnits = f.Positive() })
}

func (r *packReader) grade(c packfile.Cursor) {
	g := Grade{}
	fields := c.Mapping("id", "title", "at", "certainty")
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { g.ID = f.ID("bronze") })
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { g.Title = f.Translated() })
	packfile.Need(c, fields, "at", func(f packfile.Cursor) { g.At = f.Positive() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { g.Certainty = certaintyOf(f) })
	if n := len(r.pack.Grades); n > 0 && g.At <= r.pack.Grades[n-1].At {
		c.Fault("pack.not_after", "%s is earned at %d, no later than the grade before", g.ID, g.At)
	}
	r.pack.Grades = append(r.pack.Grades, g)
}

func (r *packReader) benefit(c packfile.Cursor) {
	b := Benefit{}
	fields := c.Mapping("id", "title", "from", "certainty")
	packfile.Need(c, fields, "id", func(f packfile.Cursor) { b.ID = f.ID("transport") })
	packfile.Need(c, fields, "title", func(f packfile.Cursor) { b.Title = f.Translated() })
	packfile.Need(c, fields, "certainty", func(f packfile.Cursor) { b.Certainty = certaintyOf(f) })
	packfile.Need(c, fields, "from", func(f packfile.Cursor) {
		b.From = f.ID("bronze")
		if !slices.ContainsFunc(r.pack.Grades, func(g Grade) bool { return g.ID == b.From }) {
			f.Fault("pack.unknown_word", "%q is no grade above", b.From)
		}
	})
	r.pack.Benefits = append(r.pack.Benefits, b)
}

// run reads one example and reports when it does not come out as it says.
func (r *packReader) run(c packfile.Cursor) {
	var given []Given
	fields := c.Mapping("name", "donations", "expect")
	packfile.Need(c, fields, "donations", func(f packfile.Cursor) {
		for _, entry := range f.Sequence(packfile.MaxListItems) {
			given = append(given, givenOf(entry)...)
		}
	})
	got := r.pack.ProgressOf(given)
	packfile.Need(c, fields, "expect", func(f packfile.Cursor) {
		want := f.Mapping("count", "grade", "next", "missing")
		if n, ok := want["count"]; ok && n.Integer() != got.Count {
			n.Fault("pack.example_failed", "the count is %d", got.Count)
		}
		if n, ok := want["missing"]; ok && n.Integer() != got.Missing {
			n.Fault("pack.example_failed", "%d are missing", got.Missing)
		}
		for name, is := range map[string]*Grade{"grade": got.Grade, "next": got.Next} {
			id := ""
			if is != nil {
				id = is.ID
			}
			switch n, ok := want[name]; {
			case ok && n.Text() != id:
				n.Fault("pack.example_failed", "the %s is %q", name, id)
			case !ok && id != "":
				f.Fault("pack.example_failed", "the %s is %q, the example names none", name, id)
			}
		}
	})
}

func givenOf(c packfile.Cursor) []Given {
	g, times := Given{Product: donation.WholeBlood}, 1
	for name, f := range c.Mapping("volume", "units", "times") {
		switch name {
		case "volume":
			g.VolumeML = f.Integer()
		case "units":
			g.Product, g.Units = donation.Apheresis, f.Integer()
		case "times":
			times = min(max(f.Integer(), 1), packfile.MaxRules)
		}
	}
	return slices.Repeat([]Given{g}, times)
}

func certaintyOf(c packfile.Cursor) packfile.Certainty {
	return packfile.OneOf(c, packfile.Verified, packfile.GeneralKnowledge)
}
