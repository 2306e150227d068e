package payout

import (
	"context"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// Hand is what finance says of a claim's payment that no driver and no statement told.
type Hand struct {
	ClaimID   string
	Version   int // of the claim they looked at
	By        string
	PaidOn    calendar.Date
	Reference string
	Note      string
}

// ConfirmByHand writes down that a claim was paid: its payment in a bank file arrived, also
// one that was taken for failed, or it was paid in another way. Faults: those of
// claim.Service.Do; "payout.queued" while it waits in a batch; "payout.ask" when a driver
// can be asked; "payout.came_back" for money that was paid and returned, which is released first.
func (s Service) ConfirmByHand(ctx context.Context, h Hand) error {
	return s.byHand(ctx, h, func(ctx context.Context, c claim.Claim, open *Payment, n int) (err error) {
		if open == nil && c.Status == claim.Failed {
			if open, err = s.failedOf(ctx, c); err != nil {
				return err
			}
		}
		if open != nil && open.Status == Paid {
			return s.TakeUp(ctx, c) // it arrived before the claim came back to be paid
		}
		if open != nil {
			_, err := s.settle(ctx, open.ID, Outcome{Status: Paid, By: h.By, PaidOn: h.PaidOn, Reference: h.Reference, Note: h.Note})
			return err
		}
		if c.Status != claim.ToPay {
			return fault.New(fault.Conflict, "claim.step").With("status", string(c.Status)).With("step", string(claim.Confirm))
		}
		now := s.Now().UTC().Truncate(time.Microsecond)
		p := newPayment(c, n+1, ByHand, h.By, now)
		p.Status, p.SentAt = Sent, now
		if err := s.Store.InsertPayment(ctx, p); err != nil {
			return err
		}
		_, err = s.settle(ctx, p.ID, Outcome{Status: Paid, By: h.By, PaidOn: h.PaidOn, Reference: h.Reference, Note: h.Note})
		return err
	})
}

// failedOf is the payment of a failed claim that may have arrived after all: the last one.
func (s Service) failedOf(ctx context.Context, c claim.Claim) (*Payment, error) {
	all, err := s.Store.PaymentsOfClaim(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		switch p := all[i]; {
		case p.Status == Failed && s.Drivers[p.Method] != nil:
			return nil, fault.New(fault.Conflict, "payout.ask")
		case p.Status == Failed:
			return &p, nil
		case p.Status == Returned:
			return nil, fault.New(fault.Conflict, "payout.came_back")
		}
	}
	return nil, nil
}

// FailByHand writes down that a claim was not paid after all: the bank refused it, or the
// money came back, also while its claim is elsewhere: then no step of the claim holds who may
// say so. Faults as of ConfirmByHand; "claim.reason_missing" without a note.
func (s Service) FailByHand(ctx context.Context, h Hand) error {
	if strings.TrimSpace(h.Note) == "" {
		return fault.New(fault.Invalid, "claim.reason_missing").At("body.note", "claim.reason_missing", "")
	}
	return s.byHand(ctx, h, func(ctx context.Context, c claim.Claim, open *Payment, _ int) error {
		if open == nil {
			_, err := s.Claims.Do(ctx, c.ID, claim.Act{Step: claim.Fail, By: h.By, Duty: claim.Pay, Version: h.Version, Note: h.Note})
			return err
		}
		status := Failed
		if open.Status == Paid {
			status = Returned
		}
		if err := c.MayTake(claim.Fail, h.By, claim.Pay); err != nil {
			return err
		}
		_, err := s.settle(ctx, open.ID, Outcome{Status: status, By: h.By, Reference: h.Reference, Reason: "payout.by_hand", Note: h.Note})
		return err
	})
}

// MayComeBack tells whether somebody may say of a claim, wherever it is, that the money is
// back: it has arrived, and they have had no other part in the claim.
func (s Service) MayComeBack(ctx context.Context, c claim.Claim, by string) (bool, error) {
	p, err := s.arrived(ctx, c.ID)
	return err == nil && p != nil && c.MayTake(claim.Fail, by, claim.Pay) == nil, err
}

// byHand locks a claim and finds its open payment, if a person may speak for it.
func (s Service) byHand(ctx context.Context, h Hand, do func(ctx context.Context, c claim.Claim, open *Payment, n int) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Claims.LockClaim(ctx, h.ClaimID)
		if err != nil {
			return err
		}
		if c.Version != h.Version {
			return fault.New(fault.Conflict, "claim.changed").With("version", c.Version)
		}
		all, err := s.Store.PaymentsOfClaim(ctx, h.ClaimID)
		if err != nil {
			return err
		}
		var open *Payment
		for i := range all {
			if all[i].Status.IsOpen() {
				open = &all[i]
			}
		}
		switch {
		case open == nil:
		case open.Status == Queued:
			return fault.New(fault.Conflict, "payout.queued")
		case open.Status == Sent && s.Drivers[open.Method] != nil:
			return fault.New(fault.Conflict, "payout.ask")
		}
		return do(ctx, c, open, len(all))
	})
}
