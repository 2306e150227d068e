package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/checkin"
	"lianxin/backend/lang"
)

// CheckIn is the journey of the one person in front of a kiosk.
// Every call answers the session as it stands afterwards.
type CheckIn interface {
	Start(ctx context.Context, language lang.Tag, aim checkin.Aim) (checkin.Session, error)
	Current(ctx context.Context) (checkin.Session, error)
	End(ctx context.Context) error
	Touch(ctx context.Context) (checkin.Session, error)
	SetLanguage(ctx context.Context, language lang.Tag) (checkin.Session, error)
	IdentifyTyped(ctx context.Context, in checkin.TypedIdentity) (checkin.Session, error)
	IdentifyCode(ctx context.Context, text string) (checkin.Session, error)
	Choose(ctx context.Context, in checkin.Purpose) (checkin.Session, error)
	Continue(ctx context.Context) (checkin.Session, error)
	Back(ctx context.Context) (checkin.Session, error)
	Answer(ctx context.Context, linkID string, in checkin.Answer) (checkin.Session, error)
	AnswerAnew(ctx context.Context) (checkin.Session, error)
	Submit(ctx context.Context) (checkin.Session, error)
	Sign(ctx context.Context, in checkin.Signed) (checkin.Session, error)
	Exclude(ctx context.Context, code string) (checkin.Session, error)
	Print(ctx context.Context) (checkin.Session, error)
	AskCorrection(ctx context.Context, in checkin.CorrectionAsked) (checkin.Session, error)
	AskResult(ctx context.Context, in checkin.ResultNumbers) (checkin.Session, error)
	OpenResult(ctx context.Context, code string) (checkin.Session, error)
	PrintPaper(ctx context.Context, in checkin.PaperWanted) (checkin.Session, error)
	PrintYearCard(ctx context.Context, in checkin.YearCardWanted) (checkin.Session, error)
}

type sessionOutput struct{ Body checkin.Session }

type languageInput struct {
	Body struct {
		Language lang.Tag `json:"language" enum:"zh-CN,en"`
	}
}

type startInput struct {
	Body struct {
		Language lang.Tag    `json:"language" enum:"zh-CN,en"`
		Aim      checkin.Aim `json:"aim,omitempty" enum:"check_in,account,gifts" default:"check_in" doc:"What the person came for"`
	}
}

type codeInput struct {
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"2000" doc:"What the scanner typed, as it came"`
	}
}

type answerInput struct {
	LinkID string `path:"link_id" maxLength:"80"`
	Body   checkin.Answer
}

type exclusionInput struct {
	Body struct {
		Code string `json:"code" enum:"use,discard"`
	}
}

type resultCodeInput struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"6" pattern:"^[0-9]+$" doc:"The code on the phone"`
	}
}

type bodyOf[T any] struct{ Body T }

// session wraps a step of the journey into an operation's answer.
func session(s checkin.Session, err error) (*sessionOutput, error) {
	if err != nil {
		return nil, err
	}
	return &sessionOutput{Body: s}, nil
}

// sessionPath is the journey's. Paths are singular: a kiosk serves one person.
const sessionPath = "/kiosk/session"

// kioskSession registers the journey.
func kioskSession(api huma.API, c CheckIn) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, sessionPath+path, summary, "kiosk", Local)
	}
	huma.Register(api, op("start-session", http.MethodPost, "", "Begin for a new person; wipes what the last one left"),
		handle(func(ctx context.Context, in *startInput) (*sessionOutput, error) {
			return session(c.Start(ctx, in.Body.Language, in.Body.Aim))
		}))
	huma.Register(api, op("get-session", http.MethodGet, "", "The running session, after the page was reloaded"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Current(ctx)) }))
	huma.Register(api, op("end-session", http.MethodDelete, "", "Wipe everything personal and return to the welcome screen"),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) { return nil, c.End(ctx) }))
	huma.Register(api, op("touch-session", http.MethodPost, "/touch", "More time, please"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Touch(ctx)) }))
	huma.Register(api, op("set-session-language", http.MethodPut, "/language", "Switch the language"),
		handle(func(ctx context.Context, in *languageInput) (*sessionOutput, error) {
			return session(c.SetLanguage(ctx, in.Body.Language))
		}))
	huma.Register(api, op("identify-typed", http.MethodPost, "/identity", "A document number entered on the screen"),
		handle(func(ctx context.Context, in *bodyOf[checkin.TypedIdentity]) (*sessionOutput, error) {
			return session(c.IdentifyTyped(ctx, in.Body))
		}))
	huma.Register(api, op("identify-code", http.MethodPost, "/code", "The QR of a booking or donor card"),
		handle(func(ctx context.Context, in *codeInput) (*sessionOutput, error) {
			return session(c.IdentifyCode(ctx, in.Body.Text))
		}))
	huma.Register(api, op("choose-purpose", http.MethodPost, "/purpose", "Use a booking, or choose what to give"),
		handle(func(ctx context.Context, in *bodyOf[checkin.Purpose]) (*sessionOutput, error) {
			return session(c.Choose(ctx, in.Body))
		}))
	huma.Register(api, op("continue-session", http.MethodPost, "/continue", "On to the next step"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Continue(ctx)) }))
	huma.Register(api, op("back-session", http.MethodPost, "/back", "One step back; nothing answered is lost"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Back(ctx)) }))
	huma.Register(api, op("answer-question", http.MethodPut, "/answers/{link_id}", "Answer one question, or leave it to staff"),
		handle(func(ctx context.Context, in *answerInput) (*sessionOutput, error) {
			return session(c.Answer(ctx, in.LinkID, in.Body))
		}))
	huma.Register(api, op("answer-anew", http.MethodPost, "/answers/anew", "Set the answers given elsewhere aside and ask every question here"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.AnswerAnew(ctx)) }))
	huma.Register(api, op("submit-answers", http.MethodPost, "/answers/submit", "The questionnaire is complete"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Submit(ctx)) }))
	huma.Register(api, op("sign-consent", http.MethodPost, "/consent", "The signed consent"),
		handle(func(ctx context.Context, in *bodyOf[checkin.Signed]) (*sessionOutput, error) {
			return session(c.Sign(ctx, in.Body))
		}))
	huma.Register(api, op("choose-exclusion", http.MethodPost, "/exclusion", "The private choice; checks the person in"),
		handle(func(ctx context.Context, in *exclusionInput) (*sessionOutput, error) {
			return session(c.Exclude(ctx, in.Body.Code))
		}))
	huma.Register(api, op("print-paper", http.MethodPost, "/print", "Print the receipt or slip, again if need be"),
		handle(func(ctx context.Context, _ *struct{}) (*sessionOutput, error) { return session(c.Print(ctx)) }))
	huma.Register(api, op("ask-correction", http.MethodPost, "/corrections", "Tell staff that something on file of one is not right"),
		handle(func(ctx context.Context, in *bodyOf[checkin.CorrectionAsked]) (*sessionOutput, error) {
			return session(c.AskCorrection(ctx, in.Body))
		}))
	kioskOwn(c, op, api)
}

// kioskOwn registers what belongs to somebody: one result without a card, and papers.
func kioskOwn(c CheckIn, op func(id, method, path, summary string) huma.Operation, api huma.API) {
	huma.Register(api, op("ask-own-result", http.MethodPost, "/result", "Numbers of document and donation: have a code sent to the phone on record"),
		handle(func(ctx context.Context, in *bodyOf[checkin.ResultNumbers]) (*sessionOutput, error) {
			return session(c.AskResult(ctx, in.Body))
		}))
	huma.Register(api, op("open-own-result", http.MethodPost, "/result/code", "The code on the phone"),
		handle(func(ctx context.Context, in *resultCodeInput) (*sessionOutput, error) {
			return session(c.OpenResult(ctx, in.Body.Code))
		}))
	huma.Register(api, op("print-own-paper", http.MethodPost, "/papers", "Print the result slip or certificate of a donation that is shown"),
		handle(func(ctx context.Context, in *bodyOf[checkin.PaperWanted]) (*sessionOutput, error) {
			return session(c.PrintPaper(ctx, in.Body))
		}))
	huma.Register(api, op("print-year-card", http.MethodPost, "/year-cards", "Print the picture card of what was given in a year, or in all"),
		handle(func(ctx context.Context, in *bodyOf[checkin.YearCardWanted]) (*sessionOutput, error) {
			return session(c.PrintYearCard(ctx, in.Body))
		}))
}
