package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// Visits are who came. Every reading is written down with who read.
type Visits interface {
	Visit(ctx context.Context, id string, by Caller) (VisitDocument, error)
	VisitsAt(ctx context.Context, siteID string, day calendar.Date, by Caller) ([]visit.Listed, error)
}

// VisitDocument is a visit with its answers, ready to be sent.
type VisitDocument struct {
	SiteID string
	JSON   json.RawMessage // of a visit.Visit
}

// Text implements ready.
func (d VisitDocument) Text() []byte { return d.JSON }

// Schema implements huma.SchemaProvider.
func (VisitDocument) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[visit.Visit](), true, "")
}

// VisitRow is a visit in a list: masked, and without answers.
type VisitRow struct {
	ID       string           `json:"id"`
	Outcome  visit.Outcome    `json:"outcome" enum:"waiting,deferred,duplicate"`
	Ticket   string           `json:"ticket,omitempty"`
	Name     string           `json:"name_masked"`
	Document string           `json:"document_masked"`
	Source   visit.Source     `json:"source" enum:"card,code,typed" doc:"What was not read from a card is checked by staff"`
	Product  donation.Product `json:"product"`
	VolumeML int              `json:"volume_ml,omitempty"`
	Units    int              `json:"units,omitempty"`
	At       time.Time        `json:"at" doc:"The kiosk's clock"`
	Flags    int              `json:"flags" doc:"Findings and doubts for staff to look at"`
	Doubts   []visit.Doubt    `json:"doubts,omitempty" doc:"What the center could not confirm, as fault codes"`
}

type visitListInput struct {
	ID  string        `path:"id" maxLength:"40"`
	Day calendar.Date `query:"day" required:"true"`
}

func visits(api huma.API, v Visits) {
	huma.Register(api, operation("list-visits", http.MethodGet, "/sites/{id}/visits", "Who came to a site on a day", "visit", StaffVisits),
		handle(func(ctx context.Context, in *visitListInput) (*bodyOf[[]VisitRow], error) {
			if err := maySee(ctx, in.ID, "site.not_found"); err != nil {
				return nil, err
			}
			all, err := v.VisitsAt(ctx, in.ID, in.Day, callerOf(ctx))
			rows := make([]VisitRow, 0, len(all))
			for _, one := range all {
				rows = append(rows, rowOf(one))
			}
			return &bodyOf[[]VisitRow]{rows}, err
		}))
	huma.Register(api, operation("get-visit", http.MethodGet, "/visits/{id}", "One visit with its answers and findings", "visit", StaffVisits),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[VisitDocument], error) {
			one, err := v.Visit(ctx, in.ID, callerOf(ctx))
			if err != nil {
				return nil, err
			}
			if err := maySee(ctx, one.SiteID, "visit.not_found"); err != nil {
				return nil, err
			}
			return &bodyOf[VisitDocument]{one}, nil
		}))
}

// maySee keeps staff to their sites. What may not be seen is not there.
func maySee(ctx context.Context, siteID, missing string) error {
	if !callerOf(ctx).MaySee(siteID) {
		return fault.New(fault.NotFound, missing)
	}
	return nil
}

func rowOf(v visit.Listed) VisitRow {
	mask := v.Person.Masked()
	return VisitRow{ID: v.ID, Outcome: v.Outcome, Ticket: v.Ticket, Name: mask.Name, Document: mask.Number,
		Source: v.Source, Product: v.Product, VolumeML: v.VolumeML, Units: v.Units, At: v.At,
		Flags: len(v.Doubts) + v.Findings, Doubts: v.Doubts}
}
