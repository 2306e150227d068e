package checkin

import (
	"context"

	"lianxin/backend/fault"
	"lianxin/backend/redemption"
)

// isTheirs tells whether vouchers can be shown and redemptions cancelled at the step.
func (c *session) isTheirs() error {
	if c.step != StepAccount && c.step != StepGifts {
		return errStep(c.step)
	}
	return nil
}

// ShowVoucher asks the center for a voucher. A code is handed out by that, and cannot
// be cancelled any more.
func (s *Service) ShowVoucher(ctx context.Context, id string) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.isTheirs(); err != nil {
			return err
		}
		if c.voucher.State != "asking" {
			s.askForVoucher(c, id)
		}
		return nil
	})
}

func (s *Service) askForVoucher(c *session, id string) {
	c.voucher = VoucherView{State: "asking", RedemptionID: id, Receipt: Receipt{State: "none"}}
	of := redemption.Of{ID: id, DonorKey: c.donorKey}
	s.alongside(c, giftTime, func(ctx context.Context) func(*session) bool {
		v, err := s.deps.Gifts.Voucher(ctx, of)
		return func(c *session) bool { return s.noteVoucher(c, id, v, err) }
	})
}

func (s *Service) noteVoucher(c *session, id string, v redemption.Shown, err error) bool {
	if c.voucher.RedemptionID != id || c.voucher.State != "asking" {
		return false
	}
	c.touched = s.deps.Clock.Now()
	if err != nil {
		f := fault.From(err)
		c.voucher = VoucherView{State: "failed", RedemptionID: id, Code: f.Code, Params: f.Params, Receipt: Receipt{State: "none"}}
		return true
	}
	c.voucher = VoucherView{State: "shown", RedemptionID: id, Number: v.Number, QR: v.QR, Secret: v.Secret, Gift: v.Gift, Points: v.Points,
		SiteID: v.SiteID, CancelUntil: v.CancelUntil, PickUpUntil: v.PickUpUntil, PickedUpAt: v.PickedUpAt, Receipt: Receipt{State: "none", QR: v.QR}, whole: v}
	if at, err := s.deps.Records.Sites.Site(context.Background(), v.SiteID); err == nil {
		c.voucher.Site = at.Name
	}
	if v.Secret != "" { // showing it has changed how the redemption stands
		s.refreshAccount(c)
	}
	return true
}

// PrintVoucher prints the voucher that is shown, beside the journey.
func (s *Service) PrintVoucher(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.isTheirs(); err != nil {
			return err
		}
		if c.voucher.State != "shown" {
			return errStep(c.step)
		}
		if c.voucher.Receipt.State == "printing" {
			return nil
		}
		c.voucher.Receipt.State, c.voucher.Receipt.Code = "printing", ""
		v := c.voucher.whole
		s.alongside(c, printTime, func(ctx context.Context) func(*session) bool {
			receipt := s.deps.Gifts.Print(ctx, v)
			return func(c *session) bool {
				if c.voucher.RedemptionID != v.RedemptionID {
					return false
				}
				c.voucher.Receipt = receipt
				return true
			}
		})
		return nil
	})
}

// CloseVoucher puts the voucher away.
func (s *Service) CloseVoucher(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		c.voucher = VoucherView{}
		return c.isTheirs()
	})
}

// CancelRedemption gives a gift and its points back; how it went is in the session's
// cancelled, and what is theirs is asked for anew.
func (s *Service) CancelRedemption(ctx context.Context, id string) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.isTheirs(); err != nil {
			return err
		}
		if c.cancelled.State == "asking" {
			return fault.New(fault.Conflict, "redemption.busy")
		}
		c.cancelled = CancelledView{State: "asking", ID: id}
		of := redemption.Of{ID: id, DonorKey: c.donorKey}
		s.alongside(c, giftTime, func(ctx context.Context) func(*session) bool {
			_, err := s.deps.Gifts.Cancel(ctx, of)
			return func(c *session) bool { return s.noteCancelled(c, id, err) }
		})
		return nil
	})
}

func (s *Service) noteCancelled(c *session, id string, err error) bool {
	if c.cancelled.ID != id {
		return false
	}
	c.touched = s.deps.Clock.Now()
	if err != nil {
		f := fault.From(err)
		c.cancelled = CancelledView{State: "failed", ID: id, Code: f.Code, Params: f.Params}
		return true
	}
	c.cancelled = CancelledView{State: "done", ID: id}
	if c.voucher.RedemptionID == id {
		c.voucher = VoucherView{}
	}
	if c.redeem.ID == id {
		c.redeem = RedemptionView{}
	}
	s.refreshAccount(c)
	return true
}
