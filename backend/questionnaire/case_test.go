package questionnaire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ruleCase is a form's items, a response's items, and what Check must find:
// "severity code detail FHIRPath" for each issue.
type ruleCase struct {
	name, form, answers string
	status              Status // completed when empty
	want                []string
}

const formURL = "https://lianxin.example/fhir/Questionnaire/test"

func formOf(t *testing.T, items string) *Questionnaire {
	t.Helper()
	q, err := Parse(fmt.Appendf(nil, `{"resourceType":"Questionnaire","url":%q,"status":"active","item":%s}`, formURL, items))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func responseOf(t *testing.T, status Status, items string) *Response {
	t.Helper()
	r, err := ParseResponse(fmt.Appendf(nil,
		`{"resourceType":"QuestionnaireResponse","questionnaire":%q,"status":%q,"item":%s}`, formURL, status, items))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func brief(issues []Issue) []string {
	var out []string
	for _, i := range issues {
		out = append(out, fmt.Sprintf("%s %s %s %s", i.Severity, i.Code, i.Detail, i.Expression))
	}
	return out
}

func run(t *testing.T, cases []ruleCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.status == "" {
				c.status = Completed
			}
			got := brief(Check(formOf(t, c.form), responseOf(t, c.status, c.answers), Options{}))
			if !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

const (
	qr0    = " QuestionnaireResponse.item[0]"
	first  = " QuestionnaireResponse.item[0].answer[0]"
	second = " QuestionnaireResponse.item[0].answer[1]"
)

// ext writes an extension of a form's item.
func ext(url, value string) string {
	return fmt.Sprintf(`{"url":"http://hl7.org/fhir/%s",%s}`, url, value)
}

// single writes a form of one item q, with more properties.
func single(itemType, more string) string {
	if more != "" {
		more = "," + more
	}
	return fmt.Sprintf(`[{"linkId":"q","type":%q%s}]`, itemType, more)
}

// ans writes a response of one item q with these answers.
func ans(answers string) string { return `[{"linkId":"q","answer":[` + answers + `]}]` }

func replace(text, old, with string) string { return strings.Replace(text, old, with, 1) }
