package draft

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/questionnaire"
	"lianxin/backend/questionnaire/packs"
)

func decoded(t *testing.T, content []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(content, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Whoever changes nothing has the same document, whatever this program does not understand in it.
func TestNothingIsLost(t *testing.T) {
	base := packs.DonorHealth()
	strange := bytes.Replace(base, []byte(`"linkId": "well-today",`), []byte(`"linkId": "well-today", "definition": "http://example.org/x#1.50", "code": [{"code": "w", "userSelected": true}],`), 1)
	for name, content := range map[string][]byte{"built in": base, "with more": strange} {
		o, err := Read(content)
		if err != nil {
			t.Fatal(err)
		}
		same, err := Apply(content, o)
		if err != nil || !reflect.DeepEqual(decoded(t, same), decoded(t, content)) {
			t.Errorf("%s: another document (%v)", name, err)
		}
		o.Sections[0].Questions[0].Off = true
		off, err := Apply(content, o)
		if err != nil {
			t.Fatal(err)
		}
		o.Sections[0].Questions[0].Off = false
		if on, err := Apply(off, o); err != nil || !reflect.DeepEqual(decoded(t, on), decoded(t, content)) {
			t.Errorf("%s: switched off and on again it is another document (%v)", name, err)
		}
	}
}

func TestWhatIsSwitchedOffIsNotPublished(t *testing.T) {
	o, err := Read(packs.DonorHealth())
	if err != nil {
		t.Fatal(err)
	}
	gone := o.Sections[1]
	for i := range gone.Questions {
		gone.Questions[i].Off = true
	}
	o.Sections[0], o.Sections[2] = o.Sections[2], o.Sections[0]
	content, err := Apply(packs.DonorHealth(), o)
	if err != nil {
		t.Fatal(err)
	}
	published, err := Publish(content, "2027.1", calendar.MustParse("2027-01-01"), calendar.MustParse("2026-12-01"))
	if err != nil || strings.Contains(string(published), OffMark) || strings.Contains(string(published), `"`+gone.LinkID+`"`) {
		t.Fatalf("what is off is still there, or %v", err)
	}
	form, err := questionnaire.Parse(published)
	if err != nil || form.Version != "2027.1" || form.EffectivePeriod.Start != "2027-01-01" {
		t.Fatalf("%+v, %v", form, err)
	}
	again, err := Read(published)
	if err != nil || again.Sections[0].LinkID != o.Sections[0].LinkID || len(again.Sections) != len(o.Sections)-1 {
		t.Errorf("%v", err)
	}
	for _, i := range questionnaire.CheckDefinition(form, nil) {
		if i.Severity == questionnaire.Error {
			t.Errorf("%+v", i)
		}
	}
}

func TestWhatIsOfAnotherForm(t *testing.T) {
	for name, change := range map[string]func(o *Outline){
		"a section twice":          func(o *Outline) { o.Sections[1] = o.Sections[0] },
		"a question less":          func(o *Outline) { o.Sections[0].Questions = o.Sections[0].Questions[1:] },
		"a question more":          func(o *Outline) { o.Sections[0].Questions = append(o.Sections[0].Questions, Question{LinkID: "new"}) },
		"from other section":       func(o *Outline) { o.Sections[0].Questions[0] = o.Sections[1].Questions[0] },
		"an option less":           func(o *Outline) { q := &o.Sections[0].Questions[1]; q.Options = q.Options[1:] },
		"another option":           func(o *Outline) { o.Sections[0].Questions[1].Options[0].Code = "other" },
		"a section that is hidden": func(o *Outline) { o.Sections = append(o.Sections, Section{LinkID: "prefilled"}) },
	} {
		o, err := Read(packs.DonorHealth())
		if err != nil {
			t.Fatal(err)
		}
		change(&o)
		if _, err := Apply(packs.DonorHealth(), o); fault.CodeOf(err) != "draft.other_form" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read([]byte("{")); fault.CodeOf(err) != "questionnaire.not_json" {
		t.Errorf("no JSON: %v", err)
	}
}

func TestTheBuiltInFormHasNoProblem(t *testing.T) {
	rules := RulesOf(policy.BuiltIn())
	if len(rules["dental"]) == 0 || rules["dental"][0].Clause == "" {
		t.Errorf("rules of dental: %+v", rules["dental"])
	}
	problems, err := Check(packs.DonorHealth(), rules)
	if err != nil || len(problems) > 0 {
		t.Errorf("%+v, %v", problems, err)
	}
}
