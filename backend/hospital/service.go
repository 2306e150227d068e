package hospital

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
)

// Book is what a case asks of entitlement and the book of millilitres; relief.Service is it.
type Book interface {
	Assess(ctx context.Context, q relief.Question) (relief.Assessment, error)
	Reserve(ctx context.Context, o relief.Order) (relief.Reservation, error)
	Confirm(ctx context.Context, id string, at time.Time) (relief.Reservation, error)
	Release(ctx context.Context, id string, at time.Time) (relief.Reservation, error)
	Reverse(ctx context.Context, id, reason string, at time.Time) (relief.Reservation, error)
	// Hold keeps others who draw on the same people waiting until the transaction ends.
	Hold(ctx context.Context, donorIDs ...string) error
}

// Store keeps hospitals and their cases. Methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// Hospital finds by ID; fault "hospital.not_found".
	Hospital(ctx context.Context, id string) (Hospital, error)
	// InsertHospitalCase is false when the hospital has a case of that number already. Who inserts
	// the same number at the same moment waits.
	InsertHospitalCase(ctx context.Context, c Case) (bool, error)
	SaveHospitalCase(ctx context.Context, c Case) error
	// HospitalCaseByNumber and HospitalCase find a hospital's own; fault "hospital.case_not_found", as for
	// LockHospitalCase, which keeps others waiting.
	HospitalCaseByNumber(ctx context.Context, hospitalID, number string) (Case, error)
	HospitalCase(ctx context.Context, hospitalID, id string) (Case, error)
	LockHospitalCase(ctx context.Context, hospitalID, id string) (Case, error)
	// NextHospitalNumber counts cases of a district and year, from 1.
	NextHospitalNumber(ctx context.Context, district string, year int) (int, error)
	AppendHospitalEvent(ctx context.Context, e Event) error
	// HospitalEvents lists what was done with a hospital's cases from one time until another,
	// in its order, with the cases by ID.
	HospitalEvents(ctx context.Context, hospitalID string, from, until time.Time) ([]Event, map[string]Case, error)
}

// Money is told what a hospital waived, in the transaction in which it did.
type Money interface {
	// Waived is so many fen more, or less, for a case in its present version.
	Waived(ctx context.Context, c Case, fen int64) error
}

// Client is who asks in the name of a hospital.
type Client struct {
	ID         string // its device
	HospitalID string
}

// Service is the one way in for direct relief.
type Service struct {
	Store Store
	Book  Book
	Money Money
	// DonorOf finds a donor by document; "" for somebody who is on file nowhere.
	DonorOf func(ctx context.Context, d identity.Document) (string, error)
	// Claims finds those that may be for the same blood.
	Claims   func(ctx context.Context, told claim.Content) ([]claim.Claim, error)
	Handling func() Handling
	Now      func() time.Time
	NewID    func() string
}

func (s Service) now() time.Time       { return s.Now().UTC().Truncate(time.Microsecond) }
func (s Service) today() calendar.Date { return calendar.Of(s.Now()) }

// Ask says what a patient is entitled to; nothing is set aside. The question with its
// donors is returned for the record of who was looked at. Faults: "hospital.documents",
// "hospital.consent", those of relief.Service.Assess.
func (s Service) Ask(ctx context.Context, q Inquiry) (Coverage, []string, error) {
	question, err := s.fresh(ctx, q)
	if err != nil {
		return Coverage{}, nil, err
	}
	a, err := s.Book.Assess(ctx, question)
	if err != nil {
		return Coverage{}, nil, err
	}
	return coverageOf(a), donorIDs(question), nil
}

func donorIDs(q relief.Question) []string {
	ids := make([]string, len(q.Donors))
	for i, d := range q.Donors {
		ids[i] = d.DonorID
	}
	return ids
}

// fresh is the question of an inquiry that is made now: consent has to be there.
func (s Service) fresh(ctx context.Context, q Inquiry) (relief.Question, error) {
	if err := q.check(s.today(), s.Handling()); err != nil {
		return relief.Question{}, err
	}
	return s.question(ctx, q)
}

// question is an inquiry as relief asks it. Whoever is not on file as a donor covers
// nothing, and no more is said of that.
func (s Service) question(ctx context.Context, q Inquiry) (relief.Question, error) {
	today := s.today()
	asked := relief.Question{On: today, Donors: []relief.Related{}}
	people, err := q.people(today)
	if err != nil {
		return asked, err
	}
	if asked.Bill, err = Bill("body.charges", q.Charges, q.InsuranceFen); err != nil {
		return asked, err
	}
	if err := asked.Bill.Check(today); err != nil {
		return asked, asSent(err)
	}
	for _, p := range people {
		id, err := s.DonorOf(ctx, p.document)
		if err != nil {
			return asked, err
		}
		asked.Name(id, p.relation)
	}
	return asked, nil
}

// Reserve opens a case and sets aside what its charges take. Told again with the same
// number and content it answers the case as it is now. Faults: those of Ask;
// "hospital.number_used" for a number of something else; "relief.nothing_left",
// "relief.changed"; "hospital.reimbursed" for charges an office pays back.
func (s Service) Reserve(ctx context.Context, o Order, by Client) (c Case, err error) {
	if !numberPattern.MatchString(o.Number) {
		return Case{}, fault.New(fault.Invalid, "hospital.number").At("body.number", "hospital.number", "")
	}
	digest, err := o.digest()
	if err != nil {
		return Case{}, err
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		c, err = s.Store.HospitalCaseByNumber(ctx, by.HospitalID, o.Number)
		if err == nil {
			return c.isSame(digest)
		}
		if fault.From(err).Kind != fault.NotFound {
			return err
		}
		c, err = s.open(ctx, o, digest, by)
		return err
	})
	return c, err
}

// open makes a case of a number nobody has used before this moment.
func (s Service) open(ctx context.Context, o Order, digest string, by Client) (Case, error) {
	at, err := s.Store.Hospital(ctx, by.HospitalID)
	if err != nil {
		return Case{}, err
	}
	question, err := s.fresh(ctx, o.Inquiry)
	if err != nil {
		return Case{}, err
	}
	now := s.now()
	c := Case{ID: s.NewID(), HospitalID: at.ID, District: at.District, Number: o.Number, State: relief.Reserved, Version: 1, MadeAt: now,
		Until: now.AddDate(0, 0, s.Handling().ReserveDays), Inquiry: o.Inquiry, Digest: digest}
	isNew, err := s.Store.InsertHospitalCase(ctx, c)
	if err != nil {
		return Case{}, err
	}
	if !isNew { // the same was sent twice, and the other came first
		if c, err = s.Store.HospitalCaseByNumber(ctx, at.ID, o.Number); err != nil {
			return Case{}, err
		}
		return c, c.isSame(digest)
	}
	year := calendar.Of(now).Year()
	n, err := s.Store.NextHospitalNumber(ctx, c.District, year)
	if err != nil {
		return Case{}, err
	}
	c.Reference = reference(c.District, year, n)
	if c, err = s.reserve(ctx, c, question); err != nil {
		return Case{}, err
	}
	if e := o.Expect; e != nil && *e != (Expected{c.ML, c.WaivedFen}) {
		return Case{}, fault.New(fault.Conflict, "relief.changed").With("covered_ml", c.ML).With("payable_fen", c.WaivedFen)
	}
	return c, s.keep(ctx, c, c.event(Case{}, ReserveAct, "", by.ID, now))
}

// reserve sets aside what a case needs in its present version.
func (s Service) reserve(ctx context.Context, c Case, q relief.Question) (Case, error) {
	c.Reservation = fmt.Sprintf("%s-%d", c.ID, c.Version)
	now := s.now()
	r, err := s.Book.Reserve(ctx, relief.Order{ID: c.Reservation, For: c.ID, Channel: relief.Waived, PlaceID: c.HospitalID, Question: q, At: now,
		Until: now.AddDate(0, 0, s.Handling().ReserveDays)})
	if err != nil {
		return c, err
	}
	c.Until, c.ML, c.WaivedFen, c.Coverage = r.Until, r.ML, r.PayableFen, coverageOf(r.Assessment)
	return c, s.mayWaive(ctx, c)
}

// mayWaive refuses what an office pays back to the patient. Whoever claims for the same
// donors waits meanwhile, for they are held.
func (s Service) mayWaive(ctx context.Context, c Case) error {
	claims, err := s.Claims(ctx, c.Inquiry.Told())
	if err == nil && c.isReimbursed(claims) {
		err = fault.New(fault.Conflict, "hospital.reimbursed")
	}
	return err
}

// keep saves a case with what was done.
func (s Service) keep(ctx context.Context, c Case, e Event) error {
	if err := s.Store.SaveHospitalCase(ctx, c); err != nil {
		return err
	}
	return s.Store.AppendHospitalEvent(ctx, e)
}

// step does something with a case of the client's hospital. Where nothing has to be done
// the case stays as it is.
func (s Service) step(ctx context.Context, id string, by Client, do func(ctx context.Context, c *Case) (Act, Reason, error)) (c Case, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if c, err = s.Store.LockHospitalCase(ctx, by.HospitalID, id); err != nil {
			return err
		}
		before := c
		act, reason, err := do(ctx, &c)
		if err != nil || act == "" {
			return err
		}
		e := c.event(before, act, reason, by.ID, s.now())
		if err := s.keep(ctx, c, e); err != nil || e.GrewFen == 0 {
			return err
		}
		return s.Money.Waived(ctx, c, e.GrewFen)
	})
	return c, err
}

// Confirm says that the patient was asked for less. Faults "hospital.case_not_found",
// "hospital.over" where it was released or taken back, "relief.reservation_over" where its
// time ran out and it was given back, "hospital.reimbursed" where it ran out and an office
// pays the charges back.
func (s Service) Confirm(ctx context.Context, id string, by Client) (Case, error) {
	return s.step(ctx, id, by, func(ctx context.Context, c *Case) (Act, Reason, error) {
		switch {
		case c.State == relief.Confirmed:
			return "", "", nil
		case c.IsOver():
			return "", "", fault.New(fault.Conflict, "hospital.over").With("state", string(c.State))
		}
		now := s.now()
		if _, err := s.Book.Confirm(ctx, c.Reservation, now); err != nil {
			return "", "", err
		}
		// Whoever confirms late may come after a claim: since then nothing was held for the case.
		if err := s.mayWaive(ctx, *c); err != nil {
			return "", "", err
		}
		c.Version++
		c.State, c.ConfirmedAt, c.CorrectUntil = relief.Confirmed, now, now.AddDate(0, 0, s.Handling().CorrectDays)
		return ConfirmAct, "", nil
	})
}

// Release gives back what was set aside. Faults "hospital.case_not_found",
// "hospital.confirmed": then it has to be corrected.
func (s Service) Release(ctx context.Context, id string, by Client) (Case, error) {
	return s.step(ctx, id, by, func(ctx context.Context, c *Case) (Act, Reason, error) {
		switch {
		case c.IsOver():
			return "", "", nil
		case c.State == relief.Confirmed:
			return "", "", fault.New(fault.Conflict, "hospital.confirmed")
		}
		if _, err := s.Book.Release(ctx, c.Reservation, s.now()); err != nil {
			return "", "", err
		}
		c.Version++
		c.State = relief.Released
		return ReleaseAct, "", nil
	})
}
