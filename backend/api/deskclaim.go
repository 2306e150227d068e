package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// DeskClaims are claims as they lie before a clerk: kept sealed at the desk with every pause
// in typing, and sent to the center when the clerk says so and the line is there. There is
// no other way for what a clerk types, so that a lost line changes nothing but the time.
type DeskClaims interface {
	// KeptClaims lists what lies here and the center does not have, the oldest first.
	KeptClaims(ctx context.Context) ([]KeptClaim, error)
	// KeptClaim opens one. Fault "desk.not_kept".
	KeptClaim(ctx context.Context, id string) (KeptClaimOpened, error)
	// BeginClaim lays a claim of the center before the clerk; what lies there already stays.
	BeginClaim(ctx context.Context, id string) (KeptClaimOpened, error)
	// KeepClaim keeps what is typed; an ID nobody has is a new claim.
	KeepClaim(ctx context.Context, id string, in KeptContent) (KeptClaimOpened, error)
	// SendClaim sends what lies here, and with submit hands the whole claim in for review.
	// Without a line it is sent later. It answers when it is known what became of it, or
	// after a few seconds with the state "sending".
	SendClaim(ctx context.Context, id string, submit bool) (KeptClaimOpened, error)
	// ForgetClaim throws away what lies here and was not sent.
	ForgetClaim(ctx context.Context, id string) error
	// AddPages takes files in. Faults are those of attachment.Take, by file; "desk.no_scanner", "desk.no_dialog".
	AddPages(ctx context.Context, id string, in PagesAdded) (KeptClaimOpened, error)
	// ChangePage turns a page, takes it away, or says that it shows something else.
	ChangePage(ctx context.Context, id, pageID string, in PageChange) (KeptClaimOpened, error)
	// PagePicture is a page that lies here as it is shown: small, or large enough to read. A PDF has none.
	PagePicture(ctx context.Context, id, pageID string, small bool) (ClaimFile, error)
	// DeskClaimWords are the center's, or what it said last.
	DeskClaimWords(ctx context.Context) (ClaimWords, error)
}

// KeptClaim is a claim that lies at the desk.
type KeptClaim struct {
	ID       string        `json:"id"`
	Number   string        `json:"number,omitempty" doc:"Absent until the center has given it one"`
	District string        `json:"district" doc:"GB/T 2260"`
	Channel  claim.Channel `json:"channel" enum:"on_site,mail,online"`
	Donor    string        `json:"donor" doc:"Masked name"`
	Hospital string        `json:"hospital"`
	State    string        `json:"state" enum:"open,waiting,sending,refused" doc:"open: being typed; waiting: for the line; refused: the center did not take it, see code"`
	Submits  bool          `json:"submits,omitempty" doc:"Is handed in for review with it"`
	Code     string        `json:"code,omitempty" doc:"Fault code of the refusal"`
	SavedAt  time.Time     `json:"saved_at" doc:"When it was last changed here"`
	Pages    int           `json:"pages" doc:"Files the center does not have yet"`
	Version  int           `json:"version" doc:"Of the claim at the center; 0 when it has none yet"`
	Unsent   bool          `json:"unsent" doc:"Something here is not at the center"`
}

// KeptClaimOpened is a claim at the desk with all a form needs.
type KeptClaimOpened struct {
	KeptClaim
	Content      claim.Content        `json:"content"`
	Files        []KeptPage           `json:"files"`
	Missing      []fault.Place        `json:"missing" doc:"What keeps it from being submitted, by the rules known here"`
	Documents    []claim.DocumentKind `json:"documents" doc:"Which the region's rules ask for"`
	BilledFen    int64                `json:"billed_fen"`
	ClaimableFen int64                `json:"claimable_fen"`
	Params       map[string]any       `json:"params,omitempty" doc:"Numbers the refusal's sentence needs"`
	Failed       []fault.Place        `json:"failed,omitempty" doc:"Files that were not taken just now: their place in the order they were chosen, and why"`
	Center       *ClaimOpened         `json:"center,omitempty" doc:"The claim as the center answered it just now"`
}

// KeptPage is a file of a claim that lies at the desk or at the center.
type KeptPage struct {
	ID    string             `json:"id"`
	Kind  claim.DocumentKind `json:"kind" enum:"certificate,donor-identity,patient-identity,agent-identity,proof-of-relation,invoice,itemised-list,proof-of-use,commitment,insurance-statement,payee-proof,envelope,other"`
	Type  string             `json:"type" doc:"Media type"`
	Bytes int                `json:"bytes"`
	Pages int                `json:"pages"`
	Turns int                `json:"turns" doc:"Quarter turns to the right by which it is shown"`
	Here  bool               `json:"here" doc:"Its content lies at the desk; else ask the center for its picture"`
	Sent  bool               `json:"sent" doc:"The center has it"`
}

// KeptContent is what a clerk has typed.
type KeptContent struct {
	District string        `json:"district" pattern:"^[0-9]{6}$" doc:"Of the office that takes it, GB/T 2260"`
	Content  claim.Content `json:"content"`
}

// PagesAdded says where files come from. A page names no file: those are chosen in the
// system's own dialog, were dropped on the window, or lie in the folder of the scanner. The
// dialog is only opened: when files were chosen the page hears "drop", and asks for those.
type PagesAdded struct {
	From string             `json:"from" enum:"dialog,drop,scanner"`
	Kind claim.DocumentKind `json:"kind,omitempty" enum:"certificate,donor-identity,patient-identity,agent-identity,proof-of-relation,invoice,itemised-list,proof-of-use,commitment,insurance-statement,payee-proof,envelope,other" doc:"What all of them show; absent: what is still missing, in the order of the list"`
}

// PageChange says what is another with a page; what is absent stays.
type PageChange struct {
	Kind  claim.DocumentKind `json:"kind,omitempty" enum:"certificate,donor-identity,patient-identity,agent-identity,proof-of-relation,invoice,itemised-list,proof-of-use,commitment,insurance-statement,payee-proof,envelope,other" doc:"Only of a file the center does not have yet"`
	Turns *int               `json:"turns,omitempty" minimum:"0" maximum:"3"`
	Gone  bool               `json:"gone,omitempty" doc:"Take it away"`
}

type keptIDInput struct {
	ID string `path:"id" maxLength:"40"`
}

type keptPageInput struct {
	ID     string `path:"id" maxLength:"40"`
	PageID string `path:"page_id" maxLength:"40"`
}

type keepClaimInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body KeptContent
}

type sendClaimInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		Submit bool `json:"submit,omitempty" doc:"Hand it in for review as well"`
	}
}

type addPagesInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body PagesAdded
}

type changePageInput struct {
	ID     string `path:"id" maxLength:"40"`
	PageID string `path:"page_id" maxLength:"40"`
	Body   PageChange
}

// deskClaimRoutes is what a desk's window answers of claims; the rest of them is the center's.
func deskClaimRoutes(api huma.API, d DeskClaims) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/desk/claims"+path, summary, "desk", Local)
	}
	opened := func(out KeptClaimOpened, err error) (*bodyOf[KeptClaimOpened], error) {
		return &bodyOf[KeptClaimOpened]{out}, err
	}
	huma.Register(api, op("list-kept-claims", http.MethodGet, "", "Claims at this desk of which the center does not have all"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[[]KeptClaim], error) {
			list, err := d.KeptClaims(ctx)
			return &bodyOf[[]KeptClaim]{list}, err
		}))
	huma.Register(api, op("get-desk-claim-words", http.MethodGet, "/words", "What get-claim-words says, or said before the line was lost"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[ClaimWords], error) {
			words, err := d.DeskClaimWords(ctx)
			return &bodyOf[ClaimWords]{words}, err
		}))
	huma.Register(api, op("get-kept-claim", http.MethodGet, "/{id}", "A claim that lies at this desk"),
		handle(func(ctx context.Context, in *keptIDInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.KeptClaim(ctx, in.ID))
		}))
	huma.Register(api, op("keep-claim", http.MethodPut, "/{id}", "Keep what is typed of a claim"),
		handle(func(ctx context.Context, in *keepClaimInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.KeepClaim(ctx, in.ID, in.Body))
		}))
	huma.Register(api, op("forget-kept-claim", http.MethodDelete, "/{id}", "Throw away what lies here and was not sent"),
		handle(func(ctx context.Context, in *keptIDInput) (*struct{}, error) { return nil, d.ForgetClaim(ctx, in.ID) }))
	huma.Register(api, op("begin-claim", http.MethodPost, "/{id}/begin", "Lay a claim of the center before the clerk"),
		handle(func(ctx context.Context, in *keptIDInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.BeginClaim(ctx, in.ID))
		}))
	huma.Register(api, op("send-claim", http.MethodPost, "/{id}/send", "Send it to the center, now or when the line is back"),
		handle(func(ctx context.Context, in *sendClaimInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.SendClaim(ctx, in.ID, in.Body.Submit))
		}))
	deskPageRoutes(api, d, op, opened)
}

func deskPageRoutes(api huma.API, d DeskClaims, op func(id, method, path, summary string) huma.Operation, opened func(KeptClaimOpened, error) (*bodyOf[KeptClaimOpened], error)) {
	huma.Register(api, op("add-pages", http.MethodPost, "/{id}/pages", "Take files in"),
		handle(func(ctx context.Context, in *addPagesInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.AddPages(ctx, in.ID, in.Body))
		}))
	huma.Register(api, op("change-page", http.MethodPatch, "/{id}/pages/{page_id}", "Turn a page, take it away, or say what it shows"),
		handle(func(ctx context.Context, in *changePageInput) (*bodyOf[KeptClaimOpened], error) {
			return opened(d.ChangePage(ctx, in.ID, in.PageID, in.Body))
		}))
	for _, r := range []struct {
		id, path, summary string
		small             bool
	}{{"get-page-preview", "/preview", "A small picture of a page that lies here", true}, {"get-page-picture", "/picture", "A picture of it to read from", false}} {
		huma.Register(api, op(r.id, http.MethodGet, "/{id}/pages/{page_id}"+r.path, r.summary),
			handle(func(ctx context.Context, in *keptPageInput) (*bodyOf[ClaimFile], error) {
				file, err := d.PagePicture(ctx, in.ID, in.PageID, r.small)
				return &bodyOf[ClaimFile]{file}, err
			}))
	}
}
