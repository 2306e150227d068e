// Package journey walks a person through a kiosk the way its page does: over the
// kiosk's own API, one screen after the other.
package journey

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"lianxin/backend/checkin"
	"lianxin/backend/consent"
)

// Ask calls a kiosk's API. An answer that is no success is an error with its text.
type Ask func(method, path string, in, out any) error

// Of asks a kiosk's handler.
func Of(kiosk http.Handler) Ask {
	return func(method, path string, in, out any) error {
		body, err := json.Marshal(in)
		if err != nil {
			return err
		}
		request := httptest.NewRequest(method, path, strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		kiosk.ServeHTTP(answer, request)
		if answer.Code >= http.StatusMultipleChoices {
			return fmt.Errorf("%s %s: %d %s", method, path, answer.Code, answer.Body)
		}
		if out == nil {
			return nil
		}
		return json.Unmarshal(answer.Body.Bytes(), out)
	}
}

// Step does one thing on the running session and returns what the next screen knows.
func (ask Ask) Step(method, path string, in any) (checkin.Session, error) {
	var s checkin.Session
	err := ask(method, "/kiosk/session"+path, in, &s)
	return s, err
}

// Walk goes on from any screen behind the first to the ticket, or to whatever ends
// the way before. Exclusion is the private choice.
func (ask Ask) Walk(s checkin.Session, exclusion string) (checkin.Session, error) {
	var err error
	for err == nil {
		switch s.Step {
		case checkin.StepDone, checkin.StepRepeat, checkin.StepDeferred:
			return s, nil
		}
		s, err = ask.Next(s, exclusion)
	}
	return s, err
}

// Next does what the screen asks for: it leads to the next one, or answers one question.
func (ask Ask) Next(s checkin.Session, exclusion string) (checkin.Session, error) {
	switch s.Step {
	case checkin.StepBooking:
		return ask.Step(http.MethodPost, "/purpose", purpose(s))
	case checkin.StepGate:
		return ask.Step(http.MethodPost, "/continue", nil)
	case checkin.StepQuestionnaire:
		return ask.answer(s)
	case checkin.StepConsent:
		return ask.Step(http.MethodPost, "/consent", checkin.Signed{Version: s.Consent.Version, ScrolledIn: s.Language, Strokes: signature()})
	case checkin.StepExclusion:
		return ask.Step(http.MethodPost, "/exclusion", map[string]string{"code": exclusion})
	}
	return s, fmt.Errorf("nothing comes after the step %q (at the gate: %+v)", s.Step, s.Gate)
}

// purpose is the booking when it can be used, else the first thing on offer.
func purpose(s checkin.Session) checkin.Purpose {
	if len(s.Bookings) > 0 && s.Bookings[0].Usable {
		return checkin.Purpose{BookingID: s.Bookings[0].ID}
	}
	return checkin.Purpose{Choice: &s.Choices[0]}
}

// answer answers the first open question, or hands the form in.
func (ask Ask) answer(s checkin.Session) (checkin.Session, error) {
	for _, q := range s.Questionnaire.Items {
		if q.Answer == nil {
			return ask.Step(http.MethodPut, "/answers/"+q.LinkID, plain(q))
		}
	}
	return ask.Step(http.MethodPost, "/answers/submit", nil)
}

// plain says no or none where one can, and leaves the rest to staff.
func plain(q checkin.Question) checkin.Answer {
	if q.Type == "boolean" {
		no := false
		return checkin.Answer{Yes: &no}
	}
	for _, o := range q.Options {
		if o.Exclusive || o.Code == "no" {
			return checkin.Answer{Codes: []string{o.Code}}
		}
	}
	return checkin.Answer{Staff: true}
}

// signature is a line a finger could draw.
func signature() []consent.Stroke {
	var line consent.Stroke
	for i := range 40 {
		line = append(line, consent.Point{X: 1000 + i*150, Y: 2000 + i%7*300, T: i * 20})
	}
	return []consent.Stroke{line}
}
