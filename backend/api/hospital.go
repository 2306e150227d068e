package api

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
)

// Hospitals answers hospitals' own systems. Whatever is sent twice is done once. Faults of
// all: "lookup.too_many"; of what names a case: "hospital.case_not_found" for one of another
// hospital as for none.
type Hospitals interface {
	// AskCoverage says what a patient is entitled to; nothing is set aside. Faults are those
	// of hospital.Service.Ask.
	AskCoverage(ctx context.Context, in hospital.Inquiry, by Caller) (hospital.Coverage, error)
	// ReserveRelief sets aside what charges take. Faults are those of hospital.Service.Reserve.
	ReserveRelief(ctx context.Context, in hospital.Order, by Caller) (hospital.View, error)
	FindHospitalCase(ctx context.Context, number string, by Caller) (hospital.View, error)
	HospitalCase(ctx context.Context, id string, by Caller) (hospital.View, error)
	// ConfirmRelief, ReleaseRelief and CorrectRelief say what became of a case. Faults are
	// those of hospital.Service.
	ConfirmRelief(ctx context.Context, id string, by Caller) (hospital.View, error)
	ReleaseRelief(ctx context.Context, id string, by Caller) (hospital.View, error)
	CorrectRelief(ctx context.Context, id string, in hospital.Correction, by Caller) (hospital.View, error)
	// HospitalDay is what was done on a day.
	HospitalDay(ctx context.Context, on calendar.Date, by Caller) (hospital.Day, error)
}

// HospitalNumber names a case by the hospital's own number. It travels in a body, for it
// leads to a patient.
type HospitalNumber struct {
	Number string `json:"number" minLength:"1" maxLength:"64"`
}

type correctInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body hospital.Correction
}

type dayInput struct {
	Day calendar.Date `query:"day" required:"true" doc:"Of Beijing's calendar"`
}

type dayFileInput struct {
	Day    calendar.Date `query:"day" required:"true" doc:"Of Beijing's calendar"`
	Format string        `query:"format" enum:"ndjson,csv" default:"ndjson"`
}

func hospitals(api huma.API, h Hospitals) {
	post := func(id, path, summary string) huma.Operation {
		return operation(id, http.MethodPost, path, summary, "hospital", HospitalRelief)
	}
	huma.Register(api, post("ask-coverage", "/hospital/questions", "What a patient is entitled to; nothing is set aside"),
		handle(func(ctx context.Context, in *bodyOf[hospital.Inquiry]) (*bodyOf[hospital.Coverage], error) {
			out, err := h.AskCoverage(ctx, in.Body, callerOf(ctx))
			return &bodyOf[hospital.Coverage]{out}, err
		}))
	huma.Register(api, post("reserve-relief", "/hospital/cases", "Set aside what the charges of a stay take; sent again under the same number it is the same case"),
		handle(func(ctx context.Context, in *bodyOf[hospital.Order]) (*bodyOf[hospital.View], error) {
			return viewed(h.ReserveRelief(ctx, in.Body, callerOf(ctx)))
		}))
	huma.Register(api, post("find-hospital-case", "/hospital/cases/find", "A case by the hospital's own number"),
		handle(func(ctx context.Context, in *bodyOf[HospitalNumber]) (*bodyOf[hospital.View], error) {
			return viewed(h.FindHospitalCase(ctx, in.Body.Number, callerOf(ctx)))
		}))
	huma.Register(api, operation("get-hospital-case", http.MethodGet, "/hospital/cases/{id}", "A case as it is now", "hospital", HospitalRelief),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[hospital.View], error) {
			return viewed(h.HospitalCase(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, post("confirm-relief", "/hospital/cases/{id}/confirm", "The patient was asked for less"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[hospital.View], error) {
			return viewed(h.ConfirmRelief(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, post("release-relief", "/hospital/cases/{id}/release", "Give back what was set aside"),
		handle(func(ctx context.Context, in *idInput) (*bodyOf[hospital.View], error) {
			return viewed(h.ReleaseRelief(ctx, in.ID, callerOf(ctx)))
		}))
	huma.Register(api, post("correct-relief", "/hospital/cases/{id}/correct", "Another bill or other people instead of the first, or nothing; a confirmed case within the agreed days"),
		handle(func(ctx context.Context, in *correctInput) (*bodyOf[hospital.View], error) {
			v, err := h.CorrectRelief(ctx, in.ID, in.Body, callerOf(ctx))
			return viewed(v, inInstead(err))
		}))
	hospitalDays(api, h)
}

// inInstead names the places of an inquiry where a correction has it.
func inInstead(err error) error {
	if err == nil {
		return nil
	}
	f := *fault.From(err)
	f.Places = slices.Clone(f.Places)
	for i, p := range f.Places {
		f.Places[i].Location = strings.Replace(p.Location, "body.", "body.instead.", 1)
	}
	return &f
}

func viewed(v hospital.View, err error) (*bodyOf[hospital.View], error) {
	return &bodyOf[hospital.View]{v}, err
}

// Media types of a day's file.
const (
	ndjson = "application/x-ndjson"
	csv    = "text/csv"
)

func hospitalDays(api huma.API, h Hospitals) {
	huma.Register(api, operation("read-hospital-day", http.MethodGet, "/hospital/days", "What was done with the hospital's cases on a day", "hospital", HospitalRelief),
		handle(func(ctx context.Context, in *dayInput) (*bodyOf[hospital.Day], error) {
			out, err := h.HospitalDay(ctx, in.Day, callerOf(ctx))
			return &bodyOf[hospital.Day]{out}, err
		}))
	huma.Register(api, answersFile(operation("read-hospital-day-file", http.MethodGet, "/hospital/days/file", "The same as a file to reconcile by: a line of JSON or CSV for each thing that was done", "hospital", HospitalRelief), ndjson, csv),
		handle(func(ctx context.Context, in *dayFileInput) (*fileOutput, error) {
			day, err := h.HospitalDay(ctx, in.Day, callerOf(ctx))
			if err != nil {
				return nil, err
			}
			var body bytes.Buffer
			kind, write := ndjson, day.WriteNDJSON
			if in.Format == "csv" {
				kind, write = csv+"; charset=utf-8", day.WriteCSV
			}
			err = write(&body)
			return &fileOutput{kind, `attachment; filename="lianxin-` + in.Day.String() + "." + in.Format + `"`, "no-store", body.Bytes()}, err
		}))
}
