package claim

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// Relief is what a claim asks of entitlement and of the ledger of millilitres. Every
// method takes part in the transaction that ctx carries, so that a step of a claim and
// what it moves in the ledger happen together or not at all. Each may be told again.
type Relief interface {
	// Assess says what the claim would be paid; it moves nothing. What was set aside for it
	// is its own and not used by others.
	Assess(ctx context.Context, c Claim) (relief.Assessment, error)
	// Reserve sets the claim's millilitres aside as c.Reservation: with the step submit, or take of one a donor has filed, and
	// again when a rejected claim is opened anew. ok is false when there is nothing to set
	// aside: a reviewer then says so to the applicant. A fault keeps the claim where it is,
	// "claim.incomplete" with the lines a hospital has waived among them.
	Reserve(ctx context.Context, c Claim) (ok bool, err error)
	// Confirm uses what was set aside up: with the last approval. Fault "claim.waived" with the
	// lines a hospital has waived meanwhile.
	Confirm(ctx context.Context, c Claim) error
	// Release gives back what was set aside or used: returned, rejected, withdrawn.
	Release(ctx context.Context, c Claim) error
}

// Money is told what was paid, and what came back, in the transaction in which the claim
// says so. It does not matter how it was paid.
type Money interface {
	Paid(ctx context.Context, c Claim) error
	CameBack(ctx context.Context, c Claim) error
}

// Store keeps claims. Methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// InsertClaim fails with "claim.exists" when there is one with the ID.
	InsertClaim(ctx context.Context, c Claim, marks []Mark) error
	// SaveClaim replaces a claim whose version is one less; fault "claim.changed" when it
	// is another. Nil marks stay as they were.
	SaveClaim(ctx context.Context, c Claim, marks []Mark) error
	// Claim finds by ID; fault "claim.not_found", as for LockClaim, which keeps others waiting.
	Claim(ctx context.Context, id string) (Claim, error)
	LockClaim(ctx context.Context, id string) (Claim, error)
	// NextClaimNumber counts claims of a district and year, from 1.
	NextClaimNumber(ctx context.Context, district string, year int) (int, error)
	AppendClaimEvent(ctx context.Context, e Event) error
	SaveClaimFile(ctx context.Context, claimID, attachmentID string, content, preview []byte) error
	DeleteClaimFile(ctx context.Context, claimID, attachmentID string) error
}

// Service is the one way in for claims, whoever they come from.
type Service struct {
	Store     Store
	Relief    Relief // nil: no ledger is kept; what may be approved is bounded by the bill alone
	Documents Documents
	Money     Money // nil: nobody keeps account of what is advanced
	Handling  func() Handling
	Now       func() time.Time
}

// New is a claim to be made. Its ID was drawn by whoever asks, before anything was sent.
type New struct {
	ID       string
	District string
	By       string
	Content  Content
}

var (
	idPattern       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}$`)
	districtPattern = regexp.MustCompile(`^[0-9]{6}$`)
)

// Create makes a draft. Told again with the same ID by the same person it answers the
// claim as it is now. Faults: "claim.malformed", "claim.exists" for another's ID.
func (s Service) Create(ctx context.Context, in New) (c Claim, err error) {
	if !idPattern.MatchString(in.ID) || !districtPattern.MatchString(in.District) {
		return Claim{}, fault.New(fault.Invalid, "claim.malformed").At("body", "claim.malformed", "id or district")
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		known, err := s.Store.LockClaim(ctx, in.ID)
		switch {
		case err == nil && (known.CreatedBy != in.By || known.District != in.District):
			return fault.New(fault.Conflict, "claim.exists")
		case err == nil:
			c = known
			return nil
		case fault.From(err).Kind != fault.NotFound:
			return err
		}
		c, err = s.create(ctx, in)
		return err
	})
	return c, err
}

func (s Service) create(ctx context.Context, in New) (Claim, error) {
	now := s.Now().UTC().Truncate(time.Microsecond)
	n, err := s.Store.NextClaimNumber(ctx, in.District, calendar.Of(now).Year())
	if err != nil {
		return Claim{}, err
	}
	c := Claim{ID: in.ID, Number: number(in.District, calendar.Of(now).Year(), n), District: in.District, Status: Draft,
		Content: in.Content.Trimmed(), CreatedAt: now, CreatedBy: in.By, EnteredAt: now}.touched(Capture, in.By)
	if err := s.Store.InsertClaim(ctx, c, c.Marks()); err != nil {
		return Claim{}, err
	}
	return c, s.Store.AppendClaimEvent(ctx, Event{ClaimID: c.ID, Seq: c.Version, At: now, By: in.By, Duty: Capture, Step: Create, To: Draft})
}

// number is what people call a claim by: district, year, and its place among them.
func number(district string, year, n int) string {
	return fmt.Sprintf("%s-%d-%05d", district, year, n)
}

// Change replaces what the applicant says. Faults: "claim.not_found", "claim.changed",
// "claim.closed" where it may not be changed, "claim.same_person", "claim.own_only" where
// staff would make a claim a donor has filed another donor's.
func (s Service) Change(ctx context.Context, id string, version int, content Content, by string) (Claim, error) {
	return s.edit(ctx, id, by, Change, func(_ context.Context, c *Claim) (bool, error) {
		if c.Version != version {
			return false, fault.New(fault.Conflict, "claim.changed").With("version", c.Version)
		}
		content = content.Trimmed()
		if err := c.staysOf(content, by); err != nil {
			return false, err
		}
		c.Content = content
		return true, nil
	})
}

// edit changes a claim that is with the applicant, and writes down who did. Where nothing
// has to be changed the claim stays as it is.
func (s Service) edit(ctx context.Context, id, by string, step Step, change func(context.Context, *Claim) (bool, error)) (c Claim, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.Store.LockClaim(ctx, id); err != nil {
			return err
		}
		switch {
		case !c.MayChange():
			return fault.New(fault.Conflict, "claim.closed").With("status", string(c.Status))
		case c.hasOtherDuty(by, Capture):
			return fault.New(fault.Conflict, "claim.same_person")
		}
		if isChanged, err := change(ctx, &c); err != nil || !isChanged {
			return err
		}
		c = c.touched(Capture, by)
		if err := s.Store.SaveClaim(ctx, c, c.Marks()); err != nil {
			return err
		}
		return s.Store.AppendClaimEvent(ctx, Event{ClaimID: c.ID, Seq: c.Version, At: s.Now().UTC(), By: by, Duty: Capture, Step: step, From: c.Status, To: c.Status})
	})
	return c, err
}

// Do takes a step. Faults: those of Claim.Do; "claim.incomplete" with every place that is
// missing, for submit; those of Relief.
func (s Service) Do(ctx context.Context, id string, a Act) (next Claim, err error) {
	a.At = s.Now().UTC()
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err := s.Store.LockClaim(ctx, id)
		if err != nil {
			return err
		}
		var event Event
		if next, event, err = c.Do(a, s.Handling()); err != nil {
			return err
		}
		if err := s.allows(ctx, next, a); err != nil {
			return err
		}
		if next, err = s.move(ctx, c, next); err != nil {
			return err
		}
		if err := s.Store.SaveClaim(ctx, next, nil); err != nil {
			return err
		}
		if err := s.account(ctx, c, next); err != nil {
			return err
		}
		return s.Store.AppendClaimEvent(ctx, event)
	})
	return next, err
}

// allows holds what a step needs beside the table: a whole claim to submit, and no more
// approved than it is entitled to.
func (s Service) allows(ctx context.Context, next Claim, a Act) error {
	switch a.Step {
	case Submit:
		missing, err := s.Missing(ctx, next)
		if err != nil {
			return err
		}
		if len(missing) > 0 {
			incomplete := fault.New(fault.Invalid, "claim.incomplete").With("count", len(missing))
			incomplete.Places = missing
			return incomplete
		}
	case Approve:
		is, err := s.Assess(ctx, next)
		if err == nil && a.AmountFen > is.Totals.PayableFen {
			err = fault.New(fault.Invalid, "claim.amount").With("most_fen", is.Totals.PayableFen).At("body.amount_fen", "claim.amount", "")
		}
		return err
	}
	return nil
}

// Missing is Claim.Missing with the documents the region asks for, today.
func (s Service) Missing(ctx context.Context, c Claim) ([]fault.Place, error) {
	documents, err := s.Wants(ctx, c)
	return c.Missing(calendar.Of(s.Now()), documents), err
}

// Wants lists the documents the region's rules ask for.
func (s Service) Wants(ctx context.Context, c Claim) ([]DocumentKind, error) {
	if s.Documents == nil {
		return []DocumentKind{}, nil
	}
	return s.Documents.Documents(ctx, c)
}

// Assess is what a claim would be paid: by the ledger, or without one by the bill alone.
func (s Service) Assess(ctx context.Context, c Claim) (relief.Assessment, error) {
	if s.Relief == nil {
		return c.unassessed(), nil
	}
	return s.Relief.Assess(ctx, c)
}

// unassessed is the bill alone.
func (c Content) unassessed() relief.Assessment {
	sums := relief.Totals{BilledFen: c.BilledFen(), PayableFen: c.ClaimableFen()}
	if c.Insurance != nil {
		sums.InsuranceFen = *c.Insurance
	}
	a := NotAssessed()
	a.Totals = sums
	return a
}

// NotAssessed is an assessment that says nothing.
func NotAssessed() relief.Assessment {
	return relief.Assessment{Lines: []relief.LineShare{}, Entitlements: []relief.Entitlement{}, Excluded: []relief.Excluded{}, Bases: []relief.Basis{},
		Documents: []relief.DocumentNeed{}}
}
