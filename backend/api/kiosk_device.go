package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/donation"
	"lianxin/backend/lang"
	"lianxin/backend/site"
)

// Kiosk is the machine itself: where it stands, how its parts and its line are.
type Kiosk interface {
	State(ctx context.Context) (KioskState, error)
	NearbySites(ctx context.Context, product donation.Product) ([]NearbySite, error)
	Enrol(ctx context.Context, in EnrolInput) (EnrolmentState, error)
	CallStaff(ctx context.Context) (StaffCall, error)
	CancelCall(ctx context.Context) error
	Operator(ctx context.Context, pin string) (OperatorPanel, error)
	TestPage(ctx context.Context, pin string) error
	ExportLetters(ctx context.Context, pin string) (LetterExport, error)
	SettleLetter(ctx context.Context, id string, in LetterSettled) error
	Leave(ctx context.Context, pin string) error
}

// KioskState is what the frame around every screen shows.
type KioskState struct {
	Phase        string          `json:"phase" enum:"starting,unenrolled,pending,ready,revoked" doc:"ready: people may be served; the others are full-page states"`
	Enrolment    *EnrolmentState `json:"enrolment,omitempty"`
	Site         *SiteName       `json:"site,omitempty"`
	Name         string          `json:"name" doc:"Name of the kiosk"`
	Letter       string          `json:"letter" doc:"First letter of its tickets"`
	Online       bool            `json:"online"`
	DataAsOf     time.Time       `json:"data_as_of,omitzero" doc:"When the center last said everything; absent before the first time"`
	Pending      int64           `json:"pending" doc:"Changes the center has not answered yet"`
	DeadLetters  int64           `json:"dead_letters" doc:"Changes the center refused and nobody dealt with yet"`
	SetAside     int64           `json:"set_aside" doc:"Changes of the center the kiosk could not take over"`
	Outdated     bool            `json:"outdated" doc:"The center takes nothing from this program until it is updated; people are served all the same"`
	Reader       Part            `json:"reader"`
	Printer      Part            `json:"printer"`
	Disk         string          `json:"disk" enum:"ok,low,full"`
	ClockSuspect bool            `json:"clock_suspect" doc:"The device's clock differs much from the center's"`
	Today        string          `json:"today" format:"date" doc:"The day it decides by"`
	Now          time.Time       `json:"now" doc:"The time to show, corrected by the center's clock"`
	StaffCalled  bool            `json:"staff_called"`
	StaffComing  bool            `json:"staff_coming" doc:"Somebody has said that they are on the way"`
	Demo         bool            `json:"demo" doc:"Runs on made-up data; screens say so"`
	Version      string          `json:"version"`
}

// SiteName is the site a kiosk stands at.
type SiteName struct {
	ID       string    `json:"id"`
	Name     lang.Text `json:"name"`
	District string    `json:"district" example:"110102"`
	Phone    string    `json:"phone"`
}

// Part is a device part and how it is.
type Part struct {
	State string `json:"state" example:"ready" doc:"ready, busy, absent, low_paper, out_of_paper, jam, cover_open, offline, stopped, fault"`
	Code  string `json:"code,omitempty" doc:"Fault code when something is wrong"`
}

// NearbySite is a donation site with its distance from this kiosk.
type NearbySite struct {
	site.Site
	DistanceMetres int        `json:"distance_metres"`
	Here           bool       `json:"here" doc:"This kiosk stands there"`
	Today          site.Hours `json:"today" doc:"Opening hours today; closed when empty"`
	Point          site.Point `json:"point" doc:"Place on the district picture"`
}

// EnrolInput is what somebody typed or scanned to enrol this kiosk.
type EnrolInput struct {
	Payload string `json:"payload,omitempty" maxLength:"2000" doc:"Text of the enrolment QR"`
	URL     string `json:"url,omitempty" maxLength:"500" doc:"Address of the center, with a typed code"`
	Token   string `json:"token,omitempty" maxLength:"100" doc:"Typed one-time code"`
}

// EnrolmentState is how far the enrolment is.
type EnrolmentState struct {
	Status      string `json:"status" enum:"none,pending,approved,refused,expired"`
	Fingerprint string `json:"fingerprint,omitempty" doc:"Must be the same on the screen of the staff who approve"`
	Center      string `json:"center,omitempty"`
}

// StaffCall is an open call for help.
type StaffCall struct {
	RaisedAt time.Time `json:"raised_at"`
	Sent     bool      `json:"sent" doc:"The center has it; otherwise say so and point to the counter"`
}

// OperatorPanel is what staff see behind the PIN.
type OperatorPanel struct {
	State       KioskState   `json:"state"`
	DeviceID    string       `json:"device_id"`
	Center      string       `json:"center"`
	DeadLetters []DeadLetter `json:"dead_letters" doc:"Those nobody dealt with yet"`
	Settled     []DeadLetter `json:"settled" doc:"The last ones somebody dealt with"`
	SetAside    []SetAside   `json:"set_aside" doc:"Changes of the center the kiosk could not take over, the latest first"`
	LastPush    time.Time    `json:"last_push,omitzero"`
	LastError   string       `json:"last_error,omitempty" doc:"Fault code of the last failed exchange"`
	Database    string       `json:"database" doc:"SQLite version and schema version"`
}

// SetAside is a change of the center that the kiosk could not take over. Whom it is
// about is not told: it was not understood.
type SetAside struct {
	Noun     string    `json:"noun" example:"donor" doc:"What kind of record it is"`
	Code     string    `json:"code" doc:"Fault code of the last attempt"`
	Attempts int       `json:"attempts" doc:"How often it came and could not be taken over"`
	LastAt   time.Time `json:"last_at" doc:"When it came last, by this machine's clock"`
}

type pinInput struct {
	Body struct {
		PIN string `json:"pin" minLength:"4" maxLength:"12" pattern:"^[0-9]+$"`
	}
}

type sitesInput struct {
	Product donation.Product `query:"product" enum:"whole_blood,apheresis_platelets" doc:"Only sites that take it"`
}

// kioskDevice registers the machine's own operations.
func kioskDevice(api huma.API, k Kiosk) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/kiosk"+path, summary, "kiosk", Local)
	}
	huma.Register(api, op("get-kiosk-state", http.MethodGet, "/state", "How the kiosk is"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[KioskState], error) {
			state, err := k.State(ctx)
			return &bodyOf[KioskState]{state}, err
		}))
	huma.Register(api, op("list-nearby-sites", http.MethodGet, "/sites", "Donation sites, nearest first"),
		handle(func(ctx context.Context, in *sitesInput) (*bodyOf[[]NearbySite], error) {
			sites, err := k.NearbySites(ctx, in.Product)
			return &bodyOf[[]NearbySite]{sites}, err
		}))
	huma.Register(api, op("get-district-picture", http.MethodGet, "/districts", "The picture of the districts that sites are placed on"),
		handle(func(context.Context, *struct{}) (*bodyOf[site.Picture], error) {
			return &bodyOf[site.Picture]{site.Districts()}, nil
		}))
	huma.Register(api, op("enrol-kiosk", http.MethodPost, "/enrolment", "Claim a one-time code"),
		handle(func(ctx context.Context, in *bodyOf[EnrolInput]) (*bodyOf[EnrolmentState], error) {
			state, err := k.Enrol(ctx, in.Body)
			return &bodyOf[EnrolmentState]{state}, err
		}))
	huma.Register(api, op("call-staff", http.MethodPost, "/staff-call", "Ask for somebody to come"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[StaffCall], error) {
			call, err := k.CallStaff(ctx)
			return &bodyOf[StaffCall]{call}, err
		}))
	huma.Register(api, op("cancel-staff-call", http.MethodDelete, "/staff-call", "Take the call back"),
		handle(func(ctx context.Context, _ *struct{}) (*struct{}, error) { return nil, k.CancelCall(ctx) }))
	kioskOperator(api, k, op)
	kioskLetters(api, k, op)
}

// kioskOperator registers what lies behind the operator's PIN.
func kioskOperator(api huma.API, k Kiosk, op func(id, method, path, summary string) huma.Operation) {
	huma.Register(api, op("open-operator-panel", http.MethodPost, "/operator", "State, queue and dead letters for staff"),
		handle(func(ctx context.Context, in *pinInput) (*bodyOf[OperatorPanel], error) {
			panel, err := k.Operator(ctx, in.Body.PIN)
			return &bodyOf[OperatorPanel]{panel}, err
		}))
	huma.Register(api, op("print-test-page", http.MethodPost, "/operator/test-page", "Print a test page"),
		handle(func(ctx context.Context, in *pinInput) (*struct{}, error) { return nil, k.TestPage(ctx, in.Body.PIN) }))
	huma.Register(api, op("leave-kiosk", http.MethodPost, "/operator/exit", "Close the kiosk program"),
		handle(func(ctx context.Context, in *pinInput) (*struct{}, error) { return nil, k.Leave(ctx, in.Body.PIN) }))
}
