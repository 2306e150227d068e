package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// Claims a donor files from a phone of their own are those of the service Claims, asked with
// a caller who is a donor. What is answered is less: no member of staff by name, nothing of
// how reviewers share their work, nothing of anybody else's donations or stays.

// OwnClaimWords are what a donor's form needs beside its data.
type OwnClaimWords struct {
	Statuses       []claim.Named[claim.Status]       `json:"statuses"`
	Steps          []claim.Named[claim.Step]         `json:"steps"`
	Relations      []claim.Named[relief.Relation]    `json:"relations"`
	Documents      []claim.Named[claim.DocumentKind] `json:"documents"`
	Components     []claim.Named[relief.Component]   `json:"components"`
	Fees           []claim.Named[relief.Fee]         `json:"fees"`
	Reasons        []claim.Reason                    `json:"reasons" doc:"For which claims are rejected"`
	MaxBytes       int                               `json:"max_bytes" doc:"Of one attachment"`
	MaxAttachments int                               `json:"max_attachments"`
	Needs          []claim.Need                      `json:"needs" doc:"Documents the region's rules ask for"`
	Districts      []District                        `json:"districts" doc:"Whose offices take claims"`
}

// OwnClaimListed is a claim in a donor's list.
type OwnClaimListed struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	District     string       `json:"district" doc:"Of the office that takes it, GB/T 2260"`
	Status       claim.Status `json:"status" enum:"draft,submitted,in_review,returned,approved,rejected,withdrawn,to_pay,paid,failed,settled" doc:"A second look is still a review"`
	Hospital     string       `json:"hospital"`
	BilledFen    int64        `json:"billed_fen"`
	ClaimableFen int64        `json:"claimable_fen" doc:"Billed, without what insurance paid"`
	ApprovedFen  int64        `json:"approved_fen" doc:"0 until it is decided"`
	Attachments  int          `json:"attachments"`
	CreatedAt    time.Time    `json:"created_at"`
	SubmittedAt  time.Time    `json:"submitted_at,omitzero"`
	EnteredAt    time.Time    `json:"entered_at" doc:"Since when it has its status; in review: since it was submitted"`
	DueAt        time.Time    `json:"due_at,omitzero" doc:"Draft or returned: until when it may stay so. By when the office expects to decide, the acceptance says"`
}

// OwnClaimList is a page of a donor's claims, the last filed first.
type OwnClaimList struct {
	Claims []OwnClaimListed `json:"claims"`
	Next   string           `json:"next,omitempty" doc:"To ask for more with; absent at the end"`
}

// OwnClaim is a claim as the donor who filed it sees it.
type OwnClaim struct {
	OwnClaimListed
	Version    int                  `json:"version" doc:"Whoever changes the claim names the version they looked at. It counts what the donor, or a clerk for them, has done"`
	Content    claim.Content        `json:"content"`
	Files      []ClaimAttached      `json:"files"`
	Wanted     []claim.Wanted       `json:"wanted" doc:"Returned: what is to be supplied"`
	Note       string               `json:"note,omitempty" doc:"Returned or rejected: in words"`
	Reason     string               `json:"reason,omitempty" doc:"Rejected: ID of a reason of get-own-claim-words"`
	Missing    []fault.Place        `json:"missing" doc:"What keeps it from being submitted, place by place; the code is the key of a sentence"`
	Documents  []claim.DocumentKind `json:"documents" doc:"Which the region's rules ask for"`
	MayChange  bool                 `json:"may_change"`
	Steps      []claim.Step         `json:"steps" doc:"What the donor may do next"`
	Assessment ClaimAssessment      `json:"assessment" doc:"While it may be changed: what the donor's own donations would cover. The office counts the patient's as well"`
	History    []OwnClaimEvent      `json:"history" doc:"Oldest first; changes of its status only"`
}

// OwnClaimEvent is one step of the history.
type OwnClaimEvent struct {
	At   time.Time    `json:"at"`
	Step claim.Step   `json:"step"`
	To   claim.Status `json:"to" enum:"draft,submitted,in_review,returned,approved,rejected,withdrawn,to_pay,paid,failed,settled"`
}

// OwnClaimAct is what comes with a donor's step.
type OwnClaimAct struct {
	Version int    `json:"version" minimum:"1" doc:"Of the claim that was looked at"`
	Note    string `json:"note,omitempty" maxLength:"1000" doc:"withdraw: why"`
}

// ownWords leaves out how claims are compared, and that some are looked at twice.
func ownWords(w ClaimWords) OwnClaimWords {
	told := slices.DeleteFunc(slices.Clone(w.Statuses), func(n claim.Named[claim.Status]) bool { return ownStatus(n.Code) != n.Code })
	return OwnClaimWords{Statuses: told, Steps: w.Steps, Relations: w.Relations, Documents: w.Documents, Components: w.Components, Fees: w.Fees,
		Reasons: w.Reasons, MaxBytes: w.MaxBytes, MaxAttachments: w.MaxAttachments, Needs: w.Needs, Districts: w.Districts}
}

// decided are the statuses in which what was approved counts.
var decided = []claim.Status{claim.Approved, claim.ToPay, claim.Paid, claim.Failed, claim.Settled}

// ownStatus is the status a donor is told: that a claim needs two reviewers would tell from
// which amount on.
func ownStatus(s claim.Status) claim.Status {
	if s == claim.SecondReview {
		return claim.InReview
	}
	return s
}

func ownListed(c ClaimListed) OwnClaimListed {
	own := OwnClaimListed{ID: c.ID, Number: c.Number, District: c.District, Status: ownStatus(c.Status), Hospital: c.Hospital, BilledFen: c.BilledFen,
		ClaimableFen: c.ClaimableFen, Attachments: c.Attachments, CreatedAt: c.CreatedAt, SubmittedAt: c.SubmittedAt, EnteredAt: c.EnteredAt}
	if slices.Contains(decided, c.Status) {
		own.ApprovedFen = c.ApprovedFen
	}
	if own.Status == claim.InReview { // of which of the two reviews nothing tells
		own.EnteredAt = c.SubmittedAt
	}
	if c.Status == claim.Draft || c.Status == claim.Returned {
		own.DueAt = c.DueAt
	}
	return own
}

// ownFault is a refusal as a donor is told it.
func ownFault(err error) error {
	if err == nil {
		return nil
	}
	f := *fault.From(err)
	f.Params = maps.Clone(f.Params)
	if f.Params["status"] == string(claim.SecondReview) {
		f.Params["status"] = string(claim.InReview)
	}
	delete(f.Params, "version") // it counts what reviewers do
	return &f
}

func ownClaim(c ClaimOpened, err error) (*bodyOf[OwnClaim], error) {
	if err != nil {
		return nil, ownFault(err)
	}
	own := OwnClaim{OwnClaimListed: ownListed(c.ClaimListed), Content: c.Content, Files: c.Files, Wanted: c.Wanted, Missing: c.Missing, Documents: c.Documents,
		MayChange: c.MayChange, Steps: c.Steps, Assessment: c.Assessment, History: []OwnClaimEvent{}}
	if c.Status == claim.Returned || c.Status == claim.Rejected {
		own.Note, own.Reason = c.Decision.Note, c.Decision.Reason
	}
	for _, e := range c.History {
		if e.Duty == claim.Capture {
			own.Version++
		}
		if to := ownStatus(e.To); to != ownStatus(e.From) {
			own.History = append(own.History, OwnClaimEvent{At: e.At, Step: e.Step, To: to})
		}
	}
	return &bodyOf[OwnClaim]{own}, nil
}

type ownListInput struct {
	After string `query:"after" maxLength:"80" doc:"next of the page before"`
}

type ownActInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body OwnClaimAct
}

func ownOperation(id, method, path, summary string) huma.Operation {
	return operation(id, method, "/donor/claims"+path, summary, "donor", DonorSelf)
}

func ownClaims(api huma.API, s Claims) {
	huma.Register(api, ownOperation("get-own-claim-words", http.MethodGet, "/words", "Names of statuses, relations, documents and the like, reasons and limits"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[OwnClaimWords], error) {
			w, err := s.ClaimWords(ctx, callerOf(ctx))
			return &bodyOf[OwnClaimWords]{ownWords(w)}, err
		}))
	huma.Register(api, ownOperation("list-own-claims", http.MethodGet, "", "The claims the donor has filed, a page at a time"),
		handle(func(ctx context.Context, in *ownListInput) (*bodyOf[OwnClaimList], error) {
			list, err := s.SearchClaims(ctx, ClaimSearch{Order: "newest", After: in.After}, callerOf(ctx))
			own := OwnClaimList{Claims: make([]OwnClaimListed, len(list.Claims)), Next: list.Next}
			for i, c := range list.Claims {
				own.Claims[i] = ownListed(c)
			}
			return &bodyOf[OwnClaimList]{own}, err
		}))
	huma.Register(api, ownOperation("get-own-claim", http.MethodGet, "/{id}", "One claim, with what is missing and what the donor may do next"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.OpenClaim(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, ownOperation("create-own-claim", http.MethodPost, "", "Begin a claim as a draft"),
		handle(func(ctx context.Context, in *bodyOf[ClaimNew]) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.CreateClaim(ctx, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, ownOperation("change-own-claim", http.MethodPut, "/{id}", "Replace what the claim says, while it is a draft or was returned"),
		handle(func(ctx context.Context, in *claimChangeInput) (*bodyOf[OwnClaim], error) {
			return ownClaim(s.ChangeClaim(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	for _, r := range []struct {
		step    claim.Step
		summary string
	}{{claim.Submit, "Hand a whole claim in"}, {claim.Withdraw, "Take a claim back, with a reason"}} {
		huma.Register(api, ownOperation(string(r.step)+"-own-claim", http.MethodPost, "/{id}/"+string(r.step), r.summary),
			handle(func(ctx context.Context, in *ownActInput) (*bodyOf[OwnClaim], error) {
				return ownClaim(s.StepClaim(ctx, in.ID, r.step, claim.Capture, ClaimAct{Version: in.Body.Version, Note: in.Body.Note}, callerOf(ctx)))
			}))
	}
}
