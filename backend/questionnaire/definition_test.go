package questionnaire

import (
	"slices"
	"strings"
	"testing"
)

// Every rule of the standard about forms, broken once.
func TestDefinitionRules(t *testing.T) {
	q := `{"linkId":"a","type":"choice","answerOption":[{"valueCoding":{"system":"s","code":"x"}}]}`
	when := func(question, operator, answer string) string {
		return `[` + q + `,{"linkId":"b","type":"string","enableWhen":[{"question":"` + question + `","operator":"` + operator + `"` + answer + `}]}]`
	}
	x := `,"answerCoding":{"system":"s","code":"x"}`
	limits := func(low, high string) string {
		return `"extension":[` + ext("StructureDefinition/minValue", low) + "," + ext("StructureDefinition/maxValue", high) + `]`
	}
	for _, c := range []struct{ name, items, want string }{
		{"group without items", single("group", ""), "error invariant que-1 Questionnaire.item[0]"},
		{"text with items", single("display", `"item":[`+q+`]`), "error invariant que-1 Questionnaire.item[0]"},
		{"linkId twice", `[` + q + `,{"linkId":"g","type":"group","item":[` + q + `]}]`, "error invariant que-2 Questionnaire.item[1].item[0].linkId"},
		{"text with a code", single("display", `"code":[{"code":"x"}]`), "error invariant que-3 Questionnaire.item[0].code"},
		{"options and a set", single("choice", `"answerOption":[{"valueString":"x"}],"answerValueSet":"http://hl7.org/fhir/ValueSet/item-type"`), "error invariant que-4 Questionnaire.item[0]"},
		{"a set for a string", single("string", `"answerValueSet":"http://hl7.org/fhir/ValueSet/item-type"`), "error invariant que-5 Questionnaire.item[0].answerValueSet"},
		{"required text", single("display", `"required":true`), "error invariant que-6 Questionnaire.item[0]"},
		{"exists without boolean", when("a", "exists", x), "error invariant que-7 Questionnaire.item[1].enableWhen[0]"},
		{"initial group", single("group", `"initial":[{"valueString":"x"}],"item":[`+q+`]`), "error invariant que-8 Questionnaire.item[0].initial"},
		{"read-only text", single("display", `"readOnly":true`), "error invariant que-9 Questionnaire.item[0].readOnly"},
		{"length of a date", single("date", `"maxLength":5`), "error invariant que-10 Questionnaire.item[0].maxLength"},
		{"initial with options", single("choice", `"initial":[{"valueString":"x"}],"answerOption":[{"valueString":"x"}]`), "error invariant que-11 Questionnaire.item[0].initial"},
		{"two conditions", `[` + q + `,{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"="` + x + `},{"question":"a","operator":"="` + x + `}]}]`,
			"error invariant que-12 Questionnaire.item[1]"},
		{"two initial values", single("string", `"initial":[{"valueString":"x"},{"valueString":"y"}]`), "error invariant que-13 Questionnaire.item[0].initial"},
		{"abstract type", single("question", ""), "error code-invalid invalidType Questionnaire.item[0].type"},
		{"behavior", single("string", `"enableBehavior":"some"`), "error invariant enableBehavior Questionnaire.item[0].enableBehavior"},
		{"no such question", when("z", "=", x), "error not-found enableWhenQuestionNotFound Questionnaire.item[1].enableWhen[0].question"},
		{"no such operator", when("a", "==", x), "error invariant operator Questionnaire.item[1].enableWhen[0].operator"},
		{"no answer", when("a", "=", ""), "error invariant answer Questionnaire.item[1].enableWhen[0]"},
		{"no such option", when("a", "=", `,"answerCoding":{"system":"s","code":"y"}`), "error value answer Questionnaire.item[1].enableWhen[0]"},
		{"answer of another type", when("a", "=", `,"answerBoolean":true`), "error value answer Questionnaire.item[1].enableWhen[0]"},
		{"on itself", when("b", "exists", `,"answerBoolean":true`), "error invariant question Questionnaire.item[1].enableWhen[0].question"},
		{"on a group", `[{"linkId":"a","type":"group","item":[{"linkId":"c","type":"string"}]},{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"exists","answerBoolean":true}]}]`,
			"error invariant question Questionnaire.item[1].enableWhen[0].question"},
		{"circle", `[{"linkId":"a","type":"string","enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]},{"linkId":"b","type":"string","enableWhen":[{"question":"a","operator":"exists","answerBoolean":true}]}]`,
			"error business-rule circle Questionnaire.item[0]"},
		{"pattern", single("string", `"extension":[`+ext("StructureDefinition/regex", `"valueString":"("`)+`]`), "warning not-supported regexNotEvaluated Questionnaire.item[0]"},
		{"bounds", single("integer", limits(`"valueInteger":5`, `"valueInteger":4`)), "error value bounds Questionnaire.item[0]"},
		{"set not here", single("choice", `"answerValueSet":"http://nowhere.example"`), "warning not-found tsError Questionnaire.item[0].answerValueSet"},
		{"nothing to choose", single("choice", ""), "warning incomplete options Questionnaire.item[0]"},
		{"option twice", single("choice", `"answerOption":[{"valueString":"x"},{"valueString":"x"}]`), "warning duplicate options Questionnaire.item[0].answerOption[1]"},
		{"option without a value", single("choice", `"answerOption":[{"initialSelected":true}]`), "error required options Questionnaire.item[0].answerOption[0]"},
		{"initial out of bounds", single("integer", limits(`"valueInteger":1`, `"valueInteger":4`)+`,"initial":[{"valueInteger":5}]`), "error business-rule maxValue Questionnaire.item[0].initial[0]"},
		{"element of nobody", single("string", `"colour":"red"`), "error structure unknownElement Questionnaire.item[0]"},
		{"sound", when("a", "=", x), ""},
	} {
		got := brief(CheckDefinition(formOf(t, c.items), nil))
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.Join(got, "\n     "), c.want)
		}
	}
	q2, err := Parse([]byte(`{"resourceType":"Questionnaire"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := brief(CheckDefinition(q2, nil)); len(got) != 1 || got[0] != "error value status Questionnaire.status" {
		t.Errorf("%q", got)
	}
}
