package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"lianxin/backend/lang"
)

// Desk is the program around a desk's page: the login it holds, the lock, what is half
// typed, the printer. Everything else a page asks goes on to the center.
type Desk interface {
	DeskState(ctx context.Context) (DeskState, error)
	// LogIn faults are those of Staff.Login.
	LogIn(ctx context.Context, in DeskLogin) (DeskState, error)
	// LogInAsDemo logs the made-up receptionist in. Fault "desk.not_demo".
	LogInAsDemo(ctx context.Context) (DeskState, error)
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
	// PrintSlip prints the slip of a visit that ended with a deferral.
	PrintSlip(ctx context.Context, in DeskSlip) (DeskPrinted, error)
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

// DeskPrinted is what became of a slip.
type DeskPrinted struct {
	State string `json:"state" enum:"printed,failed,unknown" doc:"unknown: look at the printer"`
	Code  string `json:"code,omitempty" doc:"Fault code when it is not known to be on paper"`
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
	huma.Register(api, op("log-in-as-demo", http.MethodPost, "/demo-login", "Log the made-up receptionist of a demo in"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[DeskState], error) { return state(d.LogInAsDemo(ctx)) }))
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
}

// NewDesk returns the handler of a desk's window. What is not the desk's own goes to
// center, which carries it there.
func NewDesk(d Desk, center http.Handler) http.Handler {
	mux := http.NewServeMux()
	deskRoutes(humago.New(mux, config()), d)
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
