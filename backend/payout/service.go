package payout

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
)

// Claims is what paying asks of claims. Methods take part in the transaction of ctx.
type Claims interface {
	// LockClaim keeps others from the claim and its payments.
	LockClaim(ctx context.Context, id string) (claim.Claim, error)
	// Do takes a step of finance; see claim.Service.Do.
	Do(ctx context.Context, id string, a claim.Act) (claim.Claim, error)
}

// Store keeps batches and payments. Methods take part in the transaction of ctx. Whoever
// locks more than one thing does so in the order batch, claims by ID, payments by ID.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// InsertBatch fails with "payout.batch_exists".
	InsertBatch(ctx context.Context, b Batch) error
	// SaveBatch replaces a batch whose version is one less; fault "payout.changed".
	SaveBatch(ctx context.Context, b Batch) error
	LockBatch(ctx context.Context, id string) (Batch, error) // fault "payout.not_found"
	// NextBatchNumber counts the batches of a year, from 1.
	NextBatchNumber(ctx context.Context, year int) (int, error)
	// InsertPayment fails with "payout.open" when its claim has another one that is open.
	InsertPayment(ctx context.Context, p Payment) error
	// SavePayment replaces a payment whose version is one less; fault "payout.changed".
	SavePayment(ctx context.Context, p Payment) error
	Payment(ctx context.Context, id string) (Payment, error) // fault "payout.not_found"
	LockPayment(ctx context.Context, id string) (Payment, error)
	PaymentByNumber(ctx context.Context, number string) (Payment, error)
	PaymentsOfBatch(ctx context.Context, batchID string) ([]Payment, error) // by ID
	PaymentsOfClaim(ctx context.Context, claimID string) ([]Payment, error) // oldest first
	// ClaimsToPay lists claims that are released and have no open payment, the longest
	// waiting first, behind a cursor.
	ClaimsToPay(ctx context.Context, districts []string, after string, limit int) (page []claim.Claim, next string, err error)
	// PaymentsDue lists payments of a method in batches that were sent: those that have
	// not left, and those to be asked about by now, whoever waits the longest first.
	PaymentsDue(ctx context.Context, m Method, now time.Time, limit int) ([]string, error)
	StatementStore
}

// Service is the one way in for paying.
type Service struct {
	Store   Store
	Claims  Claims
	Now     func() time.Time
	Drivers map[Method]Driver // over a network; bank files need none
	Formats func() Formats
	// SecondFen is above which sum another person than made a batch lets it go; nil: never.
	SecondFen func() int64
}

// NewBatch is a batch to be made.
type NewBatch struct {
	ID        string
	Method    Method
	Format    string   // BankFile: of the file
	ClaimIDs  []string // nil: those that wait the longest, at most MaxBatch
	Districts []string // of whoever asks; nil: all
	By        string
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}$`)

// MakeBatch puts claims that are to be paid into a batch; nothing leaves. Told again with
// the same ID it answers the batch as it is now. Faults: "payout.malformed",
// "payout.format", "payout.nothing", "payout.batch_exists" for another's ID; of claims that
// were named "claim.step", "payout.open", "payout.method" and those of Unfit, with the place.
func (s Service) MakeBatch(ctx context.Context, in NewBatch) (b Batch, err error) {
	if !idPattern.MatchString(in.ID) || in.Method != BankFile && in.Method != WeChat || len(in.ClaimIDs) > MaxBatch {
		return b, fault.New(fault.Invalid, "payout.malformed").At("body", "payout.malformed", "id, method or number of claims")
	}
	if _, ok := s.Formats().Bank(in.Format); in.Method == BankFile && !ok {
		return b, fault.New(fault.Invalid, "payout.format").At("body.format", "payout.format", "")
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		known, err := s.Store.LockBatch(ctx, in.ID)
		switch {
		case err == nil && known.MadeBy != in.By:
			return fault.New(fault.Conflict, "payout.batch_exists")
		case err == nil:
			b = known
			return nil
		case fault.From(err).Kind != fault.NotFound:
			return err
		}
		b, err = s.makeBatch(ctx, in)
		return err
	})
	return b, err
}

func (s Service) makeBatch(ctx context.Context, in NewBatch) (Batch, error) {
	ids, err := s.chosen(ctx, in)
	if err != nil {
		return Batch{}, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	b := Batch{ID: in.ID, Method: in.Method, Format: in.Format, Status: BatchOpen, Version: 1, MadeAt: now, MadeBy: in.By}
	var payments []Payment
	for i, id := range ids {
		p, err := s.payable(ctx, id, in, now)
		if code := fault.CodeOf(err); err != nil && in.ClaimIDs == nil && fault.From(err).Kind == fault.Conflict && code != "store.busy" {
			continue // somebody was faster, or its account is for people to mend
		}
		if err != nil {
			return Batch{}, placed(err, i)
		}
		p.BatchID = b.ID
		b.Count++
		b.TotalFen += p.AmountFen
		payments = append(payments, p)
	}
	if b.Count == 0 {
		return Batch{}, fault.New(fault.Conflict, "payout.nothing")
	}
	n, err := s.Store.NextBatchNumber(ctx, calendar.Of(now).Year())
	if err != nil {
		return Batch{}, err
	}
	b.Number = fmt.Sprintf("P-%d-%05d", calendar.Of(now).Year(), n)
	if err := s.Store.InsertBatch(ctx, b); err != nil {
		return Batch{}, err
	}
	for _, p := range payments {
		if err := s.Store.InsertPayment(ctx, p); err != nil {
			return Batch{}, err
		}
	}
	return b, nil
}

// placed names the claim a fault is about.
func placed(err error, i int) error {
	f := fault.From(err)
	if f.Kind != fault.Conflict && f.Kind != fault.NotFound {
		return err
	}
	return f.At(fmt.Sprintf("body.claims[%d]", i), f.Code, "")
}

// chosen are the claims of a batch, by ID, as they are locked.
func (s Service) chosen(ctx context.Context, in NewBatch) ([]string, error) {
	if in.ClaimIDs != nil {
		ids := slices.Clone(in.ClaimIDs)
		slices.Sort(ids)
		return slices.Compact(ids), nil
	}
	var ids []string
	for after := ""; len(ids) < MaxBatch; {
		page, next, err := s.Store.ClaimsToPay(ctx, in.Districts, after, MaxBatch)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			if MethodFor(c.Payee.Kind) == in.Method && Unfit(c.Payee) == "" && len(ids) < MaxBatch {
				ids = append(ids, c.ID)
			}
		}
		if after = next; after == "" {
			break
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// payable is the next payment of a claim, which is locked from then on.
func (s Service) payable(ctx context.Context, id string, in NewBatch, now time.Time) (Payment, error) {
	c, err := s.Claims.LockClaim(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	earlier, err := s.Store.PaymentsOfClaim(ctx, id)
	if err != nil {
		return Payment{}, err
	}
	switch {
	case in.Districts != nil && !slices.Contains(in.Districts, c.District):
		return Payment{}, fault.New(fault.NotFound, "claim.not_found")
	case slices.ContainsFunc(earlier, func(p Payment) bool { return p.Status.IsOpen() }):
		return Payment{}, fault.New(fault.Conflict, "payout.open")
	case c.Status != claim.ToPay:
		return Payment{}, fault.New(fault.Conflict, "claim.step").With("status", string(c.Status))
	case MethodFor(c.Payee.Kind) != in.Method:
		return Payment{}, fault.New(fault.Conflict, "payout.method")
	case Unfit(c.Payee) != "":
		return Payment{}, fault.New(fault.Conflict, Unfit(c.Payee))
	case c.MayTake(claim.Confirm, in.By, claim.Pay) != nil:
		return Payment{}, fault.New(fault.Conflict, "claim.same_person")
	}
	return newPayment(c, len(earlier)+1, in.Method, in.By, now), nil
}
