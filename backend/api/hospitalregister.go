package api

import (
	"bytes"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/device"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
)

// HospitalRegister is what administrators look after of hospitals. Keys are invited, let in
// and revoked as those of devices are. An administrator sees no patient: a hospital's own
// numbers are not shown, the center's references are.
type HospitalRegister interface {
	// HospitalRegister lists the hospitals with their keys and what they did today.
	HospitalRegister(ctx context.Context, by Caller) (HospitalList, error)
	// RegisterHospital adds or changes one. Fault "hospital.malformed", with the wrong places.
	RegisterHospital(ctx context.Context, id string, in HospitalChange, by Caller) error
	// HospitalDayOf is what was done with a hospital's cases on a day, without the hospital's
	// own numbers. Fault "hospital.not_found".
	HospitalDayOf(ctx context.Context, id string, on calendar.Date, by Caller) (hospital.Day, error)
}

// HospitalList is all hospitals and what was agreed with them.
type HospitalList struct {
	Handling  HospitalHandling `json:"handling"`
	Today     calendar.Date    `json:"today"`
	Hospitals []HospitalListed `json:"hospitals" doc:"By ID"`
}

// HospitalHandling is the pack in force: how long things last, in days.
type HospitalHandling struct {
	ID          string        `json:"id"`
	Version     string        `json:"version"`
	Title       lang.Text     `json:"title"`
	From        calendar.Date `json:"from"`
	Source      string        `json:"source"`
	ReserveDays int           `json:"reserve_days" doc:"Until what is set aside lapses"`
	CorrectDays int           `json:"correct_days" doc:"In which a confirmed case may be corrected"`
	ConsentDays int           `json:"consent_days" doc:"How old a consent may be"`
}

// HospitalListed is one hospital.
type HospitalListed struct {
	ID       string        `json:"id"`
	Name     lang.Text     `json:"name"`
	District string        `json:"district" doc:"GB/T 2260"`
	Keys     []HospitalKey `json:"keys" doc:"Of its systems, newest first"`
	Today    HospitalCount `json:"today"`
}

// HospitalKey is a system of a hospital that was let in.
type HospitalKey struct {
	DeviceID   string        `json:"device_id"`
	Name       string        `json:"name"`
	Status     device.Status `json:"status" enum:"active,revoked"`
	EnrolledAt time.Time     `json:"enrolled_at"`
	LastSeen   time.Time     `json:"last_seen,omitzero"`
}

// HospitalCount is what was done on a day, added up.
type HospitalCount struct {
	Reserved     int   `json:"reserved" doc:"Cases that were set aside for"`
	ReservedML   int64 `json:"reserved_ml"`
	Confirmed    int   `json:"confirmed" doc:"Things done that changed what is confirmed"`
	ConfirmedML  int64 `json:"confirmed_ml"`
	ConfirmedFen int64 `json:"confirmed_fen"`
}

// HospitalChange is what a hospital is.
type HospitalChange struct {
	Name     lang.Text `json:"name"`
	District string    `json:"district" pattern:"^[0-9]{6}$" doc:"GB/T 2260 of the office its relief is settled with"`
}

type hospitalDayOfInput struct {
	ID  string        `path:"id" maxLength:"40"`
	Day calendar.Date `query:"day" required:"true" doc:"Of Beijing's calendar"`
}

func hospitalRegister(api huma.API, r HospitalRegister) {
	op := func(id, method, path, summary string) huma.Operation {
		return operation(id, method, "/hospitals"+path, summary, "hospital", StaffHospitals)
	}
	huma.Register(api, op("list-hospitals", http.MethodGet, "", "Hospitals, their keys, what they did today, and what was agreed with them"),
		handle(func(ctx context.Context, _ *struct{}) (*bodyOf[HospitalList], error) {
			out, err := r.HospitalRegister(ctx, callerOf(ctx))
			return &bodyOf[HospitalList]{out}, err
		}))
	huma.Register(api, op("register-hospital", http.MethodPut, "/{id}", "Add a hospital, or change its name or district"),
		handle(func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"40"`
			Body HospitalChange
		}) (*struct{}, error) {
			return nil, r.RegisterHospital(ctx, in.ID, in.Body, callerOf(ctx))
		}))
	huma.Register(api, op("read-day-of-hospital", http.MethodGet, "/{id}/days", "What was done with a hospital's cases on a day"),
		handle(func(ctx context.Context, in *hospitalDayOfInput) (*bodyOf[hospital.Day], error) {
			day, err := r.HospitalDayOf(ctx, in.ID, in.Day, callerOf(ctx))
			return &bodyOf[hospital.Day]{day}, err
		}))
	huma.Register(api, answersFile(op("read-day-file-of-hospital", http.MethodGet, "/{id}/days/file", "The same as CSV, to reconcile by"), csv),
		handle(func(ctx context.Context, in *hospitalDayOfInput) (*fileOutput, error) {
			day, err := r.HospitalDayOf(ctx, in.ID, in.Day, callerOf(ctx))
			if err != nil {
				return nil, err
			}
			var body bytes.Buffer
			err = day.WriteCSV(&body)
			return &fileOutput{csv + "; charset=utf-8", `attachment; filename="` + in.ID + "-" + in.Day.String() + `.csv"`, "no-store", body.Bytes()}, err
		}))
}
