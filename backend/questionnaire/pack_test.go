package questionnaire

import (
	"strings"
	"testing"
)

// The form this product ships is sound, and a form made of it opens.
func TestShippedPack(t *testing.T) {
	q, err := Parse(readFile(t, "packs/donor-health.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range CheckDefinition(q, nil) {
		t.Errorf("%s %s %s %s", i.Severity, i.Expression, i.Detail, i.sentence())
	}
}

// Where several things may be ticked and one date is asked for, the form says which:
// the latest, from which every period that follows is long enough.
func TestADateForSeveralSaysWhich(t *testing.T) {
	q, err := Parse(readFile(t, "packs/donor-health.json"))
	if err != nil {
		t.Fatal(err)
	}
	index := newScene(q, &Response{}).index
	for id, want := range map[string][2]string{
		"illness-recovered-date": {"最晚好的那一天", "the day the last one was over"},
		"infection-3y-date":      {"最晚好的那一天", "the day the last one was over"},
		"surgery-date":           {"最近一次", "most recent"},
		"skin-pierced-date":      {"最近一次", "most recent"},
		"contact-date":           {"最近一次", "last contact"},
	} {
		item := index.items[id]
		if item == nil {
			t.Fatalf("no question %s", id)
		}
		said := [2]string{}
		for _, i := range append([]Item{*item}, item.Items...) {
			words := i.words(q.Language)
			said[0], said[1] = said[0]+words.ZH, said[1]+words.EN
		}
		if !strings.Contains(said[0], want[0]) || !strings.Contains(said[1], want[1]) {
			t.Errorf("%s says %q and %q", id, said[0], said[1])
		}
	}
}
