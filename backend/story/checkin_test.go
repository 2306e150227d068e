package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"lianxin/backend/checkin"
	"lianxin/backend/consent"
	"lianxin/backend/identity"
)

// checkIn walks one person to the ticket, or to whatever ends the way.
type checkIn struct {
	machine
	File      string `arg:"" help:"The person, as probe people prints one." type:"existingfile"`
	Typed     bool   `help:"Type the number instead of scanning the booking's QR."`
	Language  string `default:"zh-CN"`
	Exclusion string `default:"use" help:"The private choice."`
}

// Run prints the step where the way ended, the ticket and how the paper went.
func (c checkIn) Run() error {
	body, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	var who Known
	if err := json.Unmarshal(body, &who); err != nil {
		return err
	}
	return c.with(func(ctx context.Context, k opened) error {
		s, err := k.walk(who, c)
		if err != nil {
			return err
		}
		if s.Step == checkin.StepRepeat {
			// The second time the paper comes only when it is asked for.
			if s, err = k.step(http.MethodPost, "/print", nil); err != nil {
				return err
			}
		}
		if s, err = k.paper(ctx, s); err != nil {
			return err
		}
		fmt.Printf("%s %s, paper %s\n", s.Step, s.Done.Ticket, s.Done.Receipt.State)
		return nil
	})
}

// walk goes step by step as the screens do.
func (k opened) walk(who Known, c checkIn) (checkin.Session, error) {
	s, err := k.step(http.MethodPost, "", map[string]string{"language": c.Language})
	if err != nil {
		return s, err
	}
	if !c.Typed {
		s, err = k.step(http.MethodPost, "/code", map[string]string{"text": who.Code})
	} else {
		s, err = k.step(http.MethodPost, "/identity", checkin.TypedIdentity{Kind: identity.ResidentID, Number: who.Number})
	}
	for err == nil {
		switch s.Step {
		case checkin.StepBooking:
			s, err = k.step(http.MethodPost, "/purpose", purpose(s))
		case checkin.StepGate:
			s, err = k.step(http.MethodPost, "/continue", nil)
		case checkin.StepQuestionnaire:
			s, err = k.answer(s)
		case checkin.StepConsent:
			s, err = k.step(http.MethodPost, "/consent", checkin.Signed{Version: s.Consent.Version, ScrolledEnd: true, Strokes: signature()})
		case checkin.StepExclusion:
			s, err = k.step(http.MethodPost, "/exclusion", map[string]string{"code": c.Exclusion})
		case checkin.StepDone, checkin.StepRepeat, checkin.StepDeferred:
			return s, nil
		default:
			return s, fmt.Errorf("nobody knows the step %q", s.Step)
		}
	}
	return s, err
}

func (k opened) step(method, path string, in any) (checkin.Session, error) {
	var s checkin.Session
	err := k.ask(method, "/kiosk/session"+path, in, &s)
	return s, err
}

// purpose is the booking when it can be used, else the first thing on offer.
func purpose(s checkin.Session) checkin.Purpose {
	if len(s.Bookings) > 0 && s.Bookings[0].Usable {
		return checkin.Purpose{BookingID: s.Bookings[0].ID}
	}
	return checkin.Purpose{Choice: &s.Choices[0]}
}

// answer answers the first open question, or hands the form in.
func (k opened) answer(s checkin.Session) (checkin.Session, error) {
	for _, q := range s.Questionnaire.Items {
		if q.Answer == nil {
			return k.step(http.MethodPut, "/answers/"+q.LinkID, plain(q))
		}
	}
	return k.step(http.MethodPost, "/answers/submit", nil)
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

// paper waits until it is known how the paper went.
func (k opened) paper(ctx context.Context, s checkin.Session) (checkin.Session, error) {
	changed := make(chan struct{}, 1)
	defer k.node.Subscribe(func(string, any) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for {
		s, err := k.step(http.MethodGet, "", nil)
		if err != nil || s.Done.Receipt.State != "printing" {
			return s, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
}
