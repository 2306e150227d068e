package relief

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

func TestBuiltInPacks(t *testing.T) {
	regions := map[string]bool{}
	for _, p := range BuiltIn() {
		regions[p.Region] = true
	}
	for _, want := range []string{"110000", "330000", "410000", "440100"} {
		if !regions[want] {
			t.Errorf("no pack for %s", want)
		}
	}
}

// mutations change one piece of a pack each; every one must be noticed by an example
// or by the reader.
var mutations = map[string][]struct{ old, new, want string }{
	"beijing": {
		{"{for: 10 years, times: 5}", "{for: 10 years, times: 4}", "pack.example_failed"},
		{"{for: 10 years, times: 5}", "{for: 9 years, times: 5}", "pack.example_failed"},
		{"{for: 10 years, times: 5}", "{for: 11 years, times: 5}", "pack.example_failed"},
		{"{times: 2}", "{times: 1}", "pack.example_failed"},
		{"total > 1000", "total >= 1000", "pack.example_failed"},
		{"total > 1000", "total > 1100", "pack.example_failed"},
		{"terms: [{for: 10 years, times: 1}]", "terms: [{for: 10 years, times: 2}]", "pack.example_failed"},
		{"terms: [{for: 10 years, times: 1}]", "terms: [{for: 11 years, times: 1}]", "pack.example_failed"},
		{"terms: [{for: 10 years, times: 1}]", "terms: [{times: 1}]", "pack.example_failed"},
		{"relations: [spouse, parent,", "relations: [spouse, sibling, parent,", "pack.example_failed"},
		{"relations: [spouse, parent, child,", "relations: [parent, child,", "pack.example_failed"},
		{"unit_ml: 400", "unit_ml: 200", "pack.example_failed"},
		{"unqualified: full", "unqualified: equal", "pack.example_failed"},
		{"add_up: true", "add_up: false", "pack.example_failed"},
		{"before_donation: false", "before_donation: true", "pack.example_failed"},
		{"unit: u, ml: 200}", "unit: u, ml: 100}", "pack.example_failed"},
		{"unit: dose, ml: 400}", "unit: dose, ml: 200}", "pack.example_failed"},
		{"covered: [blood, nucleic_acid_tests]", "covered: [blood]", "pack.example_failed"},
		{"covered: [blood, nucleic_acid_tests]", "covered: [blood, nucleic_acid_tests, cross_matching]", "pack.example_failed"},
		{"binds: false", "binds: true", "pack.example_failed"},
		{", agent: true}", ", agent: true, for: [spouse]}", "pack.example_failed"},
		{"times: 5}", "times: 500}", "pack.not_number"},
		{"{times: 2}]", "{times: 2}, {times: 1}]", "pack.not_after"},
		{"total > 1000", "sum > 1000", "pack.expression"},
		{"from: 2007-01-01", "from: 2007-13-01", "pack.not_date"},
		{"- {component: frozen_plasma, title", "- {component: cryoprecipitate, title", "pack.missing_field"},
		{"id: family\n", "id: own\n", "pack.duplicate_rule"},
		{"unqualified: full", "unqualified: half", "pack.unknown_word"},
		{"counting:\n", "counted:\n", "pack.unknown_field"},
	},
	"zhejiang": {
		{"{for: 5 years, times: 5}", "{for: 4 years, times: 5}", "pack.example_failed"},
		{"total >= 400", "total > 400", "pack.example_failed"},
		{" or units > 0", "", ""}, // a unit counts as 800 mL: the clause says it twice
		{"{for: 5 years, times: 2}", "{for: 5 years, times: 1}", "pack.example_failed"},
		{`"gold" in honours`, `"silver" in honours`, "pack.example_failed"},
		{"unit_ml: 800", "unit_ml: 400", "pack.example_failed"},
	},
	"henan": {
		{"{for: 5 years, times: 3}", "{for: 5 years, times: 2}", "pack.example_failed"},
		{"total >= 1000", "total > 1000", "pack.example_failed"},
		{"child, spouse_parent]\n    terms", "child]\n    terms", "pack.example_failed"},
	},
	"guangzhou": {
		{"unqualified: equal", "unqualified: full", "pack.example_failed"},
		{"unqualified: equal", "unqualified: none", "pack.example_failed"},
		{"add_up: false", "add_up: true", "pack.example_failed"},
		{"before_donation: false", "before_donation: true", "pack.example_failed"},
	},
}

func TestBrokenPacksAreRefusedWithTheirPlace(t *testing.T) {
	for region, all := range mutations {
		text, err := packFiles.ReadFile("packs/" + region + "/relief.yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range all {
			if !strings.Contains(string(text), c.old) {
				t.Errorf("%s has no %q", region, c.old)
				continue
			}
			_, err := LoadBytes("relief.yaml", []byte(strings.Replace(string(text), c.old, c.new, 1)))
			if c.want == "" && err == nil {
				continue
			}
			if fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "relief.yaml:") {
				t.Errorf("%s, %q for %q: %v, want %q", region, c.new, c.old, err, c.want)
			}
		}
	}
}

func FuzzLoadBytes(f *testing.F) {
	for _, region := range []string{"beijing", "guangzhou"} {
		text, err := os.ReadFile(fmt.Sprintf("packs/%s/relief.yaml", region))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := LoadBytes("fuzz.yaml", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("pack %v with error %v", p, err)
		}
	})
}
