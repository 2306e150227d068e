package packfile

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// tally is a pack whose documents are lists of awards, as small as a pack can be.
type tally struct {
	head   Head
	points []int
}

type tallyFacts struct {
	Units   int                 `expr:"units"`
	Product func(of string) int `expr:"given"`
}

func (p *tally) Document(top Cursor) {
	fields := top.Mapping("pack", "awards")
	if c, ok := fields["pack"]; ok {
		p.head.Read(c)
	}
	if c, ok := fields["awards"]; ok {
		for _, entry := range c.Sequence(3) {
			p.award(entry.Within(entry.Peek("id")))
		}
	}
}

func (p *tally) award(c Cursor) {
	fields := c.Mapping("id", "points", "text")
	Need(c, fields, "points", func(f Cursor) {
		e, err := Compile(f.Code(), tallyFacts{}, Int, Literal{Facts: []string{"given"}, Note: func(_ string, words []string) error {
			if slices.Contains(words, "wine") {
				return errors.New("nobody gives wine")
			}
			return nil
		}})
		if err != nil {
			f.Fault("pack.expression", "%v", err)
			return
		}
		p.points = append(p.points, e.Int(tallyFacts{Units: 2, Product: func(string) int { return 1 }}))
	})
	if f, ok := fields["text"]; ok {
		f.Template([]string{"points"})
	}
}

func (p *tally) Finish(whole Cursor) {
	if !p.head.IsRead() {
		whole.Fault("pack.no_header", "no head")
	}
}

const written = `pack: {id: tally, version: "2026.1", region: CN, title: {zh: 记, en: Tally}, from: 2026-01-01, until: 2027-01-01, source: made up}
awards:
  - id: units
    points: units * 20 + given("blood")
    text: {zh: "{points} 分", en: "{points} points"}
`

func TestAnotherKindOfPackIsReadTheSameWay(t *testing.T) {
	p := &tally{}
	got, err := Read([]Source{{"tally.yaml", []byte(written)}}, p)
	if err != nil || !slices.Equal(p.points, []int{41}) || string(got.Text) != written || len(got.Digest) != 64 {
		t.Errorf("%v, %+v, %q", err, p, got.Digest)
	}
	for day, in := range map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-12-31": true, "2027-01-01": false} {
		if p.head.InForce(calendar.MustParse(day)) != in {
			t.Errorf("in force on %s: %v", day, !in)
		}
	}
}

// Each row changes one piece and names what must be reported, and where.
func TestWhatIsWrongIsReportedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"units * 20", "units / 20", `tally.yaml:4: pack.expression (rule "units": operator "/"`},
		{"units * 20", "litres", "tally.yaml:4: pack.expression"},
		{"units * 20 + given(\"blood\")", "units > 2", "tally.yaml:4: pack.expression"},
		{`given("blood")`, `given("wine")`, "nobody gives wine"},
		{`{points} points`, `{point} points`, "tally.yaml:5: pack.template"},
		{"  - id: units\n    points", "  - id: units\n    prize", "tally.yaml:3: pack.missing_field"},
		{"version: \"2026.1\"", "version: one", "tally.yaml:1: pack.not_well_formed"},
		{"until: 2027-01-01", "until: 2026-01-01", "tally.yaml:1: pack.not_after"},
		{"pack: {id", "pack: &x {id", "tally.yaml:1: pack.yaml_feature"},
		{"awards:", "pack: {}\nawards:", "pack.duplicate_key"},
		{"awards:", "---\npack: {id: x}\nawards:", "tally.yaml:3: pack.duplicate_header"},
	} {
		_, err := Read([]Source{{"tally.yaml", []byte(strings.Replace(written, c.old, c.new, 1))}}, &tally{})
		if fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
	if _, err := Read([]Source{{"bad.yaml", []byte("a: [")}}, &tally{}); err == nil || strings.Contains(err.Error(), "no_header") {
		t.Errorf("what is no YAML misses its head as well: %v", err)
	}
}

func TestFilesAreReadInTheOrderOfTheirNames(t *testing.T) {
	sources, err := ReadFS(fstest.MapFS{"b.yaml": {Data: []byte("awards: []")}, "a.yaml": {Data: []byte(written)}, "c.txt": {}}, ".")
	if err != nil || len(sources) != 2 || sources[0].Name != "a.yaml" {
		t.Fatalf("%v, %d files", err, len(sources))
	}
	if _, err := ReadFS(fstest.MapFS{"c.txt": {}}, "."); fault.CodeOf(err) != "policy.pack_empty" {
		t.Errorf("no file: %v", err)
	}
	many := fstest.MapFS{}
	for i := range MaxFiles + 1 {
		many[strings.Repeat("x", i+1)+".yaml"] = &fstest.MapFile{}
	}
	if _, err := ReadFS(many, "."); fault.CodeOf(err) != "policy.pack_too_large" {
		t.Errorf("many files: %v", err)
	}
}
