package payout

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// Outcome is what became of a payment, as somebody knows it.
type Outcome struct {
	Status    Status // Paid, Failed or Returned
	By        string // a member of staff, or claim.BySystem
	PaidOn    calendar.Date
	Reference string // what the bank or WeChat calls it
	Reason    string // code of why not
	Note      string
	AskAgain  bool // Failed: it rests on what a driver did not say, and will be asked about for a while
}

// Settle writes down what became of a payment that left, and takes its claim along: paid,
// or failed so that it can be released again. Told again it changes nothing. Faults
// "payout.not_found", "payout.step"; "payout.other_paid" when a payment that was taken for
// failed has arrived, and another one of the claim may have left meanwhile.
func (s Service) Settle(ctx context.Context, paymentID string, o Outcome) (p Payment, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		p, err = s.settle(ctx, paymentID, o)
		return err
	})
	return p, err
}

// settle is Settle within a transaction.
func (s Service) settle(ctx context.Context, paymentID string, o Outcome) (Payment, error) {
	p, c, err := s.locked(ctx, paymentID)
	if err != nil || p.Status == o.Status {
		return p, err
	}
	isLate := p.Status == Failed && o.Status == Paid
	if isLate {
		if err := s.clearFor(ctx, p); err != nil {
			return p, err
		}
	}
	next, err := p.to(o.Status, s.Now().UTC().Truncate(time.Microsecond))
	if err != nil {
		return p, err
	}
	next.Version++
	next.Refused, next.Confirm = false, ""
	if next.Reason = o.Reason; o.Note != "" {
		next.Note = o.Note
	}
	if o.Reference != "" {
		next.Reference = o.Reference
	}
	if o.Status == Paid {
		if next.PaidOn = o.PaidOn; next.PaidOn.IsZero() {
			next.PaidOn = calendar.Of(next.EndedAt)
		}
	}
	if o.Status == Paid && !slices.Contains(awaiting, c.Status) {
		next.Reason = elsewhere
	}
	if o.AskAgain {
		next.AskAt = next.EndedAt.Add(onItsWay)
	}
	if err := s.Store.SavePayment(ctx, next); err != nil {
		return p, err
	}
	if p.Status == Failed && o.Status == Returned {
		return next, nil // the claim knows that it is not paid, and may be on its way to be paid anew
	}
	return next, s.stepOf(ctx, c, next, o)
}

// locked locks a payment's claim and then the payment.
func (s Service) locked(ctx context.Context, paymentID string) (p Payment, c claim.Claim, err error) {
	if p, err = s.Store.Payment(ctx, paymentID); err != nil {
		return p, c, err
	}
	if c, err = s.Claims.LockClaim(ctx, p.ClaimID); err != nil {
		return p, c, err
	}
	p, err = s.Store.LockPayment(ctx, paymentID)
	return p, c, err
}

// clearFor makes room for a payment that arrived after all: one of the claim that has not
// left is dropped; one that may have left is for people.
func (s Service) clearFor(ctx context.Context, late Payment) error {
	all, err := s.Store.PaymentsOfClaim(ctx, late.ClaimID)
	if err != nil {
		return err
	}
	for _, p := range all {
		switch {
		case p.ID == late.ID || !p.Status.IsOpen():
			continue
		case p.Status != Queued:
			return fault.New(fault.Conflict, "payout.other_paid").With("payment", p.ID)
		}
		if p, err = s.Store.LockPayment(ctx, p.ID); err != nil {
			return err
		}
		if p, err = p.to(Dropped, s.Now().UTC().Truncate(time.Microsecond)); err != nil {
			return err
		}
		p.Version++
		if err := s.Store.SavePayment(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere is the reason, which people see, of a payment that arrived while its claim was
// elsewhere; TakeUp ends it.
const elsewhere = "payout.elsewhere"

// awaiting are the statuses of a claim that a payment which arrives takes along.
var awaiting = []claim.Status{claim.ToPay, claim.Failed}

// stepOf takes a claim along with its payment. A claim that is elsewhere by now stays: a
// payment that arrived after all keeps it from being paid again, and TakeUp takes it along
// once it has come back to be paid.
func (s Service) stepOf(ctx context.Context, c claim.Claim, p Payment, o Outcome) error {
	step, from := claim.Confirm, awaiting
	if p.Status != Paid {
		step, from = claim.Fail, []claim.Status{claim.ToPay, claim.Paid, claim.Settled} // money may come back after its month was locked
	}
	if !slices.Contains(from, c.Status) {
		return nil
	}
	_, err := s.Claims.Do(ctx, c.ID, claim.Act{Step: step, By: o.By, Duty: claim.Pay, Version: c.Version, Reason: o.Reason, Note: p.noteFor(o), With: p.hands()})
	return err
}

// hands are who made a payment and who let it go: they have paid, whoever says that it arrived.
func (p Payment) hands() []string {
	return slices.DeleteFunc([]string{p.MadeBy, p.SentBy}, func(by string) bool { return by == "" })
}

// arrived is the payment of a claim that somebody has, nil for none.
func (s Service) arrived(ctx context.Context, claimID string) (*Payment, error) {
	all, err := s.Store.PaymentsOfClaim(ctx, claimID)
	for i := range all {
		if all[i].Status == Paid {
			return &all[i], err
		}
	}
	return nil, err
}

// isHad is the fault that somebody has the money of a payment.
func (p Payment) isHad() error {
	return fault.New(fault.Conflict, "payout.arrived").With("yuan", p.yuan())
}

// Clear refuses to end a claim whose money somebody has: a payment that was taken for
// failed arrived while the claim was sent back. Fault "payout.arrived" with the amount.
func (s Service) Clear(ctx context.Context, claimID string) error {
	p, err := s.arrived(ctx, claimID)
	if err == nil && p != nil {
		err = p.isHad()
	}
	return err
}

// TakeUp takes a claim that was just released along with a payment that arrived before: it
// is paid, and not paid again. Fault "payout.arrived" where it was approved anew with
// another amount than somebody has.
func (s Service) TakeUp(ctx context.Context, c claim.Claim) error {
	p, err := s.arrived(ctx, c.ID)
	switch {
	case err != nil || p == nil:
		return err
	case p.AmountFen != c.Decision.AmountFen:
		return p.isHad()
	}
	if slices.Contains(awaiting, c.Status) {
		if err := s.comesBack(ctx, p.ID); err != nil {
			return err
		}
	}
	return s.stepOf(ctx, c, *p, Outcome{By: claim.BySystem, Reason: "payout.late"})
}

// comesBack writes down of a payment that its claim is elsewhere no longer.
func (s Service) comesBack(ctx context.Context, id string) error {
	p, err := s.Store.LockPayment(ctx, id)
	if err != nil || p.Reason != elsewhere {
		return err
	}
	p.Reason = ""
	p.Version++
	return s.Store.SavePayment(ctx, p)
}

// noteFor is what the claim's history says of a step.
func (p Payment) noteFor(o Outcome) string {
	if o.Note != "" {
		return o.Note
	}
	return p.Number
}
