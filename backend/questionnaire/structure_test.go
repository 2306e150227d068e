package questionnaire

import (
	"strings"
	"testing"
)

func TestPresence(t *testing.T) {
	must := `"required":true`
	occurs := func(least, most string) string {
		return `"repeats":true,"extension":[` + ext("StructureDefinition/questionnaire-minOccurs", `"valueInteger":`+least) + "," +
			ext("StructureDefinition/questionnaire-maxOccurs", `"valueInteger":`+most) + `]`
	}
	reason := `"extension":[{"url":"` + DataAbsentReason + `","valueCode":"asked-declined"}]`
	nested := `[{"linkId":"g","type":"group"%,"item":[{"linkId":"q","type":"string","required":true}]}]`
	group := func(more string) string { return strings.Replace(nested, "%", more, 1) }
	top := " QuestionnaireResponse"
	run(t, []ruleCase{
		{name: "missing at the top", form: single("string", must), answers: `[]`, want: []string{"error required required" + top}},
		{name: "present without an answer", form: single("string", must), answers: `[{"linkId":"q"}]`, want: []string{"error required required" + qr0}},
		{name: "declined on the item", form: single("string", must), answers: `[{"linkId":"q",` + reason + `}]`, want: []string{"information informational declined" + qr0}},
		{name: "declined on the answer", form: single("string", must), answers: `[{"linkId":"q","answer":[{` + reason + `}]}]`,
			want: []string{"information informational declined" + qr0}},
		{name: "an answer without a value", form: single("string", must), answers: `[{"linkId":"q","answer":[{}]}]`,
			want: []string{"error required required" + qr0, "error structure answerWithoutValue" + first}},
		{name: "not required", form: single("string", ""), answers: `[]`},
		{name: "not finished", form: single("string", must), answers: `[]`, status: InProgress, want: []string{"warning required required" + top}},
		{name: "stopped", form: single("string", must), answers: `[]`, status: Stopped, want: []string{"warning required required" + top}},
		{name: "amended", form: single("string", must), answers: `[]`, status: Amended, want: []string{"error required required" + top}},
		{name: "not finished, two answers", form: single("string", ""), answers: ans(`{"valueString":"a"},{"valueString":"b"}`), status: InProgress,
			want: []string{"warning business-rule repeats" + qr0}},
		{name: "not finished, wrong type", form: single("string", ""), answers: ans(`{"valueBoolean":true}`), status: InProgress,
			want: []string{"fatal structure invalidAnswerType" + first}},
		{name: "too few", form: single("string", occurs("2", "3")), answers: ans(`{"valueString":"a"}`), want: []string{"error business-rule minCount" + qr0}},
		{name: "too few, none", form: single("string", occurs("2", "3")), answers: `[]`, want: []string{"error business-rule minCount" + top}},
		{name: "enough", form: single("string", occurs("2", "3")), answers: ans(`{"valueString":"a"},{"valueString":"b"}`)},
		{name: "too many", form: single("string", occurs("0", "1")), answers: ans(`{"valueString":"a"},{"valueString":"b"}`), want: []string{"error business-rule maxCount" + qr0}},
		{name: "optional group left out", form: group(""), answers: `[]`},
		{name: "required group left out", form: group(`,"required":true`), answers: `[]`, want: []string{"error required required" + top}},
		{name: "required group empty", form: group(`,"required":true`), answers: `[{"linkId":"g"}]`,
			want: []string{"error required required" + qr0, "error required required" + qr0}},
		{name: "required group answered", form: group(`,"required":true`), answers: `[{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `}]`},
		{name: "group twice", form: group(""), answers: `[{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `},{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `}]`,
			want: []string{"error business-rule repeats QuestionnaireResponse.item[1]"}},
		{name: "repeating group", form: group(`,"repeats":true`), answers: `[{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `},{"linkId":"g"}]`,
			want: []string{"error required required QuestionnaireResponse.item[1]"}},
		{name: "group too often", form: group("," + occurs("1", "1")), answers: `[{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `},{"linkId":"g","item":` + ans(`{"valueString":"a"}`) + `}]`,
			want: []string{"error business-rule maxCount QuestionnaireResponse.item[1]"}},
	})
}

func TestNesting(t *testing.T) {
	form := `[{"linkId":"g","type":"group","item":[{"linkId":"a","type":"boolean","item":[{"linkId":"b","type":"string","required":true}]},{"linkId":"d","type":"display"}]},
		{"linkId":"c","type":"string"}]`
	yes := func(inside string) string {
		return `[{"linkId":"g","item":[{"linkId":"a","answer":[{"valueBoolean":true` + inside + `}]}]}]`
	}
	inA := " QuestionnaireResponse.item[0].item[0]"
	run(t, []ruleCase{
		{name: "under the answer", form: form, answers: yes(`,"item":[{"linkId":"b","answer":[{"valueString":"x"}]}]`)},
		{name: "required under the answer", form: form, answers: yes(""), want: []string{"error required required" + inA + ".answer[0]"}},
		{name: "nothing is required under no answer", form: form, answers: `[{"linkId":"g","item":[{"linkId":"a"}]}]`},
		{name: "beside the answer", form: form, answers: `[{"linkId":"g","item":[{"linkId":"a","item":[{"linkId":"b"}],"answer":[{"valueBoolean":true,"item":[{"linkId":"b","answer":[{"valueString":"x"}]}]}]}]}]`,
			want: []string{"fatal structure itemsOutsideAnswer" + inA}},
		{name: "unknown", form: form, answers: `[{"linkId":"z"}]`, want: []string{"fatal structure invalidLinkId" + qr0}},
		{name: "without a linkId", form: form, answers: `[{"text":"z"}]`, want: []string{"fatal structure invalidLinkId" + qr0}},
		{name: "from elsewhere", form: form, answers: `[{"linkId":"b","answer":[{"valueString":"x"}]}]`, want: []string{"fatal structure invalidLinkId" + qr0}},
		{name: "out of the group", form: form, answers: `[{"linkId":"a","answer":[{"valueBoolean":true}]}]`, want: []string{"fatal structure invalidLinkId" + qr0}},
		{name: "answers on a group", form: form, answers: `[{"linkId":"g","answer":[{"valueBoolean":true}]}]`,
			want: []string{"fatal structure groupShouldNotHaveAnswers" + qr0 + ".answer"}},
		{name: "answers on a text", form: form, answers: `[{"linkId":"g","item":[{"linkId":"d","answer":[{"valueString":"x"}]}]}]`,
			want: []string{"fatal structure displayAnswer" + inA}},
		{name: "items under a text", form: form, answers: `[{"linkId":"g","item":[{"linkId":"d","item":[{"linkId":"c"}]}]}]`,
			want: []string{"fatal structure invalidLinkId" + inA + ".item[0]"}},
		{name: "a text may stand there", form: form, answers: `[{"linkId":"g","item":[{"linkId":"d"}]}]`},
		{name: "out of order", form: form, answers: `[{"linkId":"c","answer":[{"valueString":"x"}]},{"linkId":"g"}]`,
			want: []string{"error structure itemOrder QuestionnaireResponse.item[1]"}},
		{name: "one question in two items", form: form, answers: `[{"linkId":"c","answer":[{"valueString":"x"}]},{"linkId":"c","answer":[{"valueString":"y"}]}]`,
			want: []string{"error structure duplicateItem QuestionnaireResponse.item[1]"}},
		{name: "type of a later release", form: single("coding", ""), answers: ans(`{"valueString":"x"}`), want: []string{"fatal structure invalidType" + qr0}},
		{name: "element of nobody", form: form, answers: `[{"linkId":"c","answers":[]}]`, want: []string{"error structure unknownElement" + qr0}},
	})
}

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, form, answers string
		want                []string
	}{
		{"no status", `"status":"active"`, `"questionnaire":"http://f.example"`, []string{"error required required QuestionnaireResponse.status"}},
		{"no such status", `"status":"active"`, `"status":"done"`, []string{"error code-invalid invalidStatus QuestionnaireResponse.status"}},
		{"draft", `"status":"draft"`, `"status":"completed"`, []string{"warning business-rule questionnaireDraft QuestionnaireResponse.questionnaire"}},
		{"retired", `"status":"retired"`, `"status":"completed"`, []string{"warning business-rule questionnaireRetired QuestionnaireResponse.questionnaire"}},
		{"before", `"effectivePeriod":{"start":"2026-01-01"}`, `"status":"completed","authored":"2025-12-31T23:59:59+08:00"`,
			[]string{"warning business-rule questionnaireInactive QuestionnaireResponse.authored"}},
		{"after", `"effectivePeriod":{"end":"2026-06"}`, `"status":"completed","authored":"2026-07-01"`,
			[]string{"warning business-rule questionnaireInactive QuestionnaireResponse.authored"}},
		{"last month", `"effectivePeriod":{"end":"2026-06"}`, `"status":"completed","authored":"2026-06-30T20:00:00Z"`, nil},
		{"not a date", `"effectivePeriod":{"end":"2026-06"}`, `"status":"completed","authored":"yesterday"`,
			[]string{"error value invalidValue QuestionnaireResponse.authored"}},
		{"another form", `"url":"http://f.example"`, `"status":"completed","questionnaire":"http://g.example"`,
			[]string{"error not-found questionnaireNotFound QuestionnaireResponse.questionnaire"}},
		{"another version", `"url":"http://f.example","version":"1"`, `"status":"completed","questionnaire":"http://f.example|2"`,
			[]string{"error not-found questionnaireNotFound QuestionnaireResponse.questionnaire"}},
		{"this version", `"url":"http://f.example","version":"2"`, `"status":"completed","questionnaire":"http://f.example|2"`, nil},
		{"right subject", `"subjectType":["Patient"]`, `"status":"completed","subject":{"reference":"http://s.example/Patient/1"}`, nil},
		{"wrong subject", `"subjectType":["Patient"]`, `"status":"completed","subject":{"reference":"Device/1"}`,
			[]string{"error value invalidSubjectType QuestionnaireResponse.subject"}},
		{"rule of the form", `"extension":[` + ext("StructureDefinition/targetConstraint", `"extension":[{"url":"key","valueId":"k"}]`) + `]`,
			`"status":"completed"`, []string{"warning invariant invariantExecution QuestionnaireResponse"}},
	} {
		q, err := Parse([]byte(`{"resourceType":"Questionnaire",` + c.form + `}`))
		if err != nil {
			t.Fatal(c.name, err)
		}
		r, err := ParseResponse([]byte(`{"resourceType":"QuestionnaireResponse",` + c.answers + `}`))
		if err != nil {
			t.Fatal(c.name, err)
		}
		if got := brief(Check(q, r, Options{})); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// A response may carry its form, and a bundle may carry everything.
func TestCheckDocuments(t *testing.T) {
	form := `{"resourceType":"Questionnaire","id":"f","url":"http://f.example","status":"active","item":` +
		single("choice", `"answerValueSet":"http://v.example"`) + `}`
	set := `{"resourceType":"ValueSet","url":"http://v.example","compose":{"include":[{"system":"http://c.example"}]}}`
	system := `{"resourceType":"CodeSystem","url":"http://c.example","content":"complete","concept":[{"code":"a"}]}`
	bundle := `{"resourceType":"Bundle","entry":[{"resource":` + form + `},{"resource":` + set + `},{"resource":` + system + `}]}`
	response := func(head, code string) string {
		return `{"resourceType":"QuestionnaireResponse","status":"completed",` + head + `,"item":` +
			ans(`{"valueCoding":{"system":"http://c.example","code":"`+code+`"}}`) + `}`
	}
	named := `"questionnaire":"http://f.example"`
	for _, c := range []struct {
		name      string
		documents []string
		response  string
		want      string
	}{
		{"bundle", []string{bundle}, response(named, "a"), ""},
		{"bundle, wrong code", []string{bundle}, response(named, "b"), invalidCoding},
		{"one by one", []string{set, system, form}, response(named, "a"), ""},
		{"without the set", []string{form}, response(named, "a"), tsError},
		{"contained form", []string{set, system}, response(`"questionnaire":"#f","contained":[`+form+`]`, "a"), ""},
		{"no form", nil, response(named, "a"), questionnaireNotFound},
		{"the only form there is", []string{bundle}, response(`"language":"zh"`, "a"), ""},
	} {
		var documents [][]byte
		for _, d := range c.documents {
			documents = append(documents, []byte(d))
		}
		outcome, err := CheckDocuments(documents, []byte(c.response))
		if err != nil {
			t.Fatal(c.name, err)
		}
		got := ""
		if len(outcome.Issues) > 0 {
			got = outcome.Issues[0].Detail
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
