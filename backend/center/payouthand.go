package center

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
)

// ConfirmClaim implements api.Payouts.
func (c *Center) ConfirmClaim(ctx context.Context, claimID string, in api.ByHand, by api.Caller) (api.ClaimOpened, error) {
	return c.payClaim(ctx, claimID, "payment.confirm", in, by, c.payouts.ConfirmByHand)
}

// FailClaim implements api.Payouts.
func (c *Center) FailClaim(ctx context.Context, claimID string, in api.ByHand, by api.Caller) (api.ClaimOpened, error) {
	return c.payClaim(ctx, claimID, "payment.fail", in, by, c.payouts.FailByHand)
}

// payClaim does something with a claim's payment and shows the claim as it is then. What
// happened to the claim is written down by paidClaims, and what happened to the payment
// here: a claim that is elsewhere takes no step with it.
func (c *Center) payClaim(ctx context.Context, claimID, action string, in api.ByHand, by api.Caller, do func(context.Context, payout.Hand) error) (view api.ClaimOpened, err error) {
	if _, err := c.seenClaim(ctx, claimID, by); err != nil {
		return view, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := c.store.LockClaim(ctx, claimID); err != nil { // and with it its payments
			return err
		}
		before, err := c.store.PaymentsOfClaim(ctx, claimID)
		if err != nil {
			return err
		}
		if err := do(ctx, payout.Hand{ClaimID: claimID, Version: in.Version, By: by.StaffID, PaidOn: in.PaidOn, Reference: in.Reference, Note: in.Note}); err != nil {
			return err
		}
		if err := c.recordPayments(ctx, claimID, action, by, before); err != nil {
			return err
		}
		after, err := c.store.Claim(ctx, claimID)
		if err != nil {
			return err
		}
		view, err = c.openedClaim(ctx, after, by)
		return err
	})
	return view, err
}

// recordPayments writes down which payments of a claim somebody has changed, and how they were before.
func (c *Center) recordPayments(ctx context.Context, claimID, action string, by api.Caller, before []payout.Payment) error {
	after, err := c.store.PaymentsOfClaim(ctx, claimID)
	if err != nil {
		return err
	}
	for _, p := range after {
		was := ""
		if i := slices.IndexFunc(before, func(b payout.Payment) bool { return b.ID == p.ID }); i >= 0 {
			if before[i].Version == p.Version {
				continue
			}
			was = auditedPayment(before[i])
		}
		if err := c.recordPayout(ctx, by, action, paymentNoun, auditID(p.ID), was, auditedPayment(p)); err != nil {
			return err
		}
	}
	return nil
}

// claimSteps are what somebody may do with a claim next. Money that arrived while the claim
// is elsewhere may come back, which is no step of the claim's own.
func (c *Center) claimSteps(ctx context.Context, one claim.Claim, by api.Caller) ([]claim.Step, error) {
	duties := dutiesOf(by)
	steps := one.Steps(handOf(by), duties)
	if !slices.Contains(duties, claim.Pay) || slices.Contains(steps, claim.Fail) {
		return steps, nil
	}
	mayComeBack, err := c.payouts.MayComeBack(ctx, one, by.StaffID)
	if mayComeBack {
		steps = append(steps, claim.Fail)
	}
	return steps, err
}
