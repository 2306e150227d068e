package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Relief says what a patient is entitled to.
type Relief interface {
	// AssessRelief answers for a bill and the patient's donors; nothing is set aside. Faults
	// "donor.not_found" with the donors nobody knows, those of identity.Parse, and those of
	// relief.Service.Assess.
	AssessRelief(ctx context.Context, in ReliefQuestion, by Caller) (ReliefAnswer, error)
}

// ReliefQuestion is a hospital's bill, and who gave blood.
type ReliefQuestion struct {
	Region       string            `json:"region,omitempty" pattern:"^[0-9]{6}$" doc:"GB/T 2260 of the rules; absent for the center's own"`
	Donors       []ReliefDonor     `json:"donors" minItems:"1" maxItems:"20"`
	Lines        []hospital.Charge `json:"lines" minItems:"1" maxItems:"500"`
	InsuranceFen int64             `json:"insurance_fen,omitempty" minimum:"0" maximum:"50000000000" doc:"What insurance paid of all lines together, beside what the lines say"`
}

// ReliefDonor is somebody who gave, by their document.
type ReliefDonor struct {
	Kind     identity.Kind   `json:"kind" enum:"resident_id,hkmt_residence_permit,foreign_pr_2017,foreign_pr_2023,hkmacau_travel_permit,taiwan_travel_permit,passport"`
	Number   string          `json:"number" minLength:"1" maxLength:"60" doc:"As it is typed; a passport with its country before it, UTO:L898902C3"`
	Relation relief.Relation `json:"relation" enum:"self,spouse,parent,child,grandparent,grandchild,sibling,spouse_parent,child_spouse" doc:"What the patient is to the donor"`
}

// ReliefAnswer is the assessment, and who its donors are.
type ReliefAnswer struct {
	Assessment relief.Assessment `json:"assessment"`
	Donors     []KnownDonor      `json:"donors" doc:"In the order in which they were named"`
}

// KnownDonor is a donor as an office may compare them with a card.
type KnownDonor struct {
	DonorID  string `json:"donor_id"`
	Name     string `json:"name_masked"`
	Document string `json:"document_masked"`
}

func reliefRoutes(api huma.API, r Relief) {
	huma.Register(api, operation("assess-relief", http.MethodPost, "/relief/assessments", "What a patient is entitled to of a bill, line by line; nothing is set aside", "relief", StaffClaimCapture),
		handle(func(ctx context.Context, in *bodyOf[ReliefQuestion]) (*bodyOf[ReliefAnswer], error) {
			out, err := r.AssessRelief(ctx, in.Body, callerOf(ctx))
			return &bodyOf[ReliefAnswer]{out}, err
		}))
}
