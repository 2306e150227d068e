package redemption

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
)

// Find reads what was scanned or typed at a desk: a voucher's code or its number.
// Faults are those of identity.ParseCode, "redemption.other_code" for a code that is no
// voucher's, "redemption.not_found".
func (s Service) Find(ctx context.Context, text string) (Redemption, Voucher, error) {
	number, whole, err := readVoucher(text)
	if err != nil {
		return Redemption{}, Voucher{}, err
	}
	v, err := s.Store.VoucherByNumber(ctx, number)
	if err == nil && whole != "" && v.Code.ID != whole {
		err = fault.New(fault.NotFound, "redemption.not_found")
	}
	if err != nil {
		return Redemption{}, v, err
	}
	r, err := s.Store.Redemption(ctx, v.RedemptionID)
	return r, v, err
}

// readVoucher returns the number of a voucher, and its whole code when that was scanned.
func readVoucher(text string) (number, whole string, err error) {
	if number, ok := identity.ParseCodeStart(text, numberLength); ok {
		return number, "", nil
	}
	code, err := identity.ParseCode(text)
	if err != nil {
		return "", "", err
	}
	if code.Kind != identity.VoucherCode {
		return "", "", fault.New(fault.Invalid, "redemption.other_code")
	}
	return NumberOf(code), code.ID, nil
}

// HandOver notes that the gift of a voucher was handed over at a site, once. Faults
// "redemption.picked_up" with when and where it was, "redemption.other_site" with where
// it can be, "redemption.nothing_to_hand_over" for codes, "redemption.cancelled",
// "redemption.expired" with its last day.
func (s Service) HandOver(ctx context.Context, id, siteID, by string) (Step, error) {
	var step Step
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		r, err := s.Store.LockRedemption(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case r.Codes:
			return fault.New(fault.Conflict, "redemption.nothing_to_hand_over")
		case r.Status == PickedUp:
			return pickedUp(r)
		case r.expired(calendar.Of(s.Now())) != nil:
			return r.expired(calendar.Of(s.Now()))
		case r.Status != Confirmed:
			return fault.New(fault.Conflict, "redemption.cancelled")
		case r.SiteID != siteID:
			return fault.New(fault.Conflict, "redemption.other_site").With("site", r.SiteID)
		}
		var moved []gift.Stock
		if moved, err = s.handOut(ctx, &r, by); err != nil {
			return err
		}
		step = Step{r, moved}
		return s.Store.SaveRedemption(ctx, r)
	})
	return step, err
}
