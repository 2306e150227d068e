package checkin

import (
	"context"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/visit"
)

// ResultNumbers are what somebody without their card types to see one result.
type ResultNumbers struct {
	TypedIdentity
	DIN string `json:"din" minLength:"1" maxLength:"40" doc:"Number of one of their donations, with or without its check character"`
}

// ResultView is one result on its way to somebody without their card.
type ResultView struct {
	State    string            `json:"state" enum:"asking,code,opening,shown,failed,over" doc:"code: one is to be typed, whether any was sent or not; over: none counts any more"`
	Code     string            `json:"code,omitempty" doc:"failed: fault code, such as result_code.offline"`
	From     string            `json:"from,omitempty" format:"date-time" doc:"failed, asked too often: when to ask again"`
	Ends     time.Time         `json:"ends,omitzero" doc:"Until then a code counts"`
	Wrong    bool              `json:"wrong,omitempty" doc:"The last code that was typed was not right"`
	Left     int               `json:"left" doc:"How many codes may still be typed"`
	Donation *account.Donation `json:"donation,omitempty"`
	AsOf     calendar.Date     `json:"as_of,omitzero"`
}

// Asked is what the center answers to every asking, right or wrong.
type Asked struct {
	Request string
	Ends    time.Time
	Tries   int
}

// Results asks the center for one result by numbers and a code. It may take long.
// Faults "result_code.offline" without a line, and those of the center.
type Results interface {
	Ask(ctx context.Context, donorKey string, din donation.DIN, language lang.Tag) (Asked, error)
	Open(ctx context.Context, request, code string) (account.Donation, calendar.Date, error)
}

// AskResult takes the numbers and has a code sent to the phone on record, if there
// is one. Faults: those of IdentifyTyped for the document, of donation.ParseDIN at "body.din".
func (s *Service) AskResult(ctx context.Context, in ResultNumbers) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepIdentify || c.aim != AimAccount {
			return errStep(c.step)
		}
		din, dinErr := donation.ParseDIN(in.DIN)
		person, err := s.typed(in.TypedIdentity)
		if dinErr != nil {
			f := fault.New(fault.Invalid, fault.CodeOf(dinErr)).At("body.din", fault.CodeOf(dinErr), "")
			if err != nil {
				f.Places = append(f.Places, fault.From(err).Places...)
			}
			return f
		}
		if err != nil {
			return err
		}
		c.person, c.source, c.donorKey, c.din, c.step = person, visit.Typed, s.deps.DonorKey(person.Document), din, StepResult
		s.askForResult(c)
		return nil
	})
}

// askForResult asks beside the journey, as for an account.
func (s *Service) askForResult(c *session) {
	if c.result.State == "asking" || c.result.State == "opening" {
		return
	}
	c.result, c.request = ResultView{State: "asking"}, ""
	key, din, language := c.donorKey, c.din, c.language
	s.besideResult(c, func(ctx context.Context) func(*session) {
		asked, err := s.deps.Results.Ask(ctx, key, din, language)
		return func(c *session) {
			if err != nil {
				c.result = failedResult(err)
				return
			}
			c.request, c.result = asked.Request, ResultView{State: "code", Ends: asked.Ends, Left: asked.Tries}
		}
	})
}

func failedResult(err error) ResultView {
	v := ResultView{State: "failed", Code: fault.CodeOf(err)}
	v.From, _ = fault.From(err).Params["from"].(string)
	return v
}

// OpenResult takes the code somebody typed.
func (s *Service) OpenResult(ctx context.Context, code string) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepResult || c.result.State != "code" {
			return errStep(c.step)
		}
		c.result.State, c.result.Wrong = "opening", false
		request := c.request
		s.besideResult(c, func(ctx context.Context) func(*session) {
			given, asOf, err := s.deps.Results.Open(ctx, request, code)
			return func(c *session) { c.noteOpened(given, asOf, err) }
		})
		return nil
	})
}

// noteOpened keeps what the center said to a code.
func (c *session) noteOpened(given account.Donation, asOf calendar.Date, err error) {
	switch fault.CodeOf(err) {
	case "":
		c.result = ResultView{State: "shown", Donation: &given, AsOf: asOf}
	case "result_code.wrong":
		left, _ := fault.From(err).Params["left"].(float64) // as JSON has numbers
		c.result.State, c.result.Wrong, c.result.Left = "code", true, int(left)
		if c.result.Left == 0 {
			c.result.State = "over"
		}
	case "result_code.over":
		c.result.State = "over"
	default: // the code was not judged: it may be typed again
		c.result.State, c.result.Code = "code", fault.CodeOf(err)
	}
}

// besideResult asks the center beside the journey; what it says is kept while the person
// is still at their result.
func (s *Service) besideResult(c *session, ask func(ctx context.Context) (note func(*session))) {
	s.alongside(c, accountTime, func(ctx context.Context) func(*session) bool {
		note := ask(ctx)
		return func(c *session) bool {
			if c.step != StepResult {
				return false
			}
			note(c)
			c.touched = s.deps.Clock.Now() // reading begins now
			return true
		}
	})
}
