package questionnaire

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const official = "testdata/fhir-cases"

type officialCase struct {
	Name          string
	ExpectValid   bool `json:"expect_valid"`
	Response      string
	Questionnaire []string
	Outcome       string
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func officialCases(t *testing.T) []officialCase {
	t.Helper()
	var cases []officialCase
	if err := json.Unmarshal(readFile(t, filepath.Join(official, "cases.json")), &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// lines is an OperationOutcome as one comparable line an issue.
func lines(t *testing.T, outcome []byte) []string {
	t.Helper()
	var o struct {
		ResourceType string
		Issue        []struct {
			Severity, Code string
			Details        struct{ Coding []Coding }
			Location       []string
			Expression     []string
		}
	}
	if err := json.Unmarshal(outcome, &o); err != nil {
		t.Fatal(err)
	}
	if o.ResourceType != "OperationOutcome" {
		t.Fatalf("resourceType is %q", o.ResourceType)
	}
	var out []string
	for _, i := range o.Issue {
		c := i.Details.Coding[0]
		if c.Code == allOK {
			continue // the published outcomes leave out that nothing is to be said
		}
		out = append(out, fmt.Sprintf("%s %s %s#%s (%s) %v %v", i.Severity, i.Code, c.System, c.Code, c.Display, i.Location, i.Expression))
	}
	slices.Sort(out)
	return out
}

// Every published case gets the published verdict, with the same issues at the
// same places: severity, issue code, detail code and FHIRPath.
func TestOfficialCases(t *testing.T) {
	cases := officialCases(t)
	if len(cases) != 37 {
		t.Fatalf("%d cases, expected 37", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			var forms [][]byte
			for _, name := range c.Questionnaire {
				forms = append(forms, readFile(t, filepath.Join(official, name)))
			}
			outcome, err := CheckDocuments(forms, readFile(t, filepath.Join(official, c.Response)))
			if err != nil {
				t.Fatal(err)
			}
			if outcome.Valid() != c.ExpectValid {
				t.Errorf("valid = %v, expected %v", outcome.Valid(), c.ExpectValid)
			}
			got, err := json.Marshal(outcome)
			if err != nil {
				t.Fatal(err)
			}
			if c.Outcome == "" {
				return // the case gives a verdict only
			}
			want := lines(t, readFile(t, filepath.Join(official, c.Outcome)))
			if got := lines(t, got); !slices.Equal(got, want) {
				t.Errorf("issues\n got %q\nwant %q", got, want)
			}
		})
	}
}

// The two cases with a FHIRPath rule say that it was not evaluated.
func TestOfficialInvariantsAreNamed(t *testing.T) {
	for _, name := range []string{"invariant-corrupted-expression", "invariant-undefined-variable"} {
		outcome, err := CheckDocuments([][]byte{readFile(t, filepath.Join(official, name+"-q.json"))},
			readFile(t, filepath.Join(official, name+"-qr.json")))
		if err != nil {
			t.Fatal(err)
		}
		if len(outcome.Issues) != 1 || outcome.Issues[0].Detail != invariantExecution ||
			outcome.Issues[0].Severity != Warning || outcome.Issues[0].Expression != "QuestionnaireResponse.item[0]" {
			t.Errorf("%s: %+v", name, outcome.Issues)
		}
	}
}
