package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/hospital/fhir"
)

// OperationOutcome is how FHIR says what is wrong. What is refused before a resource is
// looked at, as a token or a body that is no such resource, is a problem document.
type OperationOutcome struct {
	ResourceType string           `json:"resourceType" enum:"OperationOutcome"`
	Issue        []OperationIssue `json:"issue"`
	status       int
}

// OperationIssue is one thing that is wrong. It never repeats the value that was sent.
type OperationIssue struct {
	Severity   string       `json:"severity" enum:"error"`
	Code       string       `json:"code" enum:"invalid,not-found,conflict,throttled,forbidden,exception"`
	Details    fhir.Concept `json:"details" doc:"Of urn:lianxin:fault"`
	Expression []string     `json:"expression,omitempty" doc:"FHIRPath of the wrong element"`
}

// Error makes it an error for huma.
func (o *OperationOutcome) Error() string { return o.Issue[0].Details.Text }

// GetStatus is the HTTP status, for huma.
func (o *OperationOutcome) GetStatus() int { return o.status }

// ContentType is FHIR's, for huma.
func (o *OperationOutcome) ContentType(string) string { return "application/fhir+json" }

// issueOf are FHIR's words for kinds of failure.
var issueOf = map[fault.Kind]string{fault.Invalid: "invalid", fault.NotFound: "not-found", fault.Conflict: "conflict", fault.TooMany: "throttled", fault.Forbidden: "forbidden"}

// outcomeOf is the failure of an operation in FHIR's words.
func outcomeOf(ctx context.Context, err error) error {
	p := problemFor(ctx, err)
	code := issueOf[fault.From(err).Kind]
	if code == "" {
		code = "exception"
	}
	issue := func(what string, places ...string) OperationIssue {
		return OperationIssue{Severity: "error", Code: code, Expression: places,
			Details: fhir.Concept{Coding: []fhir.Coding{{System: fhir.SystemFault, Code: what}}, Text: what}}
	}
	out := &OperationOutcome{ResourceType: "OperationOutcome", Issue: []OperationIssue{issue(p.Code)}, status: p.Status}
	for _, place := range p.Errors {
		out.Issue = append(out.Issue, issue(place.Code, place.Location))
	}
	return out
}

// hospitalDesk is the service as one caller has it.
type hospitalDesk struct {
	Hospitals
	by Caller
}

// Reserve implements fhir.Desk.
func (d hospitalDesk) Reserve(ctx context.Context, o hospital.Order) (hospital.View, error) {
	return d.ReserveRelief(ctx, o, d.by)
}

// Find implements fhir.Desk.
func (d hospitalDesk) Find(ctx context.Context, number string) (hospital.View, error) {
	return d.FindHospitalCase(ctx, number, d.by)
}

// Confirm implements fhir.Desk.
func (d hospitalDesk) Confirm(ctx context.Context, id string) (hospital.View, error) {
	return d.ConfirmRelief(ctx, id, d.by)
}

// Release implements fhir.Desk.
func (d hospitalDesk) Release(ctx context.Context, id string) (hospital.View, error) {
	return d.ReleaseRelief(ctx, id, d.by)
}

// Correct implements fhir.Desk.
func (d hospitalDesk) Correct(ctx context.Context, id string, c hospital.Correction) (hospital.View, error) {
	return d.CorrectRelief(ctx, id, c, d.by)
}

// hospitalsFHIR is direct relief in FHIR R4, over the same service.
func hospitalsFHIR(api huma.API, h Hospitals) {
	huma.Register(api, operation("ask-coverage-fhir", http.MethodPost, "/fhir/CoverageEligibilityRequest", "What a patient is entitled to, in FHIR R4", "hospital", HospitalRelief),
		func(ctx context.Context, in *bodyOf[fhir.CoverageEligibilityRequest]) (*bodyOf[fhir.CoverageEligibilityResponse], error) {
			q, err := in.Body.Inquiry()
			if err != nil {
				return nil, outcomeOf(ctx, err)
			}
			out, err := h.AskCoverage(ctx, q, callerOf(ctx))
			if err != nil {
				return nil, outcomeOf(ctx, in.Body.Named(err))
			}
			return &bodyOf[fhir.CoverageEligibilityResponse]{in.Body.Respond(out, time.Now())}, nil
		})
	huma.Register(api, operation("submit-claim-fhir", http.MethodPost, "/fhir/Claim", "Set aside, confirm, correct or give back, in FHIR R4", "hospital", HospitalRelief),
		func(ctx context.Context, in *bodyOf[fhir.Claim]) (*bodyOf[fhir.ClaimResponse], error) {
			out, err := fhir.Submit(ctx, in.Body, hospitalDesk{h, callerOf(ctx)})
			if err != nil {
				return nil, outcomeOf(ctx, in.Body.Named(err))
			}
			return &bodyOf[fhir.ClaimResponse]{in.Body.Respond(out, time.Now())}, nil
		})
}
