package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/relief"
)

// Claims are reimbursement claims of the caller's districts, or those a donor has filed;
// others are not there. Opening one is written down.
type Claims interface {
	ClaimWords(ctx context.Context, by Caller) (ClaimWords, error)
	// SearchClaims is asked with a body, for what people look for is a number or a name.
	SearchClaims(ctx context.Context, in ClaimSearch, by Caller) (ClaimList, error)
	CountClaims(ctx context.Context, by Caller) ([]ClaimCount, error)
	OpenClaim(ctx context.Context, id string, by Caller) (ClaimOpened, error)
	// ClaimDoubles compares a claim with others everywhere. Of those of other districts it
	// says only which office has one and what is alike.
	ClaimDoubles(ctx context.Context, id string, by Caller) ([]ClaimDouble, error)
	// CreateClaim and ChangeClaim have the faults of claim.Service, and "claim.district"; for a
	// donor "claim.own_only" and "claim.too_many_drafts".
	CreateClaim(ctx context.Context, in ClaimNew, by Caller) (ClaimOpened, error)
	ChangeClaim(ctx context.Context, id string, in ClaimChange, by Caller) (ClaimOpened, error)
	// StepClaim has the faults of claim.Service.Do.
	StepClaim(ctx context.Context, id string, step claim.Step, duty claim.Duty, in ClaimAct, by Caller) (ClaimOpened, error)
	// AttachToClaim has the faults of claim.Service.Attach.
	AttachToClaim(ctx context.Context, id, attachmentID string, in ClaimHanded, by Caller) (ClaimOpened, error)
	DetachFromClaim(ctx context.Context, id, attachmentID string, by Caller) (ClaimOpened, error)
	RotateAttachment(ctx context.Context, id, attachmentID string, turns int, by Caller) (ClaimOpened, error)
	// ClaimPaper issues a paper of a claim, the same again while it would say the same. Faults
	// "claim.no_paper", "claim.paper_kind".
	ClaimPaper(ctx context.Context, id string, in ClaimPaperAsk, by Caller) (ClaimPrint, error)
	// ClaimAttachment is its content as it is shown, or a small picture of it.
	ClaimAttachment(ctx context.Context, id, attachmentID string, preview bool, by Caller) (ClaimFile, error)
}

// ClaimWords are what forms and lists of claims need beside their data.
type ClaimWords struct {
	claim.Words
	SecondApprovalFen int64          `json:"second_approval_fen" doc:"What is approved above it needs a second reviewer, fen"`
	Reasons           []claim.Reason `json:"reasons" doc:"For which claims are rejected"`
	MaxBytes          int            `json:"max_bytes" doc:"Of one attachment"`
	MaxAttachments    int            `json:"max_attachments"`
	Needs             []claim.Need   `json:"needs" doc:"Documents the region's rules ask for, so that a form knows them without a line"`
	Districts         []District     `json:"districts" doc:"In which the caller works"`
	WaitsDays         map[string]int `json:"waits_days" doc:"By status: how many days a claim may stay there"`
}

// District is a district with its name.
type District struct {
	Code string    `json:"code" doc:"GB/T 2260"`
	Name lang.Text `json:"name"`
}

// ClaimSearch says which claims to list; what is left out narrows nothing.
type ClaimSearch struct {
	Statuses  []claim.Status `json:"statuses,omitempty" maxItems:"12" enum:"draft,submitted,in_review,second_review,returned,approved,rejected,withdrawn,to_pay,paid,failed,settled"`
	Districts []string       `json:"districts,omitempty" maxItems:"40" doc:"Of the caller's, GB/T 2260"`
	Channel   claim.Channel  `json:"channel,omitempty" enum:"on_site,mail,online"`
	Mine      bool           `json:"mine,omitempty" doc:"Those the caller has taken for review"`
	Text      string         `json:"text,omitempty" maxLength:"120" doc:"Number of a document, certificate, invoice, account or letter, or a whole name"`
	Number    string         `json:"number,omitempty" maxLength:"40" doc:"Number of the claim, or how it begins"`
	From      calendar.Date  `json:"from,omitzero" doc:"First day on which it was filed"`
	Until     calendar.Date  `json:"until,omitzero" doc:"Last day"`
	Order     string         `json:"order,omitempty" enum:"waiting,newest" doc:"waiting: the longest where they are first; newest: the last filed first. Where nothing is said: newest without statuses or with days, else waiting"`
	After     string         `json:"after,omitempty" maxLength:"80" doc:"next of the page before"`
	Limit     int            `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"50 where nothing is said"`
}

// ClaimList is a page of claims.
type ClaimList struct {
	Claims []ClaimListed `json:"claims"`
	Next   string        `json:"next,omitempty" doc:"To ask for more with; absent at the end"`
}

// ClaimListed is a claim in a list.
type ClaimListed struct {
	ID           string          `json:"id"`
	Number       string          `json:"number"`
	District     string          `json:"district" doc:"GB/T 2260"`
	Status       claim.Status    `json:"status" enum:"draft,submitted,in_review,second_review,returned,approved,rejected,withdrawn,to_pay,paid,failed,settled"`
	Version      int             `json:"version" doc:"Whoever changes the claim names the version they looked at"`
	Channel      claim.Channel   `json:"channel" enum:"on_site,mail,online"`
	Donor        string          `json:"donor" doc:"Masked name"`
	Patient      string          `json:"patient" doc:"Masked name"`
	Relation     relief.Relation `json:"relation,omitempty" enum:"self,spouse,parent,child,grandparent,grandchild,sibling,spouse_parent,child_spouse"`
	Hospital     string          `json:"hospital"`
	BilledFen    int64           `json:"billed_fen"`
	ClaimableFen int64           `json:"claimable_fen" doc:"Billed, without what insurance paid"`
	ApprovedFen  int64           `json:"approved_fen" doc:"0 until somebody approves"`
	Attachments  int             `json:"attachments"`
	Reviewer     string          `json:"reviewer,omitempty" doc:"Name of who has taken it"`
	CreatedAt    time.Time       `json:"created_at"`
	SubmittedAt  time.Time       `json:"submitted_at,omitzero"`
	EnteredAt    time.Time       `json:"entered_at" doc:"Since when it has its status"`
	DueAt        time.Time       `json:"due_at,omitzero" doc:"Until when it may stay there"`
	Late         bool            `json:"late"`
}

// ClaimCount is how many claims of the caller's districts have a status in which they wait for somebody.
type ClaimCount struct {
	Status claim.Status `json:"status" enum:"draft,submitted,in_review,second_review,returned,approved,rejected,withdrawn,to_pay,paid,failed,settled"`
	Count  int          `json:"count"`
	Late   int          `json:"late" doc:"Of these, longer than they may"`
}

// ClaimOpened is a claim with all that whoever handles it needs.
type ClaimOpened struct {
	ClaimListed
	Content    claim.Content        `json:"content"`
	Files      []ClaimAttached      `json:"files"`
	Wanted     []claim.Wanted       `json:"wanted" doc:"Returned: what is to be supplied"`
	Decision   ClaimDecision        `json:"decision,omitzero"`
	Missing    []fault.Place        `json:"missing" doc:"What keeps it from being submitted, or for lines a hospital waived from being approved, place by place; the code is the key of a sentence"`
	Waived     []ClaimWaived        `json:"waived" doc:"What hospitals asked the patient less for, beside the lines it is, or may be, the same as"`
	Documents  []claim.DocumentKind `json:"documents" doc:"Which the region's rules ask for"`
	MayChange  bool                 `json:"may_change" doc:"What the applicant says may be changed by the caller now"`
	Steps      []claim.Step         `json:"steps" doc:"What the caller may do next"`
	Barred     claim.Bar            `json:"barred,omitzero" doc:"Why the caller may not lead it on: three people handle a claim"`
	Assessment ClaimAssessment      `json:"assessment" doc:"What it is entitled to, line by line"`
	History    []ClaimEvent         `json:"history" doc:"Oldest first"`
}

// ClaimAssessment is what a claim is entitled to, or why that cannot be told yet.
type ClaimAssessment struct {
	relief.Assessment
	Why string `json:"why,omitempty" doc:"Code of what is missing before it can be told"`
}

// ClaimWaived is a line beside a charge for which a hospital has asked the patient for less.
type ClaimWaived struct {
	Line      int        `json:"line" doc:"Place of the line in the content, from 0"`
	Same      bool       `json:"same" doc:"The same blood: the claim can neither be approved nor opened anew with this line. Else it may be, written with another quantity or day: that bars nothing, and whoever reviews looks"`
	Case      string     `json:"case" doc:"The center's number of the hospital's case"`
	Hospital  lang.Text  `json:"hospital" doc:"Which asked for less"`
	Charge    claim.Line `json:"charge" doc:"What it charged; without an invoice"`
	WaivedFen int64      `json:"waived_fen" doc:"How much less it asked for"`
}

// ClaimAttached is an attachment; its content is asked for apart.
type ClaimAttached struct {
	ID      string             `json:"id"`
	Kind    claim.DocumentKind `json:"kind"`
	Type    string             `json:"type" doc:"Media type"`
	Bytes   int                `json:"bytes"`
	Pages   int                `json:"pages"`
	Width   int                `json:"width,omitempty" doc:"px, before it is turned"`
	Height  int                `json:"height,omitempty"`
	Turns   int                `json:"turns" doc:"Quarter turns to the right by which it is shown; its content is answered turned"`
	AddedAt time.Time          `json:"added_at"`
}

// ClaimDecision is what reviewers said.
type ClaimDecision struct {
	claim.Decision
	ByName    string `json:"by_name,omitempty"`
	FirstName string `json:"first_name,omitempty"`
}

// ClaimEvent is one step of the history.
type ClaimEvent struct {
	At        time.Time      `json:"at"`
	By        string         `json:"by" doc:"Name of the member of staff; empty for the program itself and for the donor"`
	Donor     bool           `json:"donor,omitempty" doc:"The donor did it, from a phone of their own"`
	Duty      claim.Duty     `json:"duty" enum:"capture,review,pay"`
	Step      claim.Step     `json:"step"`
	From      claim.Status   `json:"from,omitempty"`
	To        claim.Status   `json:"to"`
	AmountFen int64          `json:"amount_fen,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Note      string         `json:"note,omitempty"`
	Wanted    []claim.Wanted `json:"wanted,omitempty"`
}

// ClaimDouble is another claim in which something is alike.
type ClaimDouble struct {
	Number   string         `json:"number"`
	District string         `json:"district" doc:"Of the office that has it"`
	Status   claim.Status   `json:"status"`
	FiledOn  calendar.Date  `json:"filed_on"`
	ID       string         `json:"id,omitempty" doc:"To open it; absent when it is not the caller's to see"`
	Findings []ClaimFinding `json:"findings"`
}

// ClaimFinding is one thing that is alike.
type ClaimFinding struct {
	Kind  claim.FindingKind `json:"kind" enum:"same_file,same_invoice,same_bill,same_line,near_picture,same_stay"`
	Here  []string          `json:"here" doc:"Places of this claim: lines[0], attachments.ID; empty for the whole"`
	There []string          `json:"there" doc:"Places of the other, in the same order; empty when it is not the caller's to see"`
}

// ClaimNew is a claim to be made.
type ClaimNew struct {
	ID       string        `json:"id" minLength:"1" maxLength:"40" doc:"Drawn by whoever asks, before anything is sent: told twice, it is one claim"`
	District string        `json:"district" pattern:"^[0-9]{6}$" doc:"Of the office that takes it, GB/T 2260"`
	Content  claim.Content `json:"content"`
}

// ClaimChange replaces what the applicant says.
type ClaimChange struct {
	Version int           `json:"version" minimum:"1" doc:"Of the claim that was looked at"`
	Content claim.Content `json:"content"`
}

type claimChangeInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body ClaimChange
}

func openedClaim(out ClaimOpened, err error) (*bodyOf[ClaimOpened], error) {
	return &bodyOf[ClaimOpened]{out}, err
}

func claims(api huma.API, s Claims) {
	op := func(id, method, path, summary string, need Permission) huma.Operation {
		return operation(id, method, "/claims"+path, summary, "claim", need)
	}
	huma.Register(api, op("get-claim-words", http.MethodGet, "/words", "Names of statuses, relations, documents and the like, reasons and limits", StaffClaims),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[ClaimWords], error) {
			words, err := s.ClaimWords(ctx, callerOf(ctx))
			return &bodyOf[ClaimWords]{words}, err
		}))
	huma.Register(api, op("search-claims", http.MethodPost, "/search", "Claims of the caller's districts, a page at a time", StaffClaims),
		handle(func(ctx context.Context, in *bodyOf[ClaimSearch]) (*bodyOf[ClaimList], error) {
			list, err := s.SearchClaims(ctx, in.Body, callerOf(ctx))
			return &bodyOf[ClaimList]{list}, err
		}))
	huma.Register(api, op("count-claims", http.MethodGet, "/counts", "How many claims have which status, and how many are late", StaffClaims),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]ClaimCount], error) {
			counts, err := s.CountClaims(ctx, callerOf(ctx))
			return &bodyOf[[]ClaimCount]{counts}, err
		}))
	huma.Register(api, op("get-claim", http.MethodGet, "/{id}", "One claim, with what is missing, what the caller may do next, and its history", StaffClaims),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.OpenClaim(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, op("list-claim-doubles", http.MethodGet, "/{id}/doubles", "Other claims, in any district, in which something is alike", StaffClaims),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[[]ClaimDouble], error) {
			list, err := s.ClaimDoubles(ctx, in.ID, callerOf(ctx))
			return &bodyOf[[]ClaimDouble]{list}, err
		}))
	huma.Register(api, op("create-claim", http.MethodPost, "", "File a claim as a draft", StaffClaimCapture),
		handle(func(ctx context.Context, in *bodyOf[ClaimNew]) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.CreateClaim(ctx, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("change-claim", http.MethodPut, "/{id}", "Replace what the applicant says, while it is a draft or was returned", StaffClaimCapture),
		handle(func(ctx context.Context, in *claimChangeInput) (*bodyOf[ClaimOpened], error) {
			return openedClaim(s.ChangeClaim(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
}
