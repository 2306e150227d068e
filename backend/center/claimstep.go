package center

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/claim"
)

// StepClaim implements api.Claims.
func (c *Center) StepClaim(ctx context.Context, id string, step claim.Step, duty claim.Duty, in api.ClaimAct, by api.Caller) (api.ClaimOpened, error) {
	before, err := c.seenClaim(ctx, id, by)
	if err != nil { // before anything is done for it
		return api.ClaimOpened{}, err
	}
	version, isTold, err := c.asKnown(ctx, before, by, in.Version, step)
	if err != nil {
		return api.ClaimOpened{}, err
	}
	if isTold {
		return c.openedClaim(ctx, before, by)
	}
	if slices.Contains([]claim.Step{claim.Submit, claim.Take, claim.Reopen}, step) { // what is over is given back first, in transactions of its own
		if err := c.lapseVolumes(ctx); err != nil {
			return api.ClaimOpened{}, err
		}
	}
	var view api.ClaimOpened
	err = c.store.InTx(ctx, func(ctx context.Context) (err error) {
		view, err = c.workClaim(ctx, id, "claim."+string(step), by, func(ctx context.Context) (claim.Claim, error) {
			return c.claims.Do(ctx, id, claim.Act{Step: step, By: handOf(by), Duty: duty, Version: version, AmountFen: in.AmountFen,
				Reason: in.Reason, Note: in.Note, Wanted: in.Wanted})
		})
		if err != nil {
			return err
		}
		return c.mindPayments(ctx, step, &view, by)
	})
	return view, err
}

// mindPayments is what a payment that arrived late asks of the steps around it: its claim
// does not end, and once it is released it is paid.
func (c *Center) mindPayments(ctx context.Context, step claim.Step, view *api.ClaimOpened, by api.Caller) error {
	switch step {
	case claim.Withdraw, claim.Reject:
		return c.payouts.Clear(ctx, view.ID)
	case claim.Release:
	default:
		return nil
	}
	one, err := c.store.Claim(ctx, view.ID)
	if err == nil {
		err = c.payouts.TakeUp(ctx, one)
	}
	if err == nil {
		one, err = c.store.Claim(ctx, view.ID)
	}
	if err == nil && one.Version != view.Version {
		*view, err = c.openedClaim(ctx, one, by)
	}
	return err
}
