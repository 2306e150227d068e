package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/counsel"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

// Counsel is the list of donors who must be told of a result in confidence. Every
// look at it is written down. No answer holds a value behind a verdict.
type Counsel interface {
	CounselCases(ctx context.Context, in CounselQuery, by Caller) (CounselList, error)
	CounselCase(ctx context.Context, id string, by Caller) (CounselOpened, error)
	// AssignCase gives a case to a counsellor, "" for the caller. Faults
	// "counsel.closed", "counsel.not_counsellor".
	AssignCase(ctx context.Context, id, to string, by Caller) (CounselOpened, error)
	// TryCase notes an attempt; faults are those of counsel.Case.Try.
	TryCase(ctx context.Context, id string, in CounselTry, by Caller) (CounselOpened, error)
	EscalateCase(ctx context.Context, id string, by Caller) (CounselOpened, error)
	// GiveUpCase closes a case nobody can be reached for; faults are those of counsel.Case.GiveUp.
	GiveUpCase(ctx context.Context, id string, by Caller) (CounselOpened, error)
}

// CounselQuery says which cases to list.
type CounselQuery struct {
	Closed bool   `query:"closed" doc:"Those that are closed instead of those that are open"`
	After  string `query:"after" maxLength:"40" doc:"next of the list before"`
}

// CounselList is a page of cases.
type CounselList struct {
	Cases []CounselCase `json:"cases"`
	Next  string        `json:"next,omitempty" doc:"To ask for more with; absent at the end"`
}

// CounselCase is one case in the list.
type CounselCase struct {
	ID         string          `json:"id"`
	SiteID     string          `json:"site_id"`
	SiteName   lang.Text       `json:"site_name"`
	NameMasked string          `json:"name_masked"`
	Status     counsel.Status  `json:"status" enum:"open,assigned,closed"`
	Reason     counsel.Reason  `json:"reason" enum:"not_qualified,corrected" doc:"corrected: told, and then the laboratory corrected the result"`
	OpenedAt   time.Time       `json:"opened_at"`
	AssignedTo string          `json:"assigned_to,omitempty" doc:"Name of the counsellor"`
	Tries      int             `json:"tries"`
	LastTry    counsel.Outcome `json:"last_try,omitempty" enum:"no_answer,wrong_number,someone_else,will_come,refuses,told"`
	Late       counsel.Late    `json:"late,omitempty" enum:"not_assigned,not_tried,not_told" doc:"The limit it is over"`
	Escalated  bool            `json:"escalated" doc:"A senior must look at it"`
	Ending     counsel.Ending  `json:"ending,omitempty" enum:"told,refused,unreachable,withdrawn"`
}

// CounselOpened is a case with what a counsellor needs to tell the donor.
type CounselOpened struct {
	CounselCase
	Name     string            `json:"name"`
	Phone    string            `json:"phone" doc:"As it is on record; may be empty"`
	Born     calendar.Date     `json:"born,omitzero" doc:"To make sure that it is the donor who answers"`
	Way      counsel.Way       `json:"way" enum:"phone,face_to_face" doc:"The only way in which the donor may be told, and nobody but the donor"`
	GivenOn  calendar.Date     `json:"given_on"`
	Product  donation.Product  `json:"product" enum:"whole_blood,apheresis_platelets"`
	Attempts []counsel.Attempt `json:"attempts"`
}

// CounselTry is what came of trying to reach a donor.
type CounselTry struct {
	Way     counsel.Way     `json:"way" enum:"phone,face_to_face"`
	Outcome counsel.Outcome `json:"outcome" enum:"no_answer,wrong_number,someone_else,will_come,refuses,told"`
}

type assignInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		To string `json:"to,omitempty" maxLength:"40" doc:"ID of a counsellor; absent for oneself"`
	}
}

type tryInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body CounselTry
}

func counselRoutes(api huma.API, c Counsel) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/counsel-cases"+path, summary, "counsel", StaffCounsel)
	}
	opened := func(out CounselOpened, err error) (*bodyOf[CounselOpened], error) {
		return &bodyOf[CounselOpened]{out}, err
	}
	huma.Register(api, op("list-counsel-cases", http.MethodGet, "", "Donors to be told in confidence, at the caller's sites"),
		handle(func(ctx context.Context, in *CounselQuery) (*bodyOf[CounselList], error) {
			list, err := c.CounselCases(ctx, *in, callerOf(ctx))
			return &bodyOf[CounselList]{list}, err
		}))
	huma.Register(api, op("get-counsel-case", http.MethodGet, "/{id}", "One donor with phone and the right way of telling them"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[CounselOpened], error) {
			return opened(c.CounselCase(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("assign-counsel-case", http.MethodPost, "/{id}/assign", "Look after a case, or give it to another counsellor"),
		handle(func(ctx context.Context, in *assignInput) (*bodyOf[CounselOpened], error) {
			return opened(c.AssignCase(ctx, in.ID, in.Body.To, callerOf(ctx)))
		}))
	huma.Register(api, op("try-counsel-case", http.MethodPost, "/{id}/tries", "Note an attempt; that the donor was told closes the case"),
		handle(func(ctx context.Context, in *tryInput) (*bodyOf[CounselOpened], error) {
			return opened(c.TryCase(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("escalate-counsel-case", http.MethodPost, "/{id}/escalate", "Ask for a senior to look at it"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[CounselOpened], error) {
			return opened(c.EscalateCase(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("give-up-counsel-case", http.MethodPost, "/{id}/give-up", "Close a case nobody can be reached for"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[CounselOpened], error) {
			return opened(c.GiveUpCase(ctx, in.ID, callerOf(ctx)))
		}))
}
