package payout

import (
	"context"
	"errors"
	"slices"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// State is what a driver says of a payment.
type State string

const (
	Pending State = "pending" // it has it, and nothing is decided
	Arrived State = "arrived"
	Refused State = "refused" // to Send: it does not take it. To Ask: it came to nothing, for good
	Absent  State = "absent"  // to Ask: it knows no such number
)

// Answer is what a driver says. It says nothing by an error: then nobody knows.
type Answer struct {
	State     State
	AmountFen int64  // Ask; 0 when it does not say
	Reference string // by which the driver's side calls it
	Reason    string // Refused: code
	Note      string // Refused: in its own words
	Confirm   string // with what the recipient takes the money, where they have to
}

// Driver pays over a network. Both methods may be told any number of times: under one
// number there is one payment.
type Driver interface {
	Send(ctx context.Context, p Payment) (Answer, error)
	Ask(ctx context.Context, number string) (Answer, error)
}

// A payment nobody heard of is asked about soon, and then less and less often; lease is how
// long somebody who is about to send it is left alone.
const (
	lease     = time.Minute
	askFirst  = 10 * time.Second
	askLatest = time.Hour
)

// onItsWay is for how long after a call its request may still arrive, and whoever took it may
// not know of it yet when asked.
const onItsWay = 30 * time.Minute

func (p Payment) nextAsk(now time.Time) time.Time {
	wait := askFirst << min(p.Asked, 12)
	return now.Add(min(wait, askLatest))
}

// Work sends what waits for a driver and asks what became of what was sent, up to limit of
// each call. Failures of one payment do not keep the others; they are asked about again.
func (s Service) Work(ctx context.Context, m Method, limit int) (worked int, err error) {
	if s.Drivers[m] == nil {
		return 0, nil
	}
	due, err := s.Store.PaymentsDue(ctx, m, s.Now().UTC(), limit)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, id := range due {
		if ctx.Err() != nil {
			return worked, ctx.Err()
		}
		if err := s.work(ctx, id); err != nil {
			failures = append(failures, err)
			continue
		}
		worked++
	}
	return worked, errors.Join(failures...)
}

// work takes one payment as far as it goes now.
func (s Service) work(ctx context.Context, id string) error {
	if err := s.askEarlier(ctx, id); err != nil {
		return err
	}
	if p, err := s.Store.Payment(ctx, id); err != nil || p.Status == Failed {
		return errors.Join(err, s.askFailed(ctx, p))
	}
	p, isNew, err := s.claimWork(ctx, id)
	if err != nil || p.ID == "" {
		return err
	}
	if isNew {
		if err := s.send(ctx, p); err != nil {
			return err
		}
	}
	return s.ask(ctx, id)
}

// claimWork writes down what is about to be done with a payment: that it is sent, or when
// it will be asked about again should this attempt never come back.
func (s Service) claimWork(ctx context.Context, id string) (taken Payment, isNew bool, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		taken, isNew = Payment{}, false
		p, c, err := s.locked(ctx, id)
		if err != nil {
			return err
		}
		now := s.Now().UTC().Truncate(time.Microsecond)
		switch {
		case p.Status == Queued && c.Status != claim.ToPay:
			p, err = p.to(Dropped, now)
		case p.Status == Queued:
			p, err = p.to(Sent, now)
			p.AskAt, p.LastSent, isNew = now.Add(lease), now, true
		case p.Status == Sent && !p.AskAt.After(now):
			p.AskAt, p.Asked = p.nextAsk(now), p.Asked+1
		default:
			return nil // somebody else has it
		}
		if err != nil {
			return err
		}
		p.Version++
		if p.Status == Sent {
			taken = p
		}
		return s.Store.SavePayment(ctx, p)
	})
	return taken, isNew, err
}

// sendAgain hands a payment over once more under its number, which the driver does not know.
func (s Service) sendAgain(ctx context.Context, p Payment) error {
	err := s.note(ctx, p.ID, func(p *Payment) { p.LastSent = s.Now().UTC().Truncate(time.Microsecond) })
	if err != nil {
		return err
	}
	return s.send(ctx, p)
}

// send hands a payment over that is written down as sent. What the driver answers decides
// nothing: what counts is what it says when it is asked.
func (s Service) send(ctx context.Context, p Payment) error {
	answer, failed := s.Drivers[p.Method].Send(ctx, p)
	return s.note(ctx, p.ID, func(p *Payment) {
		now := s.Now().UTC().Truncate(time.Microsecond)
		p.Refused = failed == nil && answer.State == Refused
		p.Reason, p.Note = answer.Reason, answer.Note
		if answer.State == Pending || answer.State == Arrived {
			p.Reference, p.Confirm = answer.Reference, answer.Confirm
		}
		p.AskAt = p.nextAsk(now)
	})
}

// note changes a payment that is still sent.
func (s Service) note(ctx context.Context, id string, change func(p *Payment)) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		p, err := s.Store.LockPayment(ctx, id)
		if err != nil || p.Status != Sent {
			return err
		}
		change(&p)
		p.Version++
		return s.Store.SavePayment(ctx, p)
	})
}

// ask asks what became of a payment. One the driver has never heard of is sent again under
// its number, unless it has plainly refused it: then it failed.
func (s Service) ask(ctx context.Context, id string) error {
	p, err := s.Store.Payment(ctx, id)
	if err != nil || p.Status != Sent {
		return err
	}
	answer, err := s.Drivers[p.Method].Ask(ctx, p.Number)
	if err != nil {
		return s.note(ctx, id, func(p *Payment) { p.Reason = "payout.unknown" })
	}
	switch {
	case answer.AmountFen != 0 && answer.AmountFen != p.AmountFen:
		return s.note(ctx, id, func(p *Payment) { p.Reason, p.Note = "payout.other_amount", answer.Note })
	case answer.State == Arrived:
		return s.over(ctx, id, Outcome{Status: Paid, By: claim.BySystem, Reference: answer.Reference})
	case answer.State == Refused:
		return s.over(ctx, id, Outcome{Status: Failed, By: claim.BySystem, Reference: answer.Reference, Reason: answer.Reason, Note: answer.Note})
	case answer.State == Pending:
		return s.note(ctx, id, func(p *Payment) {
			p.Reason, p.Refused, p.Reference = answer.Reason, false, answer.Reference
			if answer.Confirm != "" {
				p.Confirm = answer.Confirm
			}
		})
	case p.Reference != "": // it had it, and now it has not
		return s.note(ctx, id, func(p *Payment) { p.Reason = "payout.contradiction" })
	case p.Refused && s.Now().Sub(p.LastSent) < onItsWay:
		return nil // too early to believe either
	case p.Refused:
		return s.over(ctx, id, Outcome{Status: Failed, By: claim.BySystem, Reason: p.Reason, Note: p.Note, AskAgain: true})
	}
	return s.sendAgain(ctx, p)
}

// doubted is for how long a payment is asked about that failed by what a driver did not say.
const doubted = 72 * time.Hour

// askFailed asks once more about a payment that failed because the driver refused it and
// knew nothing of it later: it may have taken it all the same.
func (s Service) askFailed(ctx context.Context, p Payment) error {
	if p.ID == "" {
		return nil
	}
	answer, err := s.Drivers[p.Method].Ask(ctx, p.Number)
	reason := p.Reason
	if err == nil && answer.State == Arrived {
		_, err := s.Settle(ctx, p.ID, Outcome{Status: Paid, By: claim.BySystem, Reference: answer.Reference, Reason: "payout.late"})
		if fault.CodeOf(err) != "payout.other_paid" {
			return err
		}
		reason = "payout.other_paid" // for people, who see the reason
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		p, err := s.Store.LockPayment(ctx, p.ID)
		if err != nil || p.Status != Failed {
			return err
		}
		now := s.Now().UTC().Truncate(time.Microsecond)
		if p.AskAt, p.Reason = now.Add(askLatest), reason; reason == "payout.other_paid" || now.Sub(p.EndedAt) > doubted {
			p.AskAt = time.Time{}
		}
		p.Version++
		return s.Store.SavePayment(ctx, p)
	})
}

// over settles what a driver said of a payment. A person may have been faster.
func (s Service) over(ctx context.Context, id string, o Outcome) error {
	_, err := s.Settle(ctx, id, o)
	if code := fault.CodeOf(err); code == "payout.step" {
		return nil
	}
	return err
}

// AskEarlier asks once more, before a batch leaves as a file, about payments of its claims
// that a driver was taken to have failed with. Faults as of the drivers, and
// "payout.contradiction": then the batch must not leave.
func (s Service) AskEarlier(ctx context.Context, batchID string) error {
	all, err := s.Store.PaymentsOfBatch(ctx, batchID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := s.askEarlier(ctx, p.ID); err != nil {
			return fault.Wrap(err, fault.Conflict, "payout.contradiction").With("payment", p.ID)
		}
	}
	return nil
}

// askEarlier asks once more about payments of the same claim that were taken for failed,
// before another one leaves: one that has arrived after all takes its place.
func (s Service) askEarlier(ctx context.Context, id string) error {
	p, err := s.Store.Payment(ctx, id)
	if err != nil || p.Status != Queued {
		return err
	}
	earlier, err := s.Store.PaymentsOfClaim(ctx, p.ClaimID)
	if err != nil {
		return err
	}
	for _, e := range earlier {
		if e.Status != Failed || s.Drivers[e.Method] == nil {
			continue
		}
		answer, err := s.Drivers[e.Method].Ask(ctx, e.Number)
		switch {
		case err != nil:
			return err // nothing leaves until it is known
		case answer.State == Arrived:
			_, err := s.Settle(ctx, e.ID, Outcome{Status: Paid, By: claim.BySystem, Reference: answer.Reference, Reason: "payout.late"})
			return err
		case answer.State == Pending:
			return fault.New(fault.Conflict, "payout.contradiction").With("payment", e.ID)
		}
	}
	return nil
}

// Wake has a payment asked about at once: somebody says that something became of it.
// Nothing is believed but the answer. A number nobody knows is no fault, and one that cannot
// be ours is not looked for: it comes from outside, and no database takes every text.
func (s Service) Wake(ctx context.Context, number string) (known bool, err error) {
	if !slices.Equal(NumbersIn(number), []string{number}) {
		return false, nil
	}
	p, err := s.Store.PaymentByNumber(ctx, number)
	if fault.CodeOf(err) == "payout.not_found" {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.note(ctx, p.ID, func(p *Payment) { p.AskAt = s.Now().UTC().Truncate(time.Microsecond) })
}

// AskNow asks what became of a payment now. Faults "payout.not_found", and "payout.no_driver"
// for one that was sent in a file.
func (s Service) AskNow(ctx context.Context, id string) (Payment, error) {
	p, err := s.Store.Payment(ctx, id)
	if err != nil {
		return p, err
	}
	if s.Drivers[p.Method] == nil {
		return p, fault.New(fault.Conflict, "payout.no_driver")
	}
	if _, err := s.Wake(ctx, p.Number); err != nil {
		return p, err
	}
	if err := s.ask(ctx, id); err != nil {
		return p, err
	}
	return s.Store.Payment(ctx, id)
}
