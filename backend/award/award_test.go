package award

import (
	"strings"
	"testing"

	"lianxin/backend/donation"
	"lianxin/backend/fault"
)

func TestProgress(t *testing.T) {
	whole := func(ml int) Given { return Given{Product: donation.WholeBlood, VolumeML: ml} }
	for _, c := range []struct {
		name         string
		given        []Given
		count        int
		grade, next  string
		missing, may int // benefits
	}{
		{"nothing", nil, 0, "", "bronze", 20, 0},
		{"a whole blood donation", []Given{whole(400)}, 2, "", "bronze", 18, 0},
		{"what is left over adds up", []Given{whole(300), whole(300)}, 3, "", "bronze", 17, 0},
		{"plasma of an apheresis does not count as blood", []Given{{donation.Apheresis, 500, 2}}, 2, "", "bronze", 18, 0},
		{"bronze", repeated(whole(400), 10), 20, "bronze", "silver", 10, 3},
		{"gold", repeated(whole(400), 20), 40, "gold", "lifetime", 80, 3},
		{"the highest", repeated(whole(400), 70), 140, "lifetime", "", 0, 3},
	} {
		p := BuiltIn().ProgressOf(c.given)
		if p.Count != c.count || id(p.Grade) != c.grade || id(p.Next) != c.next || p.Missing != c.missing || len(p.Benefits) != c.may {
			t.Errorf("%s: %d, %q, next %q in %d, %d benefits", c.name, p.Count, id(p.Grade), id(p.Next), p.Missing, len(p.Benefits))
		}
	}
}

func repeated(g Given, times int) (all []Given) {
	for range times {
		all = append(all, g)
	}
	return all
}

func id(g *Grade) string {
	if g == nil {
		return ""
	}
	return g.ID
}

// Each row changes one piece of the built-in pack.
func TestBrokenPacksAreRefusedWithTheirPlace(t *testing.T) {
	text, err := packFiles.ReadFile("packs/honours/honours.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"at: 20", "at: 21", "pack.example_failed"},
		{"at: 30", "at: 31", "pack.example_failed"},
		{"at: 40", "at: 41", "pack.example_failed"},
		{"at: 120", "at: 121", "pack.example_failed"},
		{"whole_blood_ml: 200", "whole_blood_ml: 201", "pack.example_failed"},
		{"apheresis_units: 1", "apheresis_units: 2", "pack.example_failed"},
		{"whole_blood_ml: 200", "whole_blood_ml: 0", "pack.not_number"},
		{"at: 30", "at: 20", "pack.not_after"},
		{"from: bronze", "from: platinum", "pack.unknown_word"},
		{"missing: 10", "missing: 11", "pack.example_failed"},
		{", grade: gold", "", "pack.example_failed"},
		{"benefits:", "benefit:", "pack.unknown_field"},
		{"examples:", "none:", "pack.unknown_field"},
	} {
		_, err := LoadBytes("honours.yaml", []byte(strings.Replace(string(text), c.old, c.new, 1)))
		if fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}
