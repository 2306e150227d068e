package checkin

import (
	"context"
	"errors"
	"time"

	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/visit"
)

// Sign takes the signed consent. Faults are those of consent.Sign.
func (s *Service) Sign(_ context.Context, in Signed) (Session, error) {
	return s.do(func(c *session) error {
		if c.step != StepConsent {
			return errStep(c.step)
		}
		signed, err := consent.Sign(c.consented, consent.Signing{VisitID: c.visitID, Version: in.Version,
			Language: c.language, ScrolledToEnd: in.ScrolledEnd, Strokes: in.Strokes, SignedAt: s.deps.Clock.Now()})
		if err != nil {
			return err
		}
		c.consent, c.step = signed, StepExclusion
		return nil
	})
}

// Exclude takes the private choice and checks the person in: when it returns
// without an error, the visit is on the disk.
func (s *Service) Exclude(ctx context.Context, code string) (Session, error) {
	return s.do(func(c *session) error {
		if c.step != StepExclusion {
			return errStep(c.step)
		}
		choice, err := consent.ParseSelfExclusion(code)
		if err != nil {
			return err
		}
		return s.checkIn(ctx, c, choice)
	})
}

func (s *Service) checkIn(ctx context.Context, c *session, exclusion consent.SelfExclusion) error {
	v := s.newVisit(c)
	screened, err := s.screened(c, exclusion)
	if err != nil {
		return err
	}
	v.Screening = &screened
	v, err = s.deps.Recorder.CheckIn(ctx, v, s.deps.Place().Letter)
	if errors.Is(err, fault.New(fault.Conflict, "visit.already_checked_in")) {
		// Another kiosk of this site was faster; its visit has arrived meanwhile.
		first, ok, findErr := s.deps.Records.Visits.WaitingVisit(ctx, c.donorKey, v.Day)
		if findErr != nil || !ok {
			return errors.Join(err, findErr)
		}
		c.visit, c.step = &first, StepRepeat
		c.receipt = Receipt{State: "printed", QR: s.deps.Paper.QR(first)}
		return nil
	}
	if err != nil {
		return err
	}
	c.visit, c.step = &v, StepDone
	s.print(c, false)
	return nil
}

// screened puts together what staff and laboratory will read.
func (s *Service) screened(c *session, exclusion consent.SelfExclusion) (visit.Screening, error) {
	today := s.deps.Clock.Today()
	pack, err := s.deps.Packs.Selection(today)
	if err != nil {
		return visit.Screening{}, err
	}
	response, err := c.response(s.deps.Clock.Now())
	if err != nil {
		return visit.Screening{}, err
	}
	person := policy.Person{BirthDate: c.person.Born, Sex: policy.Sex(c.person.Sex),
		RepeatWithoutReaction: c.entry.RepeatWithoutReaction}
	screened := visit.Screening{Questionnaire: c.form.Canonical(), Answers: response, PackVersion: pack.Version,
		Findings: policy.Screen(pack, person, c.chosen.Product, c.form.Answers(), today),
		Consent:  c.consent, Exclusion: exclusion}
	if c.pass != nil {
		screened.PassID = c.pass.ID
	}
	return screened, nil
}

// Print prints the paper of the session again: the receipt, the slip of a
// deferral, or the first receipt of somebody who is already checked in.
func (s *Service) Print(context.Context) (Session, error) {
	return s.do(func(c *session) error {
		if c.visit == nil {
			return errStep(c.step)
		}
		if c.receipt.State != "printing" {
			s.print(c, c.step == StepRepeat || c.receipt.State == "printed")
		}
		return nil
	})
}

// printTime bounds one attempt at printing; then the screen shows the QR.
const printTime = 45 * time.Second

// print prints beside the journey: a slow printer keeps nobody from reading
// their number, and a jam is told when it is known.
func (s *Service) print(c *session, again bool) {
	id, v := c.id, *c.visit
	c.receipt = Receipt{State: "printing", QR: s.deps.Paper.QR(v)}
	s.prints.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), printTime)
		defer cancel()
		if s.noteReceipt(id, s.deps.Paper.Print(ctx, v, again)) {
			s.deps.Changed() // not under the lock: who hears it may ask the session
		}
	})
}

// noteReceipt keeps how the paper went, unless the person has left meanwhile.
func (s *Service) noteReceipt(session string, receipt Receipt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.id != session {
		return false
	}
	s.current.receipt = receipt
	return true
}
