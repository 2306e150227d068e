package questionnaire

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

func TestUnreadable(t *testing.T) {
	form := func(body string) string { return `{"resourceType":"Questionnaire","status":"active",` + body + `}` }
	deep := strings.Repeat(`{"item":[`, 60) + strings.Repeat(`]}`, 60)
	for _, c := range []struct {
		name, doc, code string
		places          []string
	}{
		{"nothing", ``, "questionnaire.not_json", []string{"line 1 column 1"}},
		{"half", "{\n  \"a\": ", "questionnaire.not_json", []string{"line 2 column 7"}},
		{"comma", `{"a":1,}`, "questionnaire.not_json", nil},
		{"two documents", `{}{}`, "questionnaire.not_json", nil},
		{"twice", `{"a":1,"a":2}`, "questionnaire.not_json", nil},
		{"not UTF-8", "{\"a\":\"\xff\"}", "questionnaire.not_json", []string{"document"}},
		{"array", `[]`, "questionnaire.unreadable", []string{"Questionnaire"}},
		{"no type", `{}`, "questionnaire.unreadable", []string{"Questionnaire.resourceType"}},
		{"other resource", `{"resourceType":"Patient"}`, "questionnaire.unreadable", []string{"Questionnaire.resourceType"}},
		{"null", form(`"item":null`), "questionnaire.unreadable", []string{"Questionnaire.item"}},
		{"every wrong place", form(`"title":5,"item":[{"linkId":1,"type":"string"},{"type":"group","item":[{"linkId":"x","type":"string","maxLength":-1,"required":"yes"}]}]`),
			"questionnaire.unreadable", []string{"Questionnaire.title", "Questionnaire.item[0].linkId", "Questionnaire.item[1].linkId",
				"Questionnaire.item[1].item[0].required", "Questionnaire.item[1].item[0].maxLength"}},
		{"two values", form(`"item":[{"linkId":"x","type":"choice","answerOption":[{"valueString":"a","valueInteger":1}]}]`),
			"questionnaire.unreadable", []string{"Questionnaire.item[0].answerOption[0].valueInteger"}},
		{"wrong value", form(`"item":[{"linkId":"x","type":"choice","answerOption":[{"valueCoding":"a"}]}]`),
			"questionnaire.unreadable", []string{"Questionnaire.item[0].answerOption[0].valueCoding"}},
		{"deep", deep, "questionnaire.too_deep", nil},
		{"large", form(`"title":"` + strings.Repeat("x", MaxSize) + `"`), "questionnaire.too_large", []string{}},
	} {
		_, err := Parse([]byte(c.doc))
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Code != c.code {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var places []string
		for _, p := range f.Places {
			places = append(places, p.Location)
		}
		slices.Sort(places)
		slices.Sort(c.places)
		if c.places != nil && !slices.Equal(places, c.places) {
			t.Errorf("%s: at %q, want %q", c.name, places, c.places)
		}
		if outcome := Unreadable(err); outcome.Valid() || len(outcome.Issues) == 0 {
			t.Errorf("%s: the outcome of something unreadable says so", c.name)
		}
	}
}

// What is written comes back as it was: exact numbers, extensions, nesting.
func TestResponseRoundTrip(t *testing.T) {
	doc := `{"resourceType":"QuestionnaireResponse","id":"r1","language":"zh-CN","questionnaire":"http://f.example|1","status":"completed",
	 "subject":{"reference":"Patient/1"},"authored":"2026-11-23T08:00:00+08:00","item":[{"linkId":"a","text":"甲","answer":[
	 {"valueDecimal":1.50,"item":[{"linkId":"b","extension":[{"url":"` + DataAbsentReason + `","valueCode":"asked-declined"}]}]}]},
	 {"linkId":"c","answer":[{"valueBoolean":false},{"valueCoding":{"system":"s","code":"c"}},{"valueQuantity":{"value":0.10,"unit":"kg"}},
	 {"valueAttachment":{"contentType":"a/b","size":3}},{"valueReference":{"reference":"Patient/1"}},{"valuePeriod":{"start":"2026"}}]}]}`
	var r Response
	if err := json.Unmarshal([]byte(doc), &r); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, exact := range []string{`"valueDecimal":1.50`, `"value":0.10`, `"valueBoolean":false`, `"valueCode":"asked-declined"`} {
		if !strings.Contains(string(out), exact) {
			t.Errorf("%s is lost in %s", exact, out)
		}
	}
	var before, after any
	if json.Unmarshal([]byte(doc), &before) != nil || json.Unmarshal(out, &after) != nil {
		t.Fatal("not JSON")
	}
	one, _ := json.Marshal(before)
	two, _ := json.Marshal(after)
	if string(one) != string(two) {
		t.Errorf("\n got %s\nwant %s", two, one)
	}
}

// An outcome names no answer: it may stand in a log.
func TestIssuesHoldNoAnswer(t *testing.T) {
	const secret = "SECRET"
	q := formOf(t, `[{"linkId":"a","type":"string","maxLength":1,"extension":[`+ext("StructureDefinition/regex", `"valueString":"[0-9]"`)+`]},
		{"linkId":"b","type":"choice","answerOption":[{"valueString":"x"}]},{"linkId":"c","type":"url"},{"linkId":"d","type":"reference"},{"linkId":"e","type":"date"}]`)
	r := responseOf(t, Completed, `[{"linkId":"a","answer":[{"valueString":"SECRET"}]},{"linkId":"b","answer":[{"valueString":"SECRET"}]},
		{"linkId":"c","answer":[{"valueUri":"SECRET SECRET"}]},{"linkId":"d","answer":[{"valueReference":{"reference":"SECRET"}}]},{"linkId":"e","answer":[{"valueDate":"SECRET"}]}]`)
	issues := Check(q, r, Options{})
	if len(issues) != 6 {
		t.Errorf("%d issues", len(issues))
	}
	out, err := json.Marshal(Outcome{issues})
	if err != nil || strings.Contains(string(out), secret) {
		t.Errorf("%v %s", err, out)
	}
}

func TestOutcomeText(t *testing.T) {
	var b strings.Builder
	issues := Check(formOf(t, single("string", `"required":true`)), responseOf(t, Completed, `[]`), Options{})
	if err := (Outcome{issues}).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := "error       QuestionnaireResponse  q: A required question has no answer  (required)\ninvalid\n"
	if b.String() != want {
		t.Errorf("got %q", b.String())
	}
}
