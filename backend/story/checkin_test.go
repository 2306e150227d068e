package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"lianxin/backend/checkin"
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
			if s, err = k.page().Step(http.MethodPost, "/print", nil); err != nil {
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
	ask := k.page()
	s, err := ask.Step(http.MethodPost, "", map[string]string{"language": c.Language})
	if err != nil {
		return s, err
	}
	if !c.Typed {
		s, err = ask.Step(http.MethodPost, "/code", map[string]string{"text": who.Code})
	} else {
		s, err = ask.Step(http.MethodPost, "/identity", checkin.TypedIdentity{Kind: identity.ResidentID, Number: who.Number})
	}
	if err != nil {
		return s, err
	}
	return ask.Walk(s, c.Exclusion)
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
		s, err := k.page().Step(http.MethodGet, "", nil)
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
