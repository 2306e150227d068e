package redemption

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
)

// voucher is what a confirmed redemption is collected with.
func (s Service) voucher(ctx context.Context, r Redemption) (Voucher, error) {
	rules, err := s.Rules(calendar.Of(r.ConfirmedAt))
	if err != nil {
		return Voucher{}, err
	}
	g, err := s.Store.Gift(ctx, r.GiftID)
	if err != nil {
		return Voucher{}, err
	}
	d, err := s.Store.Donor(ctx, r.DonorID)
	if err != nil {
		return Voucher{}, err
	}
	code, err := s.NewCode()
	return Voucher{RedemptionID: r.ID, Code: code, Gift: g.Name, Points: r.Points, SiteID: r.SiteID, Person: d.Person,
		ConfirmedAt: r.ConfirmedAt, CancelUntil: rules.Redeem.CancelUntil(calendar.Of(r.ConfirmedAt)), PickUpUntil: r.PickUpUntil, Lang: r.Lang}, err
}

// Show returns the voucher. A code that is shown is handed out: it cannot be
// cancelled any more, and may be shown again. Faults "redemption.not_found",
// "redemption.no_voucher", "redemption.expired" with its last day.
func (s Service) Show(ctx context.Context, id, donorID string) (Voucher, gift.Code, Step, error) {
	var v Voucher
	var code gift.Code
	step, err := s.step(ctx, id, donorID, func(ctx context.Context, r *Redemption) (moved []gift.Stock, err error) {
		if over := r.expired(calendar.Of(s.Now())); over != nil {
			return nil, over
		}
		if r.Status != Confirmed && r.Status != PickedUp {
			return nil, fault.New(fault.Conflict, "redemption.no_voucher")
		}
		if v, err = s.Store.Voucher(ctx, id); err != nil || !r.Codes {
			return nil, err
		}
		if code, err = s.Store.CodeOf(ctx, id); err != nil || r.Status == PickedUp {
			return nil, err
		}
		return s.handOut(ctx, r, "")
	})
	return v, code, step, err
}
