package questionnaire

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"lianxin/backend/fault"
)

// Outcome is a FHIR OperationOutcome. Where there is nothing to say its FHIR form has
// one issue that says so: the standard wants at least one (issue 1..*), though the
// public test cases write none.
// http://hl7.org/fhir/R4/operationoutcome.html
type Outcome struct{ Issues []Issue }

// Valid tells whether nothing is fatal or an error.
func (o Outcome) Valid() bool {
	for _, i := range o.Issues {
		if i.Severity == Fatal || i.Severity == Error {
			return false
		}
	}
	return true
}

type outcomeJSON struct {
	ResourceType string      `json:"resourceType"`
	Issue        []issueJSON `json:"issue"`
}

type issueJSON struct {
	Severity   Severity   `json:"severity"`
	Code       string     `json:"code"`
	Details    detailJSON `json:"details"`
	Location   []string   `json:"location,omitempty"`
	Expression []string   `json:"expression,omitempty"`
}

type detailJSON struct {
	Coding []Coding `json:"coding"`
	Text   string   `json:"text"`
}

// MarshalJSON writes the FHIR form.
func (o Outcome) MarshalJSON() ([]byte, error) {
	out := outcomeJSON{ResourceType: "OperationOutcome"}
	issues := o.Issues
	if len(issues) == 0 {
		issues = []Issue{newIssue(allOK, "", "")}
	}
	for _, i := range issues {
		j := issueJSON{Severity: i.Severity, Code: i.Code,
			Details: detailJSON{Coding: []Coding{{System: i.System, Code: i.Detail, Display: i.Display}}, Text: i.sentence()}}
		if i.LinkID != "" {
			j.Location = []string{"linkId='" + i.LinkID + "'"}
		}
		if i.Expression != "" {
			j.Expression = []string{i.Expression}
		}
		out.Issue = append(out.Issue, j)
	}
	return json.Marshal(out)
}

func (i Issue) sentence() string {
	text := i.Text
	if text == "" {
		text = i.Display
	}
	if i.LinkID == "" {
		return text
	}
	return i.LinkID + ": " + text
}

// Unreadable is the outcome of a document that could not be read: one fatal
// issue for every wrong place.
func Unreadable(err error) Outcome {
	f := fault.From(err)
	put := func(detail, place, text string) Issue {
		return Issue{Severity: Fatal, Code: "structure", System: OwnCodes, Display: "unreadable",
			Detail: strings.TrimPrefix(detail, "questionnaire."), Expression: place, Text: text}
	}
	var out Outcome
	for _, p := range f.Places {
		out.Issues = append(out.Issues, put(p.Code, p.Location, p.Detail))
	}
	if len(out.Issues) == 0 {
		out.Issues = []Issue{put(f.Code, "", err.Error())}
	}
	return out
}

// WriteText prints one issue a line and the verdict, for people at a terminal.
func (o Outcome) WriteText(w io.Writer) error {
	for _, i := range o.Issues {
		place := i.Expression
		if place == "" {
			place = "-"
		}
		if _, err := fmt.Fprintf(w, "%-11s %s  %s  (%s)\n", i.Severity, place, i.sentence(), i.Detail); err != nil {
			return err
		}
	}
	verdict := "valid"
	if !o.Valid() {
		verdict = "invalid"
	}
	_, err := fmt.Fprintln(w, verdict)
	return err
}

// snake turns a detail code into the end of a fault code: minValue, min_value.
func snake(detail string) string {
	var b strings.Builder
	for i, c := range detail {
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}
