package payout

import (
	"context"
	"slices"
	"strings"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// BatchStatus is how far a batch is.
type BatchStatus string

const (
	BatchOpen      BatchStatus = "open"      // payments may be taken out
	BatchSent      BatchStatus = "sent"      // the file may be fetched; the driver works on it
	BatchCancelled BatchStatus = "cancelled" // nothing of it has left
)

// Batch is payments that leave together.
type Batch struct {
	ID       string      `json:"id"` // drawn by whoever makes it
	Number   string      `json:"number"`
	Method   Method      `json:"method"`
	Format   string      `json:"format,omitempty"` // of the bank's file: ID of a format
	Status   BatchStatus `json:"status"`
	Version  int         `json:"version"`
	Count    int         `json:"count"` // of payments when it was made
	TotalFen int64       `json:"total_fen"`
	MadeAt   time.Time   `json:"made_at"`
	MadeBy   string      `json:"made_by"`
	SentAt   time.Time   `json:"sent_at,omitzero"`
	SentBy   string      `json:"sent_by,omitempty"`
}

// MaxBatch is how many payments a batch has at most: a file a person can still look through.
const MaxBatch = 500

// SendBatch lets a batch go: a file may be fetched from now on, a driver takes the
// payments one after the other. What goes into a file is sent with this step, before
// anybody has the file. Told again it changes nothing. Faults "payout.not_found",
// "payout.changed", "payout.step", "payout.second_person", and "payout.same_person" with
// the number of a claim in it of which they have had another part.
func (s Service) SendBatch(ctx context.Context, id string, version int, by string) (b Batch, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if b, err = s.Store.LockBatch(ctx, id); err != nil || b.Status == BatchSent {
			return err
		}
		if err := b.mayChange(version); err != nil {
			return err
		}
		if s.NeedsSecond(b) && by == b.MadeBy {
			return fault.New(fault.Conflict, "payout.second_person").With("limit_fen", s.SecondFen())
		}
		now := s.Now().UTC().Truncate(time.Microsecond)
		b.Status, b.Version, b.SentAt, b.SentBy = BatchSent, b.Version+1, now, by
		if err := s.Store.SaveBatch(ctx, b); err != nil {
			return err
		}
		return s.letGo(ctx, b)
	})
	return b, err
}

// letGo writes down of every payment of a batch who let it go; what goes into a file is
// sent. One that was dropped meanwhile, as an earlier payment of its claim has arrived, stays here.
func (s Service) letGo(ctx context.Context, b Batch) error {
	all, err := s.Store.PaymentsOfBatch(ctx, b.ID)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(p Payment) bool { return p.Status != Queued })
	slices.SortFunc(all, func(a, b Payment) int { return strings.Compare(a.ClaimID, b.ClaimID) })
	claims := make([]claim.Claim, len(all))
	for i, p := range all {
		if claims[i], err = s.Claims.LockClaim(ctx, p.ClaimID); err != nil {
			return err
		}
	}
	for i, c := range claims {
		p, err := s.Store.LockPayment(ctx, all[i].ID)
		if err != nil {
			return err
		}
		if p.Status != Queued {
			continue
		}
		if c.MayTake(claim.Confirm, b.SentBy, claim.Pay) != nil {
			return fault.New(fault.Conflict, "payout.same_person").With("claim", c.Number)
		}
		if err := s.leaves(ctx, p, b); err != nil {
			return err
		}
	}
	return nil
}

// leaves writes down of a payment who let it go.
func (s Service) leaves(ctx context.Context, p Payment, b Batch) (err error) {
	if b.Method == BankFile {
		if p, err = p.to(Sent, b.SentAt); err != nil {
			return err
		}
	}
	p.SentBy = b.SentBy
	p.Version++
	return s.Store.SavePayment(ctx, p)
}

// NeedsSecond tells whether another person than made a batch has to let it go.
func (s Service) NeedsSecond(b Batch) bool { return s.SecondFen != nil && b.TotalFen > s.SecondFen() }

func (b Batch) mayChange(version int) error {
	switch {
	case b.Status != BatchOpen:
		return fault.New(fault.Conflict, "payout.step").With("status", string(b.Status))
	case b.Version != version:
		return fault.New(fault.Conflict, "payout.changed").With("version", b.Version)
	}
	return nil
}

// dropAll takes the payments of a batch out of it that are queued.
func (s Service) dropAll(ctx context.Context, b Batch, now time.Time) error {
	all, err := s.Store.PaymentsOfBatch(ctx, b.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p, err = s.Store.LockPayment(ctx, p.ID); err != nil {
			return err
		}
		if p.Status != Queued {
			continue
		}
		if p, err = p.to(Dropped, now); err == nil {
			p.Version++
			err = s.Store.SavePayment(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CancelBatch takes everything out of a batch of which nothing has left. Faults as of SendBatch.
func (s Service) CancelBatch(ctx context.Context, id string, version int) (b Batch, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if b, err = s.Store.LockBatch(ctx, id); err != nil || b.Status == BatchCancelled {
			return err
		}
		if err := b.mayChange(version); err != nil {
			return err
		}
		b.Status, b.Version = BatchCancelled, b.Version+1
		if err := s.Store.SaveBatch(ctx, b); err != nil {
			return err
		}
		return s.dropAll(ctx, b, s.Now().UTC().Truncate(time.Microsecond))
	})
	return b, err
}

// Drop takes one payment out of a batch that has not left. Faults "payout.not_found", "payout.step".
func (s Service) Drop(ctx context.Context, paymentID string) (p Payment, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if p, err = s.Store.Payment(ctx, paymentID); err != nil || p.Status == Dropped {
			return err
		}
		b, err := s.Store.LockBatch(ctx, p.BatchID)
		if err != nil {
			return err
		}
		if b.Status != BatchOpen {
			return fault.New(fault.Conflict, "payout.step").With("status", string(b.Status))
		}
		if p, err = s.Store.LockPayment(ctx, paymentID); err != nil {
			return err
		}
		if p, err = p.to(Dropped, s.Now().UTC().Truncate(time.Microsecond)); err != nil {
			return err
		}
		p.Version++
		return s.Store.SavePayment(ctx, p)
	})
	return p, err
}
