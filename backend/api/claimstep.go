package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"lianxin/backend/claim"
)

// ClaimAct is what comes with a step.
type ClaimAct struct {
	Version   int            `json:"version" minimum:"1" doc:"Of the claim that was looked at"`
	AmountFen int64          `json:"amount_fen,omitempty" minimum:"0" maximum:"1000000000" doc:"approve: what is paid, fen; the second reviewer may leave it out"`
	Reason    string         `json:"reason,omitempty" maxLength:"64" doc:"reject: ID of a reason of get-claim-words"`
	Note      string         `json:"note,omitempty" maxLength:"1000" doc:"In words; the applicant reads it in a notice"`
	Wanted    []claim.Wanted `json:"wanted,omitempty" maxItems:"40" doc:"return: what is to be supplied"`
}

type claimActInput struct {
	ID   string `path:"id" maxLength:"40"`
	Body ClaimAct
}

// claimStepRoutes are the steps the API takes. Paying and settling have their own.
var claimStepRoutes = []struct {
	step    claim.Step
	duty    claim.Duty
	need    Permission
	summary string
}{
	{claim.Submit, claim.Capture, StaffClaimCapture, "Hand a whole claim in for review"},
	{claim.Withdraw, claim.Capture, StaffClaimCapture, "Take a claim back, with the applicant's reason"},
	{claim.Take, claim.Review, StaffClaimReview, "Look after a claim, also instead of another reviewer"},
	{claim.Return, claim.Review, StaffClaimReview, "Ask the applicant to supply something"},
	{claim.Approve, claim.Review, StaffClaimReview, "Approve an amount; above a limit a second reviewer must too"},
	{claim.Reject, claim.Review, StaffClaimReview, "Reject a claim for a reason"},
	{claim.Reopen, claim.Review, StaffClaimReview, "Review a rejected claim once more"},
}

func claimSteps(api huma.API, s Claims) {
	for _, r := range claimStepRoutes {
		huma.Register(api, operation(string(r.step)+"-claim", http.MethodPost, "/claims/{id}/"+string(r.step), r.summary, "claim", r.need),
			handle(func(ctx context.Context, in *claimActInput) (*bodyOf[ClaimOpened], error) {
				return openedClaim(s.StepClaim(ctx, in.ID, r.step, r.duty, in.Body, callerOf(ctx)))
			}))
	}
}
