package questionnaire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Whoever reads about a limit learns to which side it holds, and how much was given
// where that is a count; an answer itself is never repeated.
func TestLimitsSayTheirSide(t *testing.T) {
	limited := func(itemType, name, value string) string {
		return single(itemType, `"extension":[`+ext("StructureDefinition/"+name, value)+`]`)
	}
	counted := func(itemType, name string) string {
		return single(itemType, `"repeats":true,"extension":[`+ext("StructureDefinition/"+name, `"valueInteger":2`)+`]`)
	}
	kg := `"valueQuantity":{"value":45,"system":"http://unitsofmeasure.org","code":"kg","unit":"kg"}`
	weight := func(of string) string {
		return ans(strings.Replace("{"+kg+"}", "45", of, 1))
	}
	for want, c := range map[string]ruleCase{
		"q: At least 18":                       {form: limited("integer", "minValue", `"valueInteger":18`), answers: ans(`{"valueInteger":17}`)},
		"q: At most 60":                        {form: limited("integer", "maxValue", `"valueInteger":60`), answers: ans(`{"valueInteger":61}`)},
		"q: At most 7.5":                       {form: limited("decimal", "maxValue", `"valueDecimal":7.5`), answers: ans(`{"valueDecimal":7.51}`)},
		"q: Not before 2020-01-01":             {form: limited("date", "minValue", `"valueDate":"2020-01-01"`), answers: ans(`{"valueDate":"2019-12-31"}`)},
		"q: Not after 22:00:00":                {form: limited("time", "maxValue", `"valueTime":"22:00:00"`), answers: ans(`{"valueTime":"22:00:01"}`)},
		"q: At least 45 kg":                    {form: limited("quantity", "minValue", kg), answers: weight("44")},
		"q: At most 45 kg":                     {form: limited("quantity", "maxValue", kg), answers: weight("46")},
		"q: At least 3 characters, given 2":    {form: limited("string", "minLength", `"valueInteger":3`), answers: ans(`{"valueString":"𠮷𬭎"}`)},
		"q: At most 3 characters, given 4":     {form: single("string", `"maxLength":3`), answers: ans(`{"valueString":"王𬭎𠮷d"}`)},
		"q: At most 1 decimal places, given 2": {form: limited("decimal", "maxDecimalPlaces", `"valueInteger":1`), answers: ans(`{"valueDecimal":3.25}`)},
		"q: At least 2 answers, given 1":       {form: counted("integer", "questionnaire-minOccurs"), answers: ans(`{"valueInteger":1}`)},
		"q: At most 2 answers, given 3":        {form: counted("integer", "questionnaire-maxOccurs"), answers: ans(`{"valueInteger":1},{"valueInteger":2},{"valueInteger":3}`)},
		"q: At least 2 answers, given 0":       {form: counted("integer", "questionnaire-minOccurs"), answers: `[]`},
		"q: At most 3 bytes, given 4":          {form: limited("attachment", "maxSize", `"valueDecimal":3`), answers: ans(`{"valueAttachment":{"contentType":"image/png","data":"YWJjZA=="}}`)},
	} {
		issues := Check(formOf(t, c.form), responseOf(t, Completed, c.answers), Options{})
		if len(issues) != 1 || issues[0].sentence() != want || issues[0].Params["limit"] == nil {
			t.Errorf("want %q, got %+v", want, issues)
		}
	}
}

func TestTheFormSaysTheSideAsWell(t *testing.T) {
	f := NewForm(formOf(t, single("integer", `"repeats":true,"extension":[`+ext("StructureDefinition/questionnaire-maxOccurs", `"valueInteger":1`)+`]`)))
	if err := f.Answer("q", 1, 2); err == nil || !strings.Contains(err.Error(), "At most 1 answers, given 2") {
		t.Error(err)
	}
}

// FHIR wants at least one issue in every OperationOutcome.
func TestNothingToSayIsSaid(t *testing.T) {
	written, err := json.Marshal(Outcome{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"information informational " + OwnCodes + "#allOk (all ok) [] []"}
	var o struct {
		Issue []struct {
			Severity, Code string
			Details        struct {
				Coding []Coding
				Text   string
			}
		}
	}
	if err := json.Unmarshal(written, &o); err != nil || len(o.Issue) != 1 || o.Issue[0].Details.Text != "all ok" {
		t.Fatalf("%v: %s", err, written)
	}
	i := o.Issue[0]
	got := []string{i.Severity + " " + i.Code + " " + i.Details.Coding[0].System + "#" + i.Details.Coding[0].Code + " (" + i.Details.Coding[0].Display + ") [] []"}
	if !slices.Equal(got, want) || !(Outcome{}).Valid() {
		t.Errorf("got %q", got)
	}
}
