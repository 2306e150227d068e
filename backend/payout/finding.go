package payout

import (
	"context"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Finding is what a line of a bank's statement is to us.
type Finding string

const (
	Matched     Finding = "matched"      // a payment of ours, of that amount
	Returning   Finding = "returned"     // money of ours that came back
	Double      Finding = "double"       // a payment of ours that was debited before
	OtherAmount Finding = "other_amount" // a payment of ours, of another amount
	Elsewhere   Finding = "elsewhere"    // a payment that was taken for failed arrived, and its claim has gone another way meanwhile
	Unsent      Finding = "unsent"       // a number of ours that was never sent
	Unknown     Finding = "unknown"      // nothing of ours
	Missing     Finding = "missing"      // no line: a payment that was sent, and no statement so far has it
)

// Findings are all of them.
func Findings() []Finding {
	return []Finding{Matched, Returning, Double, OtherAmount, Elsewhere, Unsent, Missing, Unknown}
}

// Debits are the findings of lines that show a payment leaving.
func Debits() []Finding { return []Finding{Matched, Elsewhere} }

// NeedsPerson tells whether somebody has to look into it.
func (f Finding) NeedsPerson() bool { return f != Matched && f != Returning && f != Unknown }

// cameBack tells whether it is known that the money is back.
func (p Payment) cameBack() bool { return p.Status == Returned || p.Reason == "payout.returned" }

// finding is what a line is to a payment it names. A payment leaves once: the second line
// that shows it leaving is a double, whatever the bank calls it.
func (s Service) finding(ctx context.Context, p Payment, l Line) (Finding, error) {
	is := p.finding(l)
	if is != Matched {
		return is, nil
	}
	isDebited, err := s.Store.IsDebited(ctx, p.ID)
	switch {
	case err != nil || isDebited:
		return Double, err
	case p.Status == Failed && !p.cameBack(): // it arrived after all; another one may have left meanwhile
		return s.lateFinding(ctx, p)
	}
	return Matched, nil
}

// lateFinding is what a line is to a payment that was taken for failed.
func (s Service) lateFinding(ctx context.Context, p Payment) (Finding, error) {
	c, err := s.Claims.LockClaim(ctx, p.ClaimID)
	if err != nil {
		return "", err
	}
	all, err := s.Store.PaymentsOfClaim(ctx, p.ClaimID)
	switch {
	case err != nil || slices.ContainsFunc(all, func(other Payment) bool { return other.Status == Sent || other.Status == Paid }):
		return Double, err
	case !slices.Contains(awaiting, c.Status):
		return Elsewhere, nil
	}
	return Matched, nil
}

// finding is what a line would be to a payment it names if it were the first one of it.
func (p Payment) finding(l Line) Finding {
	switch {
	case p.AmountFen != l.AmountFen:
		return OtherAmount
	case l.Incoming && (p.Status == Paid || p.Status == Sent || p.Status == Failed && !p.cameBack()):
		return Returning
	case l.Incoming:
		return Unknown
	case p.Status == Queued || p.Status == Dropped:
		return Unsent
	}
	return Matched
}

// paymentFor finds the payment a line is of: by our number in what the bank wrote, or, where
// banks drop it, by the account and amount when just one of ours fits.
func (s Service) paymentFor(ctx context.Context, l Line) (Payment, bool, error) {
	for _, number := range NumbersIn(l.Remark + " " + l.Serial) {
		p, err := s.Store.PaymentByNumber(ctx, number)
		if fault.CodeOf(err) == "payout.not_found" {
			continue
		}
		return p, err == nil, err
	}
	if l.Account == "" {
		return Payment{}, false, nil
	}
	sent, err := s.Store.SentTo(ctx, l.Account)
	if err != nil {
		return Payment{}, false, err
	}
	fits := slices.DeleteFunc(sent, func(p Payment) bool {
		isTime := !calendar.Of(p.SentAt).After(l.On)
		return p.AmountFen != l.AmountFen || !isTime || p.Status != Sent && !(l.Incoming && p.Status == Paid)
	})
	if len(fits) != 1 {
		return Payment{}, false, nil
	}
	return fits[0], true, nil
}
