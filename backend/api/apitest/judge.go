package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"

	"lianxin/backend/api"
)

// Judge says what is wrong with an answer, or nil: nothing ever ends as 500 or sends its caller
// elsewhere, every refusal is a problem document with a code (or FHIR's own), and repeats nobody's values.
func (m Maker) Judge(answer *httptest.ResponseRecorder) error {
	if answer.Code < http.StatusMultipleChoices {
		return nil
	}
	body := answer.Body.String()
	if answer.Code < http.StatusBadRequest {
		return fmt.Errorf("%d to %q: %.200s", answer.Code, answer.Header().Get("Location"), body)
	}
	if answer.Code == http.StatusInternalServerError {
		return fmt.Errorf("500: %s", body)
	}
	switch got := answer.Header().Get("Content-Type"); got {
	case "application/fhir+json":
		return m.judgeOutcome(answer.Code, body)
	case "application/problem+json":
	default:
		return fmt.Errorf("%d as %q: %.200s", answer.Code, got, body)
	}
	var p api.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		return fmt.Errorf("%d is no problem document: %w", answer.Code, err)
	}
	if p.Status != answer.Code || p.Code == "" || p.Type != "urn:lianxin:fault:"+p.Code || p.Title == "" {
		return fmt.Errorf("%d with an incomplete problem: %s", answer.Code, body)
	}
	for name, values := range answer.Header() {
		body += name + strings.Join(values, " ")
	}
	return m.judgeQuiet(answer.Code, body)
}

// judgeOutcome looks at a refusal in FHIR's words.
func (m Maker) judgeOutcome(status int, body string) error {
	var o api.OperationOutcome
	if err := json.Unmarshal([]byte(body), &o); err != nil {
		return fmt.Errorf("%d is no OperationOutcome: %w", status, err)
	}
	if o.ResourceType != "OperationOutcome" || len(o.Issue) == 0 || len(o.Issue[0].Details.Coding) == 0 {
		return fmt.Errorf("%d with an incomplete outcome: %s", status, body)
	}
	return m.judgeQuiet(status, body)
}

// ofGo are the words of Go's own errors, of databases and of the network: they are for the
// log, and tell an attacker what a program is made of.
var ofGo = regexp.MustCompile(`strconv\.|json: |goroutine |runtime error|nil pointer|out of range|sql: |SQLSTATE|constraint failed|duplicate key|is locked|` +
	`invalid character|unexpected end of JSON|unexpected EOF|parsing time|context (canceled|deadline)|dial tcp|connection refused|\.go:[0-9]|%!|no such (table|file|host)`)

// judgeQuiet looks for what is nobody else's business.
func (m Maker) judgeQuiet(status int, body string) error {
	if found := ofGo.FindString(body); found != "" {
		return fmt.Errorf("%d tells %q: %s", status, found, body)
	}
	for _, personal := range m.Personal {
		if strings.Contains(body, personal) {
			return fmt.Errorf("%d repeats %q: %s", status, personal, body)
		}
	}
	return nil
}
