package storetest

import (
	"context"
	"testing"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
)

// interrupted is a store in which something happens once a batch has been read.
type interrupted struct {
	payout.Store
	happens func(ctx context.Context) error
}

// PaymentsOfBatch implements payout.Store.
func (m interrupted) PaymentsOfBatch(ctx context.Context, id string) ([]payout.Payment, error) {
	all, err := m.Store.PaymentsOfBatch(ctx, id)
	if err == nil {
		err = m.happens(ctx)
	}
	return all, err
}

// One claim of a batch that keeps somebody from letting it go is named; one whose earlier
// payment arrives meanwhile stays behind, and the others leave.
func batchLetGo(t *testing.T, s Subject) {
	ctx := t.Context()
	p := payingOn(s, func() time.Time { return At }, nil)
	other := toPay(2, "110105", claim.BankAccount)
	other.Hands[0].By = "clerk-2"
	insertClaims(t, s, toPay(1, "110105", claim.BankAccount), other)
	made := func(id string, claims ...string) payout.Batch {
		t.Helper()
		return got(p.MakeBatch(ctx, payout.NewBatch{ID: id, Method: payout.BankFile, Format: "bank-csv", ClaimIDs: claims, By: "finance-1"}))(t)
	}
	first := made("b1", "claim-000001")
	got(p.SendBatch(ctx, "b1", first.Version, "finance-1"))(t)
	c := got(s.Claim(ctx, "claim-000001"))(t)
	must(t, p.FailByHand(ctx, payout.Hand{ClaimID: c.ID, Version: c.Version, By: "finance-1", Note: "银行拒绝"}))
	c = got(s.Claim(ctx, c.ID))(t)
	got(p.Claims.Do(ctx, c.ID, claim.Act{Step: claim.Release, By: "finance-1", Duty: claim.Pay, Version: c.Version}))(t)

	b := made("b2", "claim-000001", "claim-000002")
	_, err := p.SendBatch(ctx, "b2", b.Version, "clerk-2")
	refused(t, "who captured one of them", err, "payout.same_person")
	equal(t, "which one", fault.From(err).Params["claim"], any(other.Number))
	late := p
	late.Store = interrupted{p.Store, func(ctx context.Context) error {
		_, err := p.Settle(ctx, payout.PaymentID("claim-000001", 1), payout.Outcome{Status: payout.Paid, By: claim.BySystem, PaidOn: Today})
		return err
	}}
	got(late.SendBatch(ctx, "b2", b.Version, "finance-1"))(t)
	equal(t, "the one that arrived", got(s.Payment(ctx, payout.PaymentID("claim-000001", 1)))(t).Status, payout.Paid)
	equal(t, "is not paid again", got(s.Payment(ctx, payout.PaymentID("claim-000001", 2)))(t).Status, payout.Dropped)
	equal(t, "the other leaves", got(s.Payment(ctx, payout.PaymentID("claim-000002", 1)))(t).Status, payout.Sent)
}
