package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/audit"
	"lianxin/backend/lang"
)

// Desk is the program around a desk's page: the login it holds, the lock, what is half
// typed, the printer. Everything else a page asks goes on to the center.
type Desk interface {
	DeskState(ctx context.Context) (DeskState, error)
	// LogIn faults are those of Staff.Login.
	LogIn(ctx context.Context, in DeskLogin) (DeskState, error)
	// LogInAsDemo logs one of the made-up staff in. Fault "desk.not_demo".
	LogInAsDemo(ctx context.Context, login string) (DeskState, error)
	LogOut(ctx context.Context) (DeskState, error)
	LockDesk(ctx context.Context) (DeskState, error)
	// UnlockDesk faults: "desk.password", "desk.signed_out" after too many wrong ones.
	UnlockDesk(ctx context.Context, password string) (DeskState, error)
	// Active notes that somebody works at the desk.
	Active(ctx context.Context) error
	// Draft is what was kept under a name, "null" for nothing. Fault "desk.locked".
	Draft(ctx context.Context, name string) (json.RawMessage, error)
	// KeepDraft keeps what is half typed until the login ends. Faults "desk.locked", "desk.draft_large".
	KeepDraft(ctx context.Context, name string, draft json.RawMessage) error
	// OpenWaitingRoom opens a second window with the numbers that were called.
	OpenWaitingRoom(ctx context.Context, siteID string) error
	// PrintSlip prints the slip of a visit that ended with a deferral. Faults are those of Reception.Slip.
	PrintSlip(ctx context.Context, in DeskSlip) (DeskPrinted, error)
	// PrintClaimPaper prints a paper of a claim for the applicant. Faults are those of Claims.ClaimPaper.
	PrintClaimPaper(ctx context.Context, id string, in DeskPaper) (DeskPrinted, error)
	// SizeText enlarges the text for who is logged in, now and at their next login here.
	SizeText(ctx context.Context, percent int) (DeskState, error)
	// PackFiles takes files of a pack from the system's dialog or from what was dropped; the
	// dialog is only opened, as for PagesAdded. Faults "desk.no_dialog", "desk.file_unreadable".
	PackFiles(ctx context.Context, from string) ([]PackFile, error)
	// ExportAudit asks where to in the system's dialog, and then writes the whole log there.
	// It answers at once; the page hears "audit-export" and asks how far it is. Fault "desk.no_dialog".
	ExportAudit(ctx context.Context, format audit.Format) error
	AuditExport(ctx context.Context) (DeskExport, error)
	DeskClaims
	DeskMoney
}

// DeskExport is how far the log is written to a file.
type DeskExport struct {
	State   string   `json:"state" enum:"none,choosing,writing,done,failed,left" doc:"left: no file was chosen"`
	Name    string   `json:"name,omitempty" doc:"Of the file, without its folder"`
	Entries int      `json:"entries" doc:"Written so far; the chain of all of them was verified"`
	Head    AuditEnd `json:"head" doc:"End of what was written"`
	Code    string   `json:"code,omitempty" doc:"Fault code when it failed; there is no file then"`
}

// DeskState is what the frame around every page of a desk shows.
type DeskState struct {
	Phase       string     `json:"phase" enum:"signed_out,open,locked" doc:"locked: the page shows nothing until the password is typed"`
	Member      *StaffView `json:"member,omitempty" doc:"Who is logged in"`
	EndsAt      time.Time  `json:"ends_at,omitzero" doc:"Then password and code are asked for again"`
	Center      string     `json:"center" doc:"Address of the center"`
	Online      bool       `json:"online" doc:"The center answered the last time it was asked"`
	Since       time.Time  `json:"since,omitzero" doc:"Since when the line is as it is"`
	IdleMinutes int        `json:"idle_minutes" doc:"The desk locks after so long without a key or the mouse"`
	Printer     bool       `json:"printer" doc:"This desk can print"`
	WaitingRoom string     `json:"waiting_room,omitempty" doc:"Site whose numbers this window shows; absent at a desk"`
	TextPercent int        `json:"text_percent" doc:"How large who is logged in wants the text"`
	Unsent      int        `json:"unsent" doc:"Claims at this desk of which the center does not have all"`
	Scanner     bool       `json:"scanner" doc:"A scanner lays its files into a folder this desk knows"`
	Statements  bool       `json:"statements" doc:"The bank's program lays its statements into a folder this desk knows"`
	Demo        bool       `json:"demo" doc:"Runs on made-up data; the page says so"`
	Version     string     `json:"version"`
}

// DeskLogin is what somebody types to get in.
type DeskLogin struct {
	Login    string `json:"login" maxLength:"64"`
	Password string `json:"password" maxLength:"512"`
	Code     string `json:"code" maxLength:"16" doc:"Six digits of the authenticator app"`
}

// DeskSlip names a slip to print.
type DeskSlip struct {
	VisitID  string   `json:"visit_id" maxLength:"40"`
	Language lang.Tag `json:"language" enum:"zh-CN,en"`
	Again    int      `json:"again,omitempty" minimum:"0" maximum:"99" doc:"How often it was printed before"`
}

// DeskPaper names a paper of a claim to print.
type DeskPaper struct {
	Kind     string   `json:"kind" enum:"acceptance,decision,payment"`
	Language lang.Tag `json:"language" enum:"zh-CN,en"`
	Again    int      `json:"again,omitempty" minimum:"0" maximum:"99" doc:"How often it was printed before"`
}

// DeskPrinted is what became of a slip.
type DeskPrinted struct {
	State string `json:"state" enum:"printed,failed,unknown" doc:"unknown: look at the printer"`
	Code  string `json:"code,omitempty" doc:"Fault code when it is not known to be on paper"`
}

type deskPaperInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body DeskPaper
}

type demoLoginInput struct {
	Body struct {
		Login string `json:"login" enum:"demo.reception,demo.clerk,demo.clerk.chaoyang,demo.clerk.haidian,demo.reviewer,demo.second,demo.finance,demo.treasurer,demo.counsellor,demo.admin"`
	}
}

type unlockInput struct {
	Body struct {
		Password string `json:"password" maxLength:"512"`
	}
}

type waitingRoomInput struct {
	Body struct {
		SiteID string `json:"site_id" maxLength:"40"`
	}
}

// draftBody is JSON of the page's own.
type draftBody struct{ json.RawMessage }

// Schema implements huma.SchemaProvider.
func (draftBody) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[any](), true, "")
}

type packFilesInput struct {
	Body struct {
		From string `json:"from" enum:"dialog,drop"`
	}
}

type auditExportInput struct {
	Body struct {
		Format audit.Format `json:"format" enum:"ndjson,csv"`
	}
}

type textSizeInput struct {
	Body struct {
		Percent int `json:"percent" minimum:"100" maximum:"150"`
	}
}

type draftInput struct {
	Name string `path:"name" maxLength:"80"`
}

type keepDraftInput struct {
	Name string `path:"name" maxLength:"80"`
	Body draftBody
}

// deskRoutes is what a desk's window answers itself.
func deskRoutes(api huma.API, d Desk) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/desk"+path, summary, "desk", Local)
	}
	state := func(out DeskState, err error) (*bodyOf[DeskState], error) { return &bodyOf[DeskState]{out}, err }
	huma.Register(api, op("get-desk-state", http.MethodGet, "/state", "How the desk is"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[DeskState], error) { return state(d.DeskState(ctx)) }))
	huma.Register(api, op("log-in-at-desk", http.MethodPost, "/login", "Log in; the token stays with the program"),
		handle(func(ctx context.Context, in *bodyOf[DeskLogin]) (*bodyOf[DeskState], error) {
			return state(d.LogIn(ctx, in.Body))
		}))
	huma.Register(api, op("log-in-as-demo", http.MethodPost, "/demo-login", "Log one of the made-up staff of a demo in"),
		handle(func(ctx context.Context, in *demoLoginInput) (*bodyOf[DeskState], error) {
			return state(d.LogInAsDemo(ctx, in.Body.Login))
		}))
	huma.Register(api, op("log-out-at-desk", http.MethodPost, "/logout", "End the login and forget what was half typed"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[DeskState], error) { return state(d.LogOut(ctx)) }))
	huma.Register(api, op("lock-desk", http.MethodPost, "/lock", "Lock the desk"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[DeskState], error) { return state(d.LockDesk(ctx)) }))
	huma.Register(api, op("unlock-desk", http.MethodPost, "/unlock", "Unlock with the password"),
		handle(func(ctx context.Context, in *unlockInput) (*bodyOf[DeskState], error) {
			return state(d.UnlockDesk(ctx, in.Body.Password))
		}))
	huma.Register(api, op("note-activity", http.MethodPost, "/activity", "Somebody works here"),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) { return nil, d.Active(ctx) }))
	huma.Register(api, op("size-text", http.MethodPut, "/text-size", "Enlarge the text"),
		handle(func(ctx context.Context, in *textSizeInput) (*bodyOf[DeskState], error) {
			return state(d.SizeText(ctx, in.Body.Percent))
		}))
	huma.Register(api, op("get-draft", http.MethodGet, "/drafts/{name}", "What was half typed"),
		handle(func(ctx context.Context, in *draftInput) (*bodyOf[draftBody], error) {
			out, err := d.Draft(ctx, in.Name)
			return &bodyOf[draftBody]{draftBody{out}}, err
		}))
	huma.Register(api, op("keep-draft", http.MethodPut, "/drafts/{name}", "Keep what is half typed; null forgets it"),
		handle(func(ctx context.Context, in *keepDraftInput) (*struct{}, error) {
			return nil, d.KeepDraft(ctx, in.Name, in.Body.RawMessage)
		}))
	huma.Register(api, op("open-waiting-room", http.MethodPost, "/waiting-room", "Open the window with the numbers that were called"),
		handle(func(ctx context.Context, in *waitingRoomInput) (*struct{}, error) {
			return nil, d.OpenWaitingRoom(ctx, in.Body.SiteID)
		}))
	huma.Register(api, op("print-slip", http.MethodPost, "/slip", "Print the slip of a visit"),
		handle(func(ctx context.Context, in *bodyOf[DeskSlip]) (*bodyOf[DeskPrinted], error) {
			out, err := d.PrintSlip(ctx, in.Body)
			return &bodyOf[DeskPrinted]{out}, err
		}))
	huma.Register(api, op("print-claim-paper", http.MethodPost, "/claims/{id}/papers", "Print a paper of a claim for the applicant"),
		handle(func(ctx context.Context, in *deskPaperInput) (*bodyOf[DeskPrinted], error) {
			out, err := d.PrintClaimPaper(ctx, in.ID, in.Body)
			return &bodyOf[DeskPrinted]{out}, err
		}))
	huma.Register(api, op("take-pack-files", http.MethodPost, "/packs/files", "Files of a pack from the system's dialog or dropped on the window"),
		handle(func(ctx context.Context, in *packFilesInput) (*bodyOf[[]PackFile], error) {
			out, err := d.PackFiles(ctx, in.Body.From)
			return &bodyOf[[]PackFile]{out}, err
		}))
	huma.Register(api, op("export-audit", http.MethodPost, "/audit-export", "Write the audit log to a file that is chosen in the system's dialog"),
		handle(func(ctx context.Context, in *auditExportInput) (*struct{}, error) {
			return nil, d.ExportAudit(ctx, in.Body.Format)
		}))
	huma.Register(api, op("get-audit-export", http.MethodGet, "/audit-export", "How far the log is written"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[DeskExport], error) {
			out, err := d.AuditExport(ctx)
			return &bodyOf[DeskExport]{out}, err
		}))
	deskClaimRoutes(api, d)
	deskMoneyRoutes(api, d)
}

// NewDesk returns the handler of a desk's window. What is not the desk's own goes to
// center, which carries it there.
func NewDesk(d Desk, center http.Handler) http.Handler {
	mux := http.NewServeMux()
	ofDesk.on(mux, func(api huma.API) { deskRoutes(api, d) })
	own := recovered(answered(mux))
	return bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/desk/") {
			own.ServeHTTP(w, r)
			return
		}
		center.ServeHTTP(w, r)
	}))
}

// Refuse answers with the problem document of err, for what answers beside the API.
func Refuse(w http.ResponseWriter, r *http.Request, err error) {
	writeProblem(w, problemFor(r.Context(), err))
}
