package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/reception"
	"lianxin/backend/visit"
)

// Reception is the desk of a site: who waits, who is called, what comes of it. Every
// change names the version it was made on, and is written down with what was before.
type Reception interface {
	// ReceptionAt lists today's visits of a site. While the list is the one called seen,
	// it waits for another one, up to wait. Fault "site.not_found".
	ReceptionAt(ctx context.Context, siteID, seen string, wait time.Duration, by Caller) (ReceptionList, error)
	// CallNumber calls the number that waits longest, or that of a visit. The same call
	// asked for again is the same call. Faults "reception.nobody_waits", "reception.state".
	CallNumber(ctx context.Context, siteID string, in ReceptionCall, by Caller) (ReceptionRow, error)
	// Called is what a waiting room shows; it names nobody.
	Called(ctx context.Context, siteID, seen string, wait time.Duration) (CalledNumbers, error)
	// ReceptionVisit opens a visit for the interview; product "" is the one asked for.
	ReceptionVisit(ctx context.Context, visitID string, product donation.Product, by Caller) (ReceptionVisit, error)
	// JudgeMeasurements keeps nothing.
	JudgeMeasurements(ctx context.Context, visitID string, in Measured, by Caller) (Judgement, error)
	SaveInterview(ctx context.Context, visitID string, in InterviewChange, by Caller) (ReceptionVisit, error)
	// EndVisit faults: "reception.unasked", "reception.unmeasured", "reception.out_of_limits",
	// "reception.not_allowed", "reception.amount", "reception.rule_unknown", "reception.until".
	EndVisit(ctx context.Context, visitID string, in VisitEnd, by Caller) (ReceptionVisit, error)
	UndoReception(ctx context.Context, visitID string, in ReceptionUndo, by Caller) (ReceptionVisit, error)
	DeferralReasons(ctx context.Context, from calendar.Date) ([]policy.DeferralReason, error)
	// RegisterVisit checks somebody in who cannot use a kiosk. Who may not give today is
	// recorded as well, as at a kiosk. Faults are those of identity.Parse,
	// "identity.incomplete", "visit.already_checked_in".
	RegisterVisit(ctx context.Context, siteID string, in Registration, by Caller) (ReceptionRow, error)
	// Slip is the page for who may not give. Fault "reception.no_slip".
	Slip(ctx context.Context, visitID, layout string, language lang.Tag, by Caller) ([]byte, error)
}

// ReceptionList is everybody who came to a site today, in the order they came.
type ReceptionList struct {
	Seen string         `json:"seen" doc:"Name of this list: ask with it to wait for the next one"`
	Day  calendar.Date  `json:"day"`
	Rows []ReceptionRow `json:"rows"`
}

// ReceptionRow is a visit in the list: masked, and without answers.
type ReceptionRow struct {
	VisitRow
	State     reception.State `json:"state" enum:"waiting,called,interviewed,proceeds,deferred,left"`
	Version   int64           `json:"version" doc:"Changes of the visit name the version they were made on"`
	Counter   string          `json:"counter,omitempty" doc:"Where the number was called to"`
	CalledAt  time.Time       `json:"called_at,omitzero"`
	ChangedBy string          `json:"changed_by,omitempty" doc:"Name of the member of staff who did the last thing"`
	AtKiosk   bool            `json:"at_kiosk,omitempty" doc:"Deferred by the kiosk: nothing is left to do"`
}

// ReceptionCall calls a number.
type ReceptionCall struct {
	CallID  string `json:"call_id" minLength:"8" maxLength:"64" pattern:"^[A-Za-z0-9-]+$" doc:"Made up by the desk: the same call asked for again calls nobody else"`
	VisitID string `json:"visit_id,omitempty" maxLength:"40" doc:"Absent for the number that waits longest"`
	Counter string `json:"counter,omitempty" maxLength:"8" doc:"Where to come, as it stands on the door"`
}

// CalledNumbers is what a waiting room shows.
type CalledNumbers struct {
	Seen    string         `json:"seen"`
	Site    lang.Text      `json:"site"`
	Numbers []CalledNumber `json:"numbers" doc:"The newest first"`
	Waiting int            `json:"waiting" doc:"How many wait to be called"`
}

// CalledNumber is a number that was called.
type CalledNumber struct {
	Ticket  string    `json:"ticket"`
	Counter string    `json:"counter,omitempty"`
	Call    int64     `json:"call" doc:"Place of the call on the day; one called again has another"`
	At      time.Time `json:"at"`
}

// ReceptionVisit is a visit as staff work with it: with the person, to compare with
// the document, and the answers.
type ReceptionVisit struct {
	ReceptionRow
	Person     identity.Person     `json:"person"`
	Ask        donation.Product    `json:"ask" enum:"whole_blood,apheresis_platelets" doc:"The product questions and findings are about"`
	Allowed    []donation.Product  `json:"allowed" doc:"What the person may give today as far as earlier donations and deferrals go"`
	Questions  []InterviewQuestion `json:"questions"`
	Unreadable bool                `json:"unreadable,omitempty" doc:"The answers do not fit any known questionnaire: ask everything"`
	OnPaper    bool                `json:"on_paper,omitempty" doc:"There are no answers: questionnaire and consent are on paper"`
	Findings   []policy.Finding    `json:"findings,omitempty" doc:"Those that belong to no question"`
	Interview  reception.Interview `json:"interview"`
	Outcome    *ReceptionOutcome   `json:"outcome,omitempty"`
	Reasons    []policy.Reason     `json:"reasons,omitempty" doc:"Why the kiosk deferred"`
	Undone     []reception.Undone  `json:"undone,omitempty"`
	Appointed  bool                `json:"appointed" doc:"Had booked"`
}

// InterviewQuestion is a question with its answer and what the rules found in it.
type InterviewQuestion struct {
	LinkID   string           `json:"link_id"`
	Section  lang.Text        `json:"section"`
	Text     lang.Text        `json:"text"`
	Answer   lang.Text        `json:"answer"`
	Skipped  bool             `json:"skipped" doc:"Has no answer: staff ask"`
	Findings []policy.Finding `json:"findings,omitempty"`
	MustAsk  bool             `json:"must_ask" doc:"Needs a comment before somebody may give"`
}

// ReceptionOutcome is how a visit ended.
type ReceptionOutcome struct {
	Product   donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML  int              `json:"volume_ml,omitempty"`
	Units     int              `json:"units,omitempty"`
	RuleID    string           `json:"rule_id,omitempty"`
	Title     lang.Text        `json:"title,omitzero" doc:"Of the rule, for staff"`
	Until     calendar.Date    `json:"until,omitzero"`
	Permanent bool             `json:"permanent,omitempty"`
	HasSlip   bool             `json:"has_slip"`
}

// Measured is what was measured so far, and for what.
type Measured struct {
	Product      donation.Product    `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML     int                 `json:"volume_ml,omitempty" minimum:"0" maximum:"1000"`
	Units        int                 `json:"units,omitempty" minimum:"0" maximum:"10"`
	Measurements policy.Measurements `json:"measurements"`
}

// Judgement is what the rules say of measurements.
type Judgement struct {
	Quantities []policy.Judged  `json:"quantities"`
	Findings   []policy.Finding `json:"findings,omitempty" doc:"What is no number out of its limits"`
	Good       bool             `json:"good" doc:"Everything is measured and within its limits"`
}

// InterviewChange replaces what was found out.
type InterviewChange struct {
	Version int64 `json:"version" minimum:"0"`
	reception.Interview
}

// VisitEnd ends a visit at the desk.
type VisitEnd struct {
	Version   int64            `json:"version" minimum:"0"`
	State     reception.State  `json:"state" enum:"proceeds,deferred,left"`
	Product   donation.Product `json:"product,omitempty" enum:"whole_blood,apheresis_platelets"`
	VolumeML  int              `json:"volume_ml,omitempty" minimum:"0" maximum:"1000"`
	Units     int              `json:"units,omitempty" minimum:"0" maximum:"10"`
	RuleID    string           `json:"rule_id,omitempty" maxLength:"80" doc:"Deferred: the rule it follows from"`
	From      calendar.Date    `json:"from,omitzero" doc:"Deferred: the day it is counted from"`
	Until     calendar.Date    `json:"until,omitzero" doc:"Deferred: first day on which giving is possible again"`
	Permanent bool             `json:"permanent,omitempty" doc:"Deferred for good, by a rule that says so"`
}

// ReceptionUndo takes the last step back.
type ReceptionUndo struct {
	Version int64  `json:"version" minimum:"0"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Registration is somebody who cannot use a kiosk, as their document says.
type Registration struct {
	Kind      identity.Kind    `json:"kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport"`
	Number    string           `json:"number" maxLength:"100"`
	Country   string           `json:"country,omitempty" maxLength:"3" doc:"Passports: ISO 3166-1 alpha-3"`
	Name      string           `json:"name" minLength:"1" maxLength:"100" doc:"As on the document"`
	BirthDate calendar.Date    `json:"birth_date,omitzero" doc:"When the number does not carry it"`
	Sex       identity.Sex     `json:"sex,omitempty" enum:"male,female" doc:"When the number does not carry it"`
	Product   donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML  int              `json:"volume_ml,omitempty" minimum:"0" maximum:"1000"`
	Units     int              `json:"units,omitempty" minimum:"0" maximum:"10"`
	Language  lang.Tag         `json:"language" enum:"zh-CN,en"`
}

type receptionListInput struct {
	ID   string `path:"id" maxLength:"40"`
	Seen string `query:"seen" maxLength:"64" doc:"seen of the list the caller has; absent for an answer at once"`
	Wait int    `query:"wait" minimum:"0" maximum:"25" doc:"Seconds to wait for another list"`
}

type receptionVisitInput struct {
	ID      string           `path:"id" maxLength:"40"`
	Product donation.Product `query:"product" enum:"whole_blood,apheresis_platelets" doc:"Absent for what the person asked to give"`
}

type onVisit[T any] struct {
	ID   string `path:"id" maxLength:"40"`
	Body T
}

type reasonsInput struct {
	From calendar.Date `query:"from" doc:"Day a deferral would be counted from; absent for today"`
}

type slipInput struct {
	ID       string   `path:"id" maxLength:"40"`
	Layout   string   `query:"layout" enum:"roll80,a5,a4" default:"a5"`
	Language lang.Tag `query:"language" enum:"zh-CN,en" default:"zh-CN"`
}

func receptionRoutes(api huma.API, r Reception) {
	op := func(id, method, path, summary string, need Permission) huma.Operation {
		return operation(id, method, path, summary, "reception", need)
	}
	huma.Register(api, op("list-reception", http.MethodGet, "/sites/{id}/reception", "Who came today and how far each is", StaffReception),
		handle(func(ctx context.Context, in *receptionListInput) (*bodyOf[ReceptionList], error) {
			out, err := r.ReceptionAt(ctx, in.ID, in.Seen, time.Duration(in.Wait)*time.Second, callerOf(ctx))
			return &bodyOf[ReceptionList]{out}, err
		}))
	huma.Register(api, op("call-number", http.MethodPost, "/sites/{id}/calls", "Call the next number, or one again", StaffReception),
		handle(func(ctx context.Context, in *onVisit[ReceptionCall]) (*bodyOf[ReceptionRow], error) {
			out, err := r.CallNumber(ctx, in.ID, in.Body, callerOf(ctx))
			return &bodyOf[ReceptionRow]{out}, err
		}))
	huma.Register(api, op("list-called-numbers", http.MethodGet, "/sites/{id}/called", "The numbers a waiting room shows", Public),
		handle(func(ctx context.Context, in *receptionListInput) (*bodyOf[CalledNumbers], error) {
			out, err := r.Called(ctx, in.ID, in.Seen, time.Duration(in.Wait)*time.Second)
			return &bodyOf[CalledNumbers]{out}, err
		}))
	huma.Register(api, op("register-visit", http.MethodPost, "/sites/{id}/registrations", "Check in somebody who cannot use a kiosk", StaffReception),
		handle(func(ctx context.Context, in *onVisit[Registration]) (*bodyOf[ReceptionRow], error) {
			out, err := r.RegisterVisit(ctx, in.ID, in.Body, callerOf(ctx))
			return &bodyOf[ReceptionRow]{out}, err
		}))
	huma.Register(api, op("list-deferral-reasons", http.MethodGet, "/deferral-reasons", "The rules staff may defer by", StaffReception),
		handle(func(ctx context.Context, in *reasonsInput) (*bodyOf[[]policy.DeferralReason], error) {
			out, err := r.DeferralReasons(ctx, in.From)
			return &bodyOf[[]policy.DeferralReason]{out}, err
		}))
	receptionVisitRoutes(api, r)
}

// receptionVisitRoutes are what is done with one visit.
func receptionVisitRoutes(api huma.API, r Reception) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/visits/{id}"+path, summary, "reception", StaffReception)
	}
	opened := func(out ReceptionVisit, err error) (*bodyOf[ReceptionVisit], error) {
		return &bodyOf[ReceptionVisit]{out}, err
	}
	huma.Register(api, op("open-reception-visit", http.MethodGet, "/reception", "A visit with its answers, for the interview"),
		handle(func(ctx context.Context, in *receptionVisitInput) (*bodyOf[ReceptionVisit], error) {
			return opened(r.ReceptionVisit(ctx, in.ID, in.Product, callerOf(ctx)))
		}))
	huma.Register(api, op("judge-measurements", http.MethodPost, "/judgement", "What the rules say of measurements; keeps nothing"),
		handle(func(ctx context.Context, in *onVisit[Measured]) (*bodyOf[Judgement], error) {
			out, err := r.JudgeMeasurements(ctx, in.ID, in.Body, callerOf(ctx))
			return &bodyOf[Judgement]{out}, err
		}))
	huma.Register(api, op("save-interview", http.MethodPut, "/interview", "Keep comments and measurements"),
		handle(func(ctx context.Context, in *onVisit[InterviewChange]) (*bodyOf[ReceptionVisit], error) {
			return opened(r.SaveInterview(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("end-visit", http.MethodPost, "/outcome", "Proceed, defer, or note that the person left"),
		handle(func(ctx context.Context, in *onVisit[VisitEnd]) (*bodyOf[ReceptionVisit], error) {
			return opened(r.EndVisit(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, op("undo-reception", http.MethodPost, "/undo", "Take the last step back, with a reason"),
		handle(func(ctx context.Context, in *onVisit[ReceptionUndo]) (*bodyOf[ReceptionVisit], error) {
			return opened(r.UndoReception(ctx, in.ID, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, answersFile(op("read-slip", http.MethodGet, "/slip", "The page for who may not give today (PDF)"), pdf),
		handle(func(ctx context.Context, in *slipInput) (*fileOutput, error) {
			body, err := r.Slip(ctx, in.ID, in.Layout, in.Language, callerOf(ctx))
			return &fileOutput{pdf, `attachment; filename="slip.pdf"`, "no-store", body}, err
		}))
}

// RowOfReception joins a visit with what its desk knows.
func RowOfReception(v visit.Listed, r reception.Record, changedBy string) ReceptionRow {
	row := ReceptionRow{VisitRow: rowOf(v), State: r.State, Version: r.Version, Counter: r.Counter, CalledAt: r.CalledAt, ChangedBy: changedBy}
	if v.Outcome == visit.Deferred {
		row.State, row.AtKiosk = reception.Deferred, true
	}
	return row
}
