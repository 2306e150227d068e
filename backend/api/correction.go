package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
)

// Corrections are what donors say is not right on file of them.
type Corrections interface {
	// Corrections lists those of the caller's sites in a state, oldest first.
	Corrections(ctx context.Context, state correction.State, by Caller) ([]Correction, error)
	// AnswerCorrection says what became of one; the donor sees it at their next
	// visit. Fault "correction.not_found", for other sites' as well.
	AnswerCorrection(ctx context.Context, id string, as correction.State, by Caller) error
}

// Correction is a request as staff see it.
type Correction struct {
	ID         string             `json:"id"`
	Subject    correction.Subject `json:"subject" enum:"missing,not_mine,day,amount,place,product" doc:"What is not right"`
	State      correction.State   `json:"state" enum:"open,corrected,unchanged,bring_proof"`
	Donor      identity.Mask      `json:"donor" doc:"Who says so"`
	Donation   *DonationOnFile    `json:"donation,omitempty" doc:"What is on file; absent when a donation is missing"`
	About      calendar.Date      `json:"about,omitzero" doc:"missing: a day near it, as the donor remembers"`
	SiteID     string             `json:"site_id" doc:"Where it was said"`
	AskedAt    time.Time          `json:"asked_at"`
	AnsweredAt time.Time          `json:"answered_at,omitzero"`
	AnsweredBy string             `json:"answered_by,omitempty" doc:"Member of staff"`
}

// DonationOnFile is a donation as staff see it who compare records.
type DonationOnFile struct {
	DIN      donation.DIN     `json:"din" doc:"By which the station finds its record"`
	On       calendar.Date    `json:"on"`
	SiteID   string           `json:"site_id"`
	Product  donation.Product `json:"product" enum:"whole_blood,apheresis_platelets"`
	VolumeML int              `json:"volume_ml" doc:"mL"`
	Units    int              `json:"units"`
}

type correctionsInput struct {
	State correction.State `query:"state" enum:"open,corrected,unchanged,bring_proof" default:"open"`
}

type correctionAnswer struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		State correction.State `json:"state" enum:"corrected,unchanged,bring_proof" doc:"corrected: the station has reported the record anew; bring_proof: the donor is asked to come with the certificate"`
	}
}

func corrections(api huma.API, s Corrections) {
	huma.Register(api, operation("list-corrections", http.MethodGet, "/corrections", "What donors say is not right on file of them, at the caller's sites", "correction", StaffCorrections),
		handle(func(ctx context.Context, in *correctionsInput) (*bodyOf[[]Correction], error) {
			list, err := s.Corrections(ctx, in.State, callerOf(ctx))
			return &bodyOf[[]Correction]{list}, err
		}))
	huma.Register(api, operation("answer-correction", http.MethodPost, "/corrections/{id}/answer", "Say what became of a request; the donor sees it at the next visit", "correction", StaffCorrections),
		handle(func(ctx context.Context, in *correctionAnswer) (*struct{}, error) {
			return nil, s.AnswerCorrection(ctx, in.ID, in.Body.State, callerOf(ctx))
		}))
}
