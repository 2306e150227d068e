package claim

import (
	"context"
	"fmt"
	"slices"
)

// move moves the claim's millilitres with its status.
func (s Service) move(ctx context.Context, before, next Claim) (Claim, error) {
	if s.Relief == nil {
		return next, nil
	}
	switch {
	case next.Status == Submitted && next.IsFiled():
		_, err := s.Relief.Assess(ctx, next.ByDonorAlone()) // or nobody could take it
		return next, err
	case next.Status == Approved && before.Status != Approved:
		return next, s.Relief.Confirm(ctx, next)
	case next.Holds() && next.Reservation == "" && (!before.Holds() || before.Status == InReview && next.Status == InReview):
		// Taken once more, too: when it was taken first, another claim may have had all there was.
		next.Reservation = fmt.Sprintf("%s-%d", next.ID, next.Version)
		ok, err := s.Relief.Reserve(ctx, next)
		if !ok {
			next.Reservation = ""
		}
		return next, err
	case !next.Holds() && next.Reservation != "":
		err := s.Relief.Release(ctx, next)
		next.Reservation = ""
		return next, err
	}
	return next, nil
}

// account tells of money that went to the applicant, or came back.
func (s Service) account(ctx context.Context, before, next Claim) error {
	had, has := before.Status.isPaid(), next.Status.isPaid()
	switch {
	case s.Money == nil || had == has:
		return nil
	case has:
		return s.Money.Paid(ctx, next)
	}
	return s.Money.CameBack(ctx, next)
}

// isPaid tells whether the applicant has the money.
func (s Status) isPaid() bool { return s == Paid || s == Settled }

// Holds tells whether the claim has millilitres set aside or used, or would have if there
// were any: it is on its way to be paid, or was. One a donor has filed holds nothing before a
// reviewer has taken it: until somebody has looked, whoever is named in it as a relative
// would be kept from what is theirs, and what was left to the donor would tell what they gave.
func (c Claim) Holds() bool {
	return c.Status.holds() && (c.Status != Submitted || !c.IsFiled())
}

// HoldingStatuses are those in which a claim may hold.
func HoldingStatuses() []Status {
	return slices.DeleteFunc(Statuses(), func(s Status) bool { return !s.holds() })
}

// MayBePaid tells whether the claim has not been paid and still may be.
func (c Claim) MayBePaid() bool { return !c.Status.isPaid() && c.Status != Withdrawn }

// holds tells whether a claim's millilitres are set aside or used.
func (s Status) holds() bool {
	return !slices.Contains([]Status{Draft, Returned, Rejected, Withdrawn}, s)
}
