package questionnaire

import (
	"fmt"
	"testing"
)

// Every operator on every type of answer: q is enabled, and so missing, exactly
// when the condition holds.
func TestOperators(t *testing.T) {
	coding := func(code string) string { return `{"system":"http://a.example","code":"` + code + `"}` }
	kg := func(value, code string) string {
		return `{"value":` + value + `,"system":"http://unitsofmeasure.org","code":"` + code + `"}`
	}
	for _, c := range []struct {
		itemType, key, given, operator, answerKey, answer string
		enabled                                           bool
	}{
		{"boolean", "Boolean", "true", "=", "Boolean", "true", true}, {"boolean", "Boolean", "false", "=", "Boolean", "true", false},
		{"boolean", "Boolean", "false", "!=", "Boolean", "true", true}, {"boolean", "Boolean", "false", "exists", "Boolean", "true", true},
		{"boolean", "Boolean", "false", "exists", "Boolean", "false", false}, {"boolean", "Boolean", "", "exists", "Boolean", "false", true},
		{"boolean", "Boolean", "", "exists", "Boolean", "true", false}, {"boolean", "Boolean", "", "!=", "Boolean", "true", true},
		{"boolean", "Boolean", "", "=", "Boolean", "false", false},
		{"integer", "Integer", "5", ">", "Integer", "4", true}, {"integer", "Integer", "5", ">", "Integer", "5", false},
		{"integer", "Integer", "5", ">=", "Integer", "5", true}, {"integer", "Integer", "5", "<", "Integer", "6", true},
		{"integer", "Integer", "5", "<=", "Integer", "4", false}, {"integer", "Integer", "", ">", "Integer", "0", false},
		{"integer", "Integer", "5", "=", "Decimal", "5.0", true},
		{"decimal", "Decimal", "1.10", "=", "Decimal", "1.1", true}, {"decimal", "Decimal", "1.1000000000000000001", "=", "Decimal", "1.1", false},
		{"decimal", "Decimal", "1.1000000000000000001", ">", "Decimal", "1.1", true},
		{"date", "Date", `"2026-11-23"`, ">", "Date", `"2026-11-22"`, true}, {"date", "Date", `"2026-11-23"`, "=", "Date", `"2026-11-23"`, true},
		{"date", "Date", `"2026"`, ">=", "Date", `"2026-11-22"`, false}, {"date", "Date", `"2025"`, "<", "Date", `"2026-11-22"`, true},
		{"dateTime", "DateTime", `"2026-11-23T08:00:00+08:00"`, "=", "DateTime", `"2026-11-23T00:00:00Z"`, true},
		{"dateTime", "DateTime", `"2026-11-23T08:00:00+08:00"`, "<", "DateTime", `"2026-11-23T00:00:01Z"`, true},
		{"time", "Time", `"08:00:00"`, "<=", "Time", `"08:00:00.000"`, true}, {"time", "Time", `"09:00:00"`, "<", "Time", `"08:00:00"`, false},
		{"string", "String", `"a"`, "=", "String", `"a"`, true}, {"string", "String", `"a"`, "=", "String", `"A"`, false},
		{"string", "String", `"a"`, "!=", "String", `"b"`, true}, {"url", "Uri", `"http://a.example"`, "exists", "Boolean", "true", true},
		{"choice", "Coding", coding("x"), "=", "Coding", coding("x"), true}, {"choice", "Coding", coding("x"), "=", "Coding", coding("y"), false},
		{"choice", "Coding", coding("x"), "!=", "Coding", coding("y"), true}, {"choice", "Coding", coding("x"), ">", "Coding", coding("a"), false},
		{"open-choice", "String", `"x"`, "=", "String", `"x"`, true}, {"open-choice", "String", `"x"`, "=", "Coding", coding("x"), false},
		{"quantity", "Quantity", kg("50", "kg"), ">=", "Quantity", kg("50000", "g"), true},
		{"quantity", "Quantity", kg("49.999", "kg"), ">=", "Quantity", kg("50000", "g"), false},
		{"quantity", "Quantity", kg("50", "kg"), "=", "Quantity", kg("50", "m"), false}, {"quantity", "Quantity", kg("50", "kg"), "!=", "Quantity", kg("50", "m"), true},
		{"reference", "Reference", `{"reference":"Patient/1"}`, "=", "Reference", `{"reference":"Patient/1"}`, true},
		{"reference", "Reference", `{"reference":"Patient/1"}`, "!=", "Reference", `{"reference":"Patient/1"}`, false},
	} {
		q := formOf(t, fmt.Sprintf(`[{"linkId":"a","type":%q},{"linkId":"q","type":"string","required":true,
			"enableWhen":[{"question":"a","operator":%q,"answer%s":%s}]}]`, c.itemType, c.operator, c.answerKey, c.answer))
		answers := `[]`
		if c.given != "" {
			answers = fmt.Sprintf(`[{"linkId":"a","answer":[{"value%s":%s}]}]`, c.key, c.given)
		}
		got := brief(Check(q, responseOf(t, Completed, answers), Options{}))
		if asked := len(got) == 1 && got[0] == "error required required QuestionnaireResponse"; asked != c.enabled || !asked && len(got) > 0 {
			t.Errorf("%s %s %s %s: %q", c.itemType, c.given, c.operator, c.answer, got)
		}
	}
}

func TestConditions(t *testing.T) {
	two := func(behavior string) string {
		return `[{"linkId":"a","type":"boolean"},{"linkId":"b","type":"boolean"},{"linkId":"q","type":"string","required":true,` + behavior + `
			"enableWhen":[{"question":"a","operator":"=","answerBoolean":true},{"question":"b","operator":"=","answerBoolean":true}]}]`
	}
	given := func(a, b string) string {
		return `[{"linkId":"a","answer":[{"valueBoolean":` + a + `}]},{"linkId":"b","answer":[{"valueBoolean":` + b + `}]}]`
	}
	const unsaid = "warning invariant enableBehaviorMissing QuestionnaireResponse.questionnaire"
	missing := []string{"error required required QuestionnaireResponse"}
	chain := `[{"linkId":"a","type":"boolean"},{"linkId":"b","type":"boolean","enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]},
		{"linkId":"q","type":"string","required":true,"enableWhen":[{"question":"b","operator":"=","answerBoolean":true}]}]`
	inGroup := `[{"linkId":"a","type":"boolean"},{"linkId":"g","type":"group","required":true,"enableWhen":[{"question":"a","operator":"=","answerBoolean":true}],
		"item":[{"linkId":"q","type":"string","required":true}]}]`
	many := `[{"linkId":"a","type":"integer","repeats":true},{"linkId":"q","type":"string","required":true,"enableWhen":[{"question":"a","operator":"OP","answerInteger":3}]}]`
	numbers := `[{"linkId":"a","answer":[{"valueInteger":1},{"valueInteger":3}]}]`
	expression := single("string", `"required":true,"extension":[`+ext("uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
		`"valueExpression":{"language":"text/fhirpath","expression":"true"}`)+`]`)
	run(t, []ruleCase{
		{name: "any", form: two(`"enableBehavior":"any",`), answers: given("true", "false"), want: missing},
		{name: "any is taken, with a warning", form: two(""), answers: given("false", "true"), want: append([]string{unsaid}, missing...)},
		{name: "any of none", form: two(`"enableBehavior":"any",`), answers: given("false", "false")},
		{name: "all", form: two(`"enableBehavior":"all",`), answers: given("true", "true"), want: missing},
		{name: "not all", form: two(`"enableBehavior":"all",`), answers: given("true", "false")},
		{name: "answered although not asked", form: two(""), answers: given("false", "false")[:len(given("false", "false"))-1] + `,{"linkId":"q","answer":[{"valueString":"x"}]}]`,
			want: []string{unsaid, "error invalid notEnabled QuestionnaireResponse.item[2]"}},
		{name: "the same, not finished", status: InProgress, form: two(""), answers: `[{"linkId":"q","answer":[{"valueString":"x"}]}]`,
			want: []string{unsaid, "warning invalid notEnabled" + qr0}},
		{name: "present but empty", form: two(""), answers: `[{"linkId":"q"}]`, want: []string{unsaid}},
		{name: "a question not asked has no answer", form: chain, answers: given("false", "true"),
			want: []string{"error invalid notEnabled QuestionnaireResponse.item[1]"}},
		{name: "a chain", form: chain, answers: given("true", "true"), want: missing},
		{name: "group not asked", form: inGroup, answers: `[{"linkId":"a","answer":[{"valueBoolean":false}]}]`},
		{name: "inside a group not asked", form: inGroup, answers: `[{"linkId":"g","item":[{"linkId":"q","answer":[{"valueString":"x"}]}]}]`,
			want: []string{"error invalid notEnabled" + qr0}},
		{name: "any of several answers", form: replace(many, "OP", "="), answers: numbers, want: missing},
		{name: "none of several answers", form: replace(many, "OP", "!="), answers: numbers},
		{name: "one of several is greater or equal", form: replace(many, "OP", ">="), answers: numbers, want: missing},
		{name: "an expression decides, so nothing is demanded", form: expression, answers: `[]`},
		{name: "and nothing refused", form: expression, answers: ans(`{"valueString":"x"}`), want: []string{"information not-supported expressionNotEvaluated" + qr0}},
		{name: "a question that is not there", form: single("string", `"required":true,"enableWhen":[{"question":"z","operator":"exists","answerBoolean":true}]`), answers: `[]`},
		{name: "a circle ends", form: `[{"linkId":"a","type":"boolean","enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]},
			{"linkId":"b","type":"boolean","enableWhen":[{"question":"a","operator":"exists","answerBoolean":true}]}]`, answers: given("true", "true")},
	})
}

// In repeating groups and under answers a condition looks at the nearest
// occurrence of its question and never into a sibling group.
func TestScope(t *testing.T) {
	group := `[{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"a","type":"boolean"},
		{"linkId":"q","type":"string","required":true,"enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]}]}]`
	g := func(items string) string { return `{"linkId":"g","item":[` + items + `]}` }
	a := func(v string) string { return `{"linkId":"a","answer":[{"valueBoolean":` + v + `}]}` }
	x := `{"linkId":"q","answer":[{"valueString":"x"}]}`
	under := `[{"linkId":"a","type":"boolean","item":[{"linkId":"q","type":"string","required":true,"enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]}]}]`
	cousin := `[{"linkId":"p","type":"integer","repeats":true,"item":[{"linkId":"a","type":"boolean"},{"linkId":"q","type":"string","required":true,
		"enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]}]}]`
	elsewhere := `[{"linkId":"h","type":"group","repeats":true,"item":[{"linkId":"a","type":"boolean"}]},{"linkId":"q","type":"string","required":true,
		"enableWhen":[{"question":"a","operator":"=","answerBoolean":true}]}]`
	h := func(v string) string { return `{"linkId":"h","item":[` + a(v) + `]}` }
	run(t, []ruleCase{
		{name: "each group for itself", form: group, answers: `[` + g(a("true")+","+x) + "," + g(a("false")) + "," + g(a("true")) + `]`,
			want: []string{"error required required QuestionnaireResponse.item[2]"}},
		{name: "not from the group before", form: group, answers: `[` + g(a("true")+","+x) + "," + g(x) + `]`,
			want: []string{"error invalid notEnabled QuestionnaireResponse.item[1].item[0]"}},
		{name: "the question it stands under", form: under, answers: `[{"linkId":"a","answer":[{"valueBoolean":true}]}]`,
			want: []string{"error required required" + first}},
		{name: "the question it stands under says no", form: under, answers: `[{"linkId":"a","answer":[{"valueBoolean":false}]}]`},
		{name: "under its own answer only", form: cousin, answers: `[{"linkId":"p","answer":[{"valueInteger":1,"item":[` + a("true") + "," + x + `]},
			{"valueInteger":2,"item":[` + x + `]}]}]`, want: []string{"error invalid notEnabled" + second + ".item[0]"}},
		{name: "nearest before", form: elsewhere, answers: `[` + h("true") + "," + h("false") + "," + x + `]`,
			want: []string{"error invalid notEnabled QuestionnaireResponse.item[2]"}},
		{name: "nearest before says yes", form: elsewhere, answers: `[` + h("false") + "," + h("true") + `]`,
			want: []string{"error required required QuestionnaireResponse"}},
	})
}
