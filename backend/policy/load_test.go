package policy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"lianxin/backend/fault"
	"lianxin/backend/policy/packfile"
)

// small is a pack with one rule; tests break it line by line.
const small = `pack:
  id: test
  version: "2026.1"
  region: CN
  title: {zh: 测试, en: Test}
  from: 2026-01-01
  source: made up
neutral:
  clause: made up
  text: {zh: "{until} 起", en: "from {until}"}
  ongoing: {zh: 请先不要献血, en: not at present}
  advice: {zh: 请询问, en: please ask}
rules:
  - id: tooth
    title: {zh: 拔牙, en: Tooth}
    clause: made up §1
    certainty: verified
    phase: questionnaire
    when: has("dental", "extraction")
    effect:
      defer: 15 days
      from: date("dental-date")
    text: {zh: "{until} 起", en: "from {until}"}
    advice: {zh: 再见, en: later}
    examples:
      - {name: hit, today: 2026-11-23, answers: {dental: extraction, dental-date: 2026-11-09}, expect: 2026-11-24}
      - {name: miss, today: 2026-11-23, answers: {dental: extraction, dental-date: 2026-11-08}, expect: none}
`

func TestSmallPackLoads(t *testing.T) {
	p, err := LoadBytes("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	r, ok := p.Rule("tooth")
	if !ok || r.Line != 14 || r.Effect.For != (packfile.Period{N: 15, Unit: packfile.Days}) || len(r.Products) != 2 {
		t.Errorf("rule %+v", r)
	}
}

// Each row changes one piece of the small pack and names the places that must be reported.
func TestBrokenPacksAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new string
		want     []string // "line code words of the detail"
	}{
		{"example expects another day", "expect: 2026-11-24", "expect: 2026-11-25",
			[]string{`26 pack.example_failed rule "tooth": example 1 (hit): expected 2026-11-25, got 2026-11-24`}},
		{"period changed, both examples fail", "defer: 15 days", "defer: 16 days",
			[]string{"26 pack.example_failed example 1 (hit): expected 2026-11-24, got 2026-11-25", "27 pack.example_failed example 2 (miss): expected none, got 2026-11-24"}},
		{"unknown word in the expression", `has("dental"`, `had("dental"`, []string{`19 pack.expression rule "tooth": unknown name had`}},
		{"wrong type", `when: has("dental", "extraction")`, `when: date("dental-date")`, []string{"19 pack.expression expected bool"}},
		{"condition where a day is wanted", `from: date("dental-date")`, `from: yes("dental")`, []string{"22 pack.expression expected struct"}},
		{"expression of another phase", `has("dental", "extraction")`, `donated("whole_blood")`, []string{"19 pack.expression unknown name donated"}},
		{"linkId not written out", `date("dental-date")`, `date(sex)`, []string{"22 pack.expression written as text"}},
		{"builtin", `has("dental", "extraction")`, `len("x") > 0`, []string{"19 pack.expression unknown name len"}},
		{"loop", `has("dental", "extraction")`, `all([1, 2], # > 0)`, []string{"19 pack."}},
		{"range", `has("dental", "extraction")`, `1 in 1..100000000`, []string{`19 pack.expression operator ".." is not accepted`}},
		{"index", `has("dental", "extraction")`, `1 == [1][5]`, []string{"19 pack.expression"}},
		{"method of a value", `has("dental", "extraction")`, `today.IsZero()`, []string{"19 pack.expression Member is not accepted"}},
		{"division", `has("dental", "extraction")`, `age % 0 == 1`, []string{`19 pack.expression`}},
		{"regular expression", `has("dental", "extraction")`, `sex matches "a"`, []string{`19 pack.expression operator "matches"`}},
		{"unknown field", "certainty: verified", "certainty: verified\n    colour: red", []string{`18 pack.unknown_field rule "tooth": field "colour"`}},
		{"duplicate field", "certainty: verified", "certainty: verified\n    certainty: verified", []string{`18 pack.duplicate_key "certainty" is written twice`}},
		{"missing clause", "    clause: made up §1\n", "", []string{`14 pack.missing_field rule "tooth": field "clause"`}},
		{"empty clause", "made up §1", `""`, []string{"16 pack.empty", "14 pack.missing_field clause"}},
		{"missing translation", "title: {zh: 拔牙, en: Tooth}", "title: {zh: 拔牙}", []string{`15 pack.missing_translation rule "tooth": the "en" text is missing`}},
		{"missing advice", "    advice: {zh: 再见, en: later}\n", "", []string{"14 pack.missing_translation advice"}},
		{"unknown certainty", "certainty: verified", "certainty: maybe", []string{`17 pack.unknown_word "maybe"`}},
		{"unknown phase", "phase: questionnaire", "phase: dream", []string{`18 pack.unknown_word "dream"`}},
		{"unknown parameter", `zh: "{until} 起", en: "from {until}"}
    advice`, `zh: "{value} 起", en: "from {until}"}
    advice`, []string{"23 pack.template {value} has no value here"}},
		{"stray brace", "en: later}", `en: "later {"}`, []string{"24 pack.template brace"}},
		{"bad period", "defer: 15 days", "defer: 15 moons", []string{`21 pack.period "15 moons"`}},
		{"endless period", "defer: 15 days", "defer: 99999999 years", []string{"21 pack.period"}},
		{"no day to count from", "      from: date(\"dental-date\")\n", "", []string{`20 pack.missing_field field "from"`}},
		{"two effects", "defer: 15 days", "defer: 15 days\n      flag: true", []string{"20 pack.effect exactly one"}},
		{"impossible day", "today: 2026-11-23, answers: {dental: extraction, dental-date: 2026-11-09}", "today: 2026-02-30, answers: {dental: extraction, dental-date: 2026-11-09}", []string{"26 pack.not_date"}},
		{"example without a day", "{name: hit, today: 2026-11-23,", "{name: hit,", []string{"26 pack.example_today"}},
		{"example answers a question the rule does not read", "{dental: extraction, dental-date: 2026-11-09}", "{dental: extraction, dental_date: 2026-11-09}", []string{`26 pack.example_answer rule "tooth": the rule does not read "dental_date"`}},
		{"only hits", "expect: none", "expect: 2026-11-23", []string{"25 pack.example_missing"}},
		{"facts of another phase", "answers: {dental: extraction, dental-date: 2026-11-09}", "history: []", []string{`26 pack.unknown_field "history"`}},
		{"two faults at once", "certainty: verified\n    phase: questionnaire", "certainty: sure\n    phase: questionnair", []string{"17 pack.unknown_word", "18 pack.unknown_word"}},
		{"anchor", "certainty: verified", "certainty: &a verified", []string{"17 pack.yaml_feature"}},
		{"tag", "certainty: verified", "certainty: !!str verified", []string{"17 pack.yaml_feature"}},
		{"not YAML", "rules:\n", "rules: ]\n", []string{"13 pack.yaml"}},
		{"nested too deep", "source: made up", "source: " + strings.Repeat("[", 40), []string{"7 pack.too_deep"}},
		{"not UTF-8", "made up §1", "\xff\xfe", []string{"1 pack.not_utf8"}},
		{"no header", "pack:\n  id: test", "x:\n  id: test", []string{"1 pack.no_header", `1 pack.unknown_field field "x"`}},
		{"bad version", `"2026.1"`, "new", []string{"3 pack.not_well_formed"}},
		{"ends before it begins", "from: 2026-01-01", "from: 2026-01-01\n  until: 2025-01-01", []string{"7 pack.not_after"}},
		{"reserved id", "id: tooth", "id: deferral-on-record", []string{"14 pack.reserved_rule"}},
		{"id not in kebab-case", "id: tooth", "id: Tooth Extraction", []string{"14 pack.not_well_formed"}},
		{"rule is not a mapping", "rules:\n", "rules:\n  - 7\n", []string{"14 pack.not_mapping"}},
		{"rules is not a list", "rules:\n  - id: tooth", "rules:\n    id: tooth", []string{"13 pack.not_list"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(small, c.old) {
				t.Fatalf("the small pack has no %q", c.old)
			}
			_, err := LoadBytes("small.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
			f, ok := errors.AsType[*fault.Fault](err)
			if !ok || f.Code != "policy.pack_invalid" || f.Kind != fault.Invalid {
				t.Fatalf("error is %v, want policy.pack_invalid", err)
			}
			for _, want := range c.want {
				if !reported(f, want) {
					t.Errorf("%q is not reported; there are:\n%s", want, strings.ReplaceAll(f.Error(), "; ", "\n"))
				}
			}
		})
	}
}

// reported looks for a place by line, code prefix and a piece of its detail.
func reported(f *fault.Fault, want string) bool {
	line, rest, _ := strings.Cut(want, " ")
	code, detail, _ := strings.Cut(rest, " ")
	for _, p := range f.Places {
		if p.Location == "small.yaml:"+line && strings.HasPrefix(p.Code, code) && strings.Contains(p.Detail, detail) {
			return true
		}
	}
	return false
}

func TestARuleIdIsUsedOnceInTheWholePack(t *testing.T) {
	head, rules, _ := strings.Cut(small, "rules:\n")
	files := fstest.MapFS{
		"a.yaml": {Data: []byte(head + "rules:\n" + rules)},
		"b.yaml": {Data: []byte("rules:\n" + rules)},
	}
	_, err := LoadFS(files, ".")
	if err == nil || !strings.Contains(err.Error(), "b.yaml:2: pack.duplicate_rule") || !strings.Contains(err.Error(), "a.yaml:14") {
		t.Errorf("error is %v", err)
	}
	files["b.yaml"].Data = []byte(strings.Replace("rules:\n"+rules, "id: tooth", "id: other", 1))
	p, err := LoadFS(files, ".")
	if err != nil || len(p.Rules) != 2 || p.Rules[1].File != "b.yaml" {
		t.Errorf("two files: %v", err)
	}
	files["b.yaml"].Data = []byte(small)
	if _, err := LoadFS(files, "."); err == nil || !strings.Contains(err.Error(), "pack.duplicate_header") {
		t.Errorf("two headers: %v", err)
	}
}

func TestPacksAreBounded(t *testing.T) {
	big := small + strings.Repeat("# a comment\n", packfile.MaxBytes/12+1)
	if _, err := LoadBytes("big.yaml", []byte(big)); fault.CodeOf(err) != "policy.pack_too_large" {
		t.Errorf("many bytes: %v", err)
	}
	// The parser would take half a minute over these.
	for _, line := range []string{"a: b\n", "a:\n\n", "a\n---\n"} {
		_, err := LoadBytes("small.yaml", []byte(strings.Repeat(line, (packfile.MaxBytes-100)/len(line))))
		if err == nil || !strings.Contains(err.Error(), "pack.too_long") {
			t.Errorf("many times %q: %.200v", line, err)
		}
	}
	if _, err := LoadBytes("small.yaml", []byte(strings.Repeat(":", packfile.MaxBytes-100))); err == nil || len(err.Error()) > 2000 {
		t.Errorf("a report of %d bytes", len(err.Error()))
	}
	long := strings.Replace(small, `has("dental", "extraction")`, `has("dental", "extraction") and `+strings.Repeat("not ", 400)+"true", 1)
	if _, err := LoadBytes("small.yaml", []byte(long)); err == nil || !strings.Contains(err.Error(), "pack.expression") {
		t.Errorf("a long expression: %v", err)
	}
	many := small + strings.Repeat("  - {}\n", packfile.MaxRules+1)
	if _, err := LoadBytes("small.yaml", []byte(many)); err == nil || !strings.Contains(err.Error(), "pack.too_many") {
		t.Errorf("many rules: %v", err)
	}
}

func TestLoadDirReadsAFileOrAFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "one.yaml")
	if err := os.WriteFile(file, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, dir} {
		if p, err := LoadDir(name); err != nil || p.ID != "test" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadDir(filepath.Join(dir, "absent.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	if _, err := LoadDir(t.TempDir()); fault.CodeOf(err) != "policy.pack_empty" {
		t.Errorf("an empty folder: %v", err)
	}
}

func FuzzLoadBytes(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("pack: {id: x}\n---\nrules: [{id: a, when: 'age > (1'}]"))
	f.Add([]byte("rules:\n  - - - - a: {b: [c, {d: e}]}\n    ? x\n: y"))
	f.Add([]byte(`a: "\x"` + "\n&b *c !d <<: |\n  text\n"))
	f.Add(BuiltIn().Bytes()[:4000])
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := LoadBytes("fuzz.yaml", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("pack %v with error %v", p, err)
		}
		if err != nil {
			if k := fault.From(err).Kind; k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("refused with %s: %v", k, err)
			}
			return
		}
		// What was accepted can be asked anything without failing.
		Gate(p, Person{}, Holds(p, History{{On: day("2026-01-01"), Product: "whole_blood"}}, nil, day("2026-11-23")), day("2026-11-23"))
		Screen(p, Person{}, "whole_blood", Answers{"dental": "extraction"}, day("2026-11-23"))
		Judge(p, Male, "whole_blood", Measurements{})
	})
}

func BenchmarkLoadBuiltIn(b *testing.B) {
	data := BuiltIn().Bytes()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := LoadBytes("pack.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}
