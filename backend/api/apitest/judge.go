package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"lianxin/backend/api"
)

// Judge says what is wrong with an answer, or nil: nothing ever ends as 500, every
// refusal is a problem document with a code, and repeats nobody's values.
func (m Maker) Judge(answer *httptest.ResponseRecorder) error {
	if answer.Code < http.StatusBadRequest {
		return nil
	}
	body := answer.Body.String()
	if answer.Code == http.StatusInternalServerError {
		return fmt.Errorf("500: %s", body)
	}
	if got := answer.Header().Get("Content-Type"); got != "application/problem+json" {
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
	for _, personal := range m.Personal {
		if strings.Contains(body, personal) {
			return fmt.Errorf("%d repeats %q: %s", answer.Code, personal, body)
		}
	}
	return nil
}
