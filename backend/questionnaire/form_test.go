package questionnaire

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

func english(text string) string {
	return `{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/translation","extension":[{"url":"lang","valueCode":"en"},{"url":"content","valueString":"` + text + `"}]}]}`
}

func visit(t *testing.T) *Form {
	t.Helper()
	control := func(code string) string {
		return `"extension":[` + ext("StructureDefinition/questionnaire-itemControl", `"valueCodeableConcept":{"coding":[{"code":"`+code+`"}]}`) + `]`
	}
	q, err := Parse([]byte(`{"resourceType":"Questionnaire","url":"http://f.example","version":"1","language":"zh-CN","status":"active","item":[
	 {"linkId":"intro","type":"display","text":"请如实回答"},
	 {"linkId":"set","type":"group","text":"预填","item":[{"linkId":"sex","type":"choice","required":true,"extension":[` +
		ext("StructureDefinition/questionnaire-hidden", `"valueBoolean":true`) + `],"answerOption":[{"valueCoding":{"system":"s","code":"f"}},{"valueCoding":{"system":"s","code":"m"}}]}]},
	 {"linkId":"g","type":"group","text":"健康","_text":` + english("Health") + `,"item":[
	  {"linkId":"well","type":"boolean","required":true,"text":"今天好吗？","_text":` + english("Well today?") + `,"item":[
	   {"linkId":"well.help","type":"display","text":"头晕也算","_text":` + english("Dizziness counts") + `,` + control("help") + `}]},
	  {"linkId":"what","type":"choice","repeats":true,"required":true,"text":"哪里不适？","enableWhen":[{"question":"well","operator":"=","answerBoolean":false}],
	   "answerOption":[{"valueCoding":{"system":"s","code":"fever","display":"发烧","_display":` + english("Fever") + `}},{"valueCoding":{"system":"s","code":"pain","display":"疼痛"}},
	   {"extension":[` + ext("StructureDefinition/questionnaire-optionExclusive", `"valueBoolean":true`) + `],"valueCoding":{"system":"s","code":"none","display":"没有"}}]},
	  {"linkId":"since","type":"date","required":true,"enableWhen":[{"question":"what","operator":"exists","answerBoolean":true}],
	   "extension":[` + ext("StructureDefinition/minValue", `"valueDate":"2000-01-01"`) + `]}]},
	 {"linkId":"hours","type":"integer","required":true,"text":"睡了几小时？","extension":[` +
		ext("StructureDefinition/minValue", `"valueInteger":0`) + "," + ext("StructureDefinition/maxValue", `"valueInteger":24`) + "," +
		ext("StructureDefinition/questionnaire-unit", `"valueCoding":{"system":"http://unitsofmeasure.org","code":"h","display":"小时","_display":`+english("hours")+`}`) + `]},
	 {"linkId":"weight","type":"quantity","extension":[` + ext("StructureDefinition/questionnaire-unit", `"valueCoding":{"system":"http://unitsofmeasure.org","code":"kg","display":"公斤"}`) + `]},
	 {"linkId":"note","type":"open-choice","answerOption":[{"valueCoding":{"system":"s","code":"no"}}]},
	 {"linkId":"fixed","type":"string","readOnly":true,"initial":[{"valueString":"v"}]},
	 {"linkId":"region","type":"choice","answerValueSet":"http://hl7.org/fhir/ValueSet/administrative-gender"},
	 {"linkId":"parent","type":"boolean","item":[{"linkId":"child","type":"string","maxLength":5}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if issues := CheckDefinition(q, nil); len(issues) > 0 {
		t.Fatalf("%q", brief(issues))
	}
	return NewForm(q)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func seen(f *Form) []string {
	var out []string
	for _, v := range f.Visible() {
		out = append(out, v.LinkID)
	}
	return out
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s\n got %v\nwant %v", what, got, want)
	}
}

func TestFormJourney(t *testing.T) {
	f := visit(t)
	rest := []string{"hours", "weight", "note", "fixed", "region", "parent"}
	same(t, "at first", seen(f), append([]string{"intro", "well"}, rest...))
	same(t, "missing", f.Complete(), []string{"sex", "well", "hours"})
	must(t, f.Answer("sex", CodeValue("f")))
	must(t, f.Answer("well", false))
	same(t, "one condition", seen(f), append([]string{"intro", "well", "what"}, rest...))
	must(t, f.Answer("what", "fever", "pain"))
	must(t, f.Answer("since", calendar.MustParse("2026-11-20")))
	must(t, f.Answer("hours", json.Number("7")))
	must(t, f.Answer("weight", 61.5))
	must(t, f.Answer("note", "说不清"))
	must(t, f.Answer("parent", true))
	must(t, f.Answer("child", "五个字以内"))
	same(t, "complete", f.Complete(), []string(nil))
	same(t, "plain answers", f.Answers(), map[string]any{"sex": "f", "well": false, "what": []string{"fever", "pain"},
		"since": "2026-11-20", "hours": 7, "weight": 61.5, "note": "说不清", "fixed": "v", "parent": true, "child": "五个字以内"})

	at := time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Beijing)
	r := f.Response(at)
	same(t, "authored", r.Authored, "2026-11-23T09:00:00+08:00")
	same(t, "found by Check", brief(Check(f.q, &r, Options{})), []string(nil))

	// Another answer hides two questions: nothing is lost, nothing is sent.
	must(t, f.Answer("well", true))
	if slices.Contains(seen(f), "what") {
		t.Error("still asked")
	}
	r = f.Response(at)
	same(t, "found by Check", brief(Check(f.q, &r, Options{})), []string(nil))
	if _, sent := f.Answers()["what"]; sent {
		t.Error("an answer to a question not asked")
	}
	must(t, f.Answer("well", false))
	same(t, "back again", f.Answers()["what"], []string{"fever", "pain"})
	same(t, "back again", f.Answers()["since"], "2026-11-20")
}

func TestFormSkip(t *testing.T) {
	f := visit(t)
	must(t, f.Answer("sex", "m"))
	must(t, f.Answer("well", false))
	must(t, f.Skip("what"))
	must(t, f.Skip("hours"))
	same(t, "skipped", f.Skipped(), []string{"what", "hours"})
	same(t, "nothing more to ask", f.Complete(), []string(nil))
	same(t, "no value is not an answer", f.Answers(), map[string]any{"sex": "m", "well": false, "fixed": "v"})
	r := f.Response(time.Now())
	same(t, "found by Check", brief(Check(f.q, &r, Options{})), []string{
		"information informational declined QuestionnaireResponse.item[1].item[1]", "information informational declined QuestionnaireResponse.item[2]"})

	// Through JSON into a fresh form: the same answers, the same refusals.
	doc, err := json.Marshal(r)
	must(t, err)
	read, err := ParseResponse(doc)
	must(t, err)
	other := visit(t)
	must(t, other.Restore(read))
	same(t, "restored", other.Answers(), f.Answers())
	same(t, "restored", other.Skipped(), f.Skipped())
	again, err := json.Marshal(other.Response(time.Date(2026, 11, 23, 9, 0, 0, 0, calendar.Beijing)))
	must(t, err)
	if !slices.Contains(jsonKeys(t, again), "extension") {
		t.Error("the refusal is not in the response")
	}

	must(t, f.Answer("hours", 8))
	same(t, "an answer after all", f.Skipped(), []string{"what"})
	must(t, f.Clear("what"))
	same(t, "asked again", f.Complete(), []string{"what"})
}

func jsonKeys(t *testing.T, doc []byte) []string {
	t.Helper()
	root, err := parseNode(doc)
	must(t, err)
	keys := map[string]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		for _, k := range n.keys {
			keys[k] = true
			walk(n.fields[k])
		}
		for _, c := range n.list {
			walk(c)
		}
	}
	walk(root)
	return slices.Collect(maps.Keys(keys))
}

func TestFormFaults(t *testing.T) {
	f := visit(t)
	must(t, f.Answer("well", false))
	must(t, f.Answer("hours", 6))
	for _, c := range []struct {
		linkID string
		values []any
		code   string
		limit  any
	}{
		{"zzz", []any{true}, "questionnaire.unknown_item", nil}, {"g", []any{true}, "questionnaire.not_a_question", nil},
		{"since", []any{"2026-11-20"}, "questionnaire.not_enabled", nil}, {"fixed", []any{"x"}, "questionnaire.read_only", nil},
		{"well", []any{"yes"}, "questionnaire.invalid_answer_type", nil}, {"well", []any{true, false}, "questionnaire.repeats", nil},
		{"hours", []any{-1}, "questionnaire.min_value", "0"}, {"hours", []any{25}, "questionnaire.max_value", "24"},
		{"hours", []any{7.5}, "questionnaire.invalid_value", nil}, {"hours", []any{true}, "questionnaire.invalid_answer_type", nil},
		{"hours", []any{nil}, "questionnaire.invalid_answer_type", nil}, {"hours", []any{Value{Type: "Coding"}}, "questionnaire.invalid_answer_type", nil},
		{"what", []any{"nothing"}, "questionnaire.invalid_answer_option", nil}, {"what", []any{"none", "pain"}, "questionnaire.exclusive_answer_option", nil},
		{"weight", []any{map[string]any{"value": "x"}}, "questionnaire.invalid_answer_type", nil}, {"region", []any{"x"}, "questionnaire.invalid_coding", nil},
		{"child", []any{"x"}, "questionnaire.not_enabled", nil},
	} {
		err := f.Answer(c.linkID, c.values...)
		if fault.CodeOf(err) != c.code || c.limit != nil && fault.From(err).Params["limit"] != c.limit {
			t.Errorf("%s %v: %v", c.linkID, c.values, err)
		}
	}
	same(t, "a refused answer changes nothing", f.Answers()["hours"], 6)
	must(t, f.Answer("what", "pain"))
	if err := f.Answer("since", "1999-12-31"); fault.CodeOf(err) != "questionnaire.min_value" {
		t.Error(err)
	}
	if err := f.Answer("since", "2026-02-30"); fault.CodeOf(err) != "questionnaire.invalid_value" {
		t.Error(err)
	}
	must(t, f.Answer("weight", map[string]any{"value": json.Number("60"), "unit": "公斤"}))
	must(t, f.Answer("region", "female"))
	must(t, f.Answer("hours"))
	same(t, "no values clear", f.Complete(), []string{"sex", "since", "hours"})
}

func TestFormViews(t *testing.T) {
	f := visit(t)
	must(t, f.Answer("well", false))
	must(t, f.Answer("what", "fever"))
	views := map[string]ItemView{}
	for _, v := range f.Visible() {
		views[v.LinkID] = v
	}
	well, what, hours := views["well"], views["what"], views["hours"]
	same(t, "text", well.Text, lang.Text{ZH: "今天好吗？", EN: "Well today?"})
	same(t, "section", well.Section, lang.Text{ZH: "健康", EN: "Health"})
	same(t, "help", well.Help, lang.Text{ZH: "头晕也算", EN: "Dizziness counts"})
	same(t, "answer", well.Answer, []any{false})
	same(t, "option", what.Options[0].Text, lang.Text{ZH: "发烧", EN: "Fever"})
	same(t, "exclusive", []bool{what.Options[1].Exclusive, what.Options[2].Exclusive}, []bool{false, true})
	same(t, "codes", what.Answer, []any{"fever"})
	same(t, "bounds", []string{hours.Min, hours.Max}, []string{"0", "24"})
	same(t, "unit", hours.Unit, lang.Text{ZH: "小时", EN: "hours"})
	same(t, "no section", hours.Section, lang.Text{})
	same(t, "codes of a set", len(views["region"].Options), 4)
	same(t, "of a set in English", views["region"].Options[0].Text, lang.Text{EN: "Male"})
}

func TestRestoreFaults(t *testing.T) {
	for _, c := range []struct{ questionnaire, items, code, place string }{
		{"http://g.example|1", `[]`, "questionnaire.other_form", ""},
		{"http://f.example|2", `[]`, "questionnaire.other_form", ""},
		{"http://f.example|1", `[{"linkId":"zzz"}]`, "questionnaire.answers_do_not_fit", "QuestionnaireResponse.item[0]"},
		{"http://f.example|1", `[{"linkId":"hours","answer":[{"valueInteger":99}]}]`, "questionnaire.answers_do_not_fit", "QuestionnaireResponse.item[0]"},
		{"http://f.example|1", `[{"linkId":"g","item":[{"linkId":"hours"}]}]`, "questionnaire.answers_do_not_fit", "QuestionnaireResponse.item[0].item[0]"},
		{"http://f.example|1", `[{"linkId":"hours","answer":[{"valueInteger":9}]},{"linkId":"hours","answer":[{"valueInteger":8}]}]`,
			"questionnaire.answers_do_not_fit", "QuestionnaireResponse.item[1]"},
	} {
		f := visit(t)
		must(t, f.Answer("hours", 5))
		r, err := ParseResponse([]byte(`{"resourceType":"QuestionnaireResponse","status":"completed","questionnaire":"` + c.questionnaire + `","item":` + c.items + `}`))
		must(t, err)
		err = f.Restore(r)
		if fault.CodeOf(err) != c.code || c.place != "" && fault.From(err).Places[0].Location != c.place {
			t.Errorf("%s: %v", c.items, err)
		}
		same(t, "unchanged", f.Answers()["hours"], 5)
	}
}

// A required group asks for one answer inside it; sets are listed as options.
func TestFormGroupsAndSets(t *testing.T) {
	q, err := Parse([]byte(`{"resourceType":"Questionnaire","url":"http://f.example","title":"表","_title":` + english("Form") + `,"status":"active","contained":[
	 {"resourceType":"CodeSystem","url":"s","content":"complete","concept":[{"code":"a","display":"甲"},{"code":"b","display":"乙","designation":[{"language":"en","value":"Second"}]}]},
	 {"resourceType":"ValueSet","id":"all","compose":{"include":[{"system":"s"}]}},
	 {"resourceType":"ValueSet","id":"v","compose":{"include":[{"valueSet":["#all"]},{"system":"s2","concept":[{"code":"a","display":"丙"}]}]}}],
	 "item":[{"linkId":"g","type":"group","required":true,"item":[{"linkId":"note","type":"display","text":"x"},
	 {"linkId":"deep","type":"group","item":[{"linkId":"q","type":"choice","repeats":true,"answerValueSet":"#v"}]}]},
	 {"linkId":"n","type":"decimal","repeats":true},{"linkId":"c","type":"choice","answerOption":[{"valueInteger":1},{"valueInteger":2}]}]}`))
	must(t, err)
	f := NewForm(q)
	same(t, "canonical", f.Canonical(), "http://f.example")
	same(t, "title", f.Title(), lang.Text{ZH: "表", EN: "Form"})
	same(t, "the first question of the group", f.Complete(), []string{"q"})
	options := f.Visible()[1].Options
	same(t, "options", []string{options[0].Code, options[1].Text.EN, options[2].Text.ZH}, []string{"a", "Second", "丙"})
	must(t, f.Answer("q", "s2|a", "b"))
	must(t, f.Answer("n", IntegerValue(1).Number, DecimalValue("2.50")))
	must(t, f.Answer("c", 2))
	same(t, "complete", f.Complete(), []string(nil))
	same(t, "plain", f.Answers(), map[string]any{"q": []string{"a", "b"}, "n": []any{1.0, 2.5}, "c": 2})
	r := f.Response(time.Unix(0, 0))
	same(t, "the system asked for", r.Items[0].Items[0].Items[0].Answers[0].Value.Coding.System, "s2")
	same(t, "found by Check", brief(Check(q, &r, Options{})), []string(nil))
	if err := f.Answer("c", 3); fault.CodeOf(err) != "questionnaire.invalid_answer_option" {
		t.Error(err)
	}
}
