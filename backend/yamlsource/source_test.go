package yamlsource

import (
	"strings"
	"testing"

	"lianxin/backend/fault"
)

type list struct {
	Title string `yaml:"title"`
	Rows  []struct {
		Name string `yaml:"name"`
		Size int    `yaml:"size"`
	} `yaml:"rows"`
}

const good = `# a comment
title: sizes
rows:
  - name: small
    size: 1
  - {name: large, size: 9}
`

func TestLineOfAPath(t *testing.T) {
	var into list
	faults := fault.New(fault.Invalid, "list.invalid")
	file, ok := Decode("a.yaml", []byte(good), &into, faults)
	if !ok || into.Rows[1].Size != 9 {
		t.Fatalf("Decode: %v, %+v", faults, into)
	}
	for path, want := range map[string]int{
		"$.title":          2,
		"$.rows[0].size":   5,
		"$.rows[1].name":   6,
		"$.rows[1].colour": 6, // not there: its row
		"$.rows[7].name":   4, // not there: the rows
		"$.nothing":        1,
		"$":                1,
		"":                 1,
	} {
		if got := file.Line(path); got != want {
			t.Errorf("Line(%s) = %d, want %d", path, got, want)
		}
	}
	file.At("$.rows[0].size", "too_small", "at least 2")
	if p := faults.Places[0]; p.Location != "a.yaml:5" || p.Code != "too_small" || p.Detail != "$.rows[0].size: at least 2" {
		t.Errorf("place %+v", p)
	}
}

func TestDecodeNamesTheLine(t *testing.T) {
	for _, c := range []struct{ name, text, location, code string }{
		{"unknown field", strings.Replace(good, "title", "titel", 1), "a.yaml:2", "yaml"},
		{"wrong type", strings.Replace(good, "size: 1", "size: one", 1), "a.yaml:5", "yaml"},
		{"not YAML", "title: [", "a.yaml:1", "yaml"},
		{"too large", good + "#" + strings.Repeat(" ", MaxBytes), "a.yaml:1", "too_large"},
	} {
		var into list
		faults := fault.New(fault.Invalid, "list.invalid")
		if _, ok := Decode("a.yaml", []byte(c.text), &into, faults); ok {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		if p := faults.Places[0]; p.Location != c.location || p.Code != c.code {
			t.Errorf("%s: %+v, want %s at %s", c.name, p, c.code, c.location)
		}
	}
}
