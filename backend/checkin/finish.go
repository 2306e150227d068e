package checkin

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/visit"
)

// Sign takes the signed consent. Faults are those of consent.Sign.
func (s *Service) Sign(ctx context.Context, in Signed) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepConsent {
			return errStep(c.step)
		}
		shown := in.Language // the page may have switched before its call to switch arrived
		if shown == "" {
			shown = c.language
		}
		signed, err := consent.Sign(c.consented, consent.Signing{VisitID: c.visitID, Version: in.Version,
			Language: shown, ScrolledIn: in.ScrolledIn, Strokes: in.Strokes, SignedAt: s.deps.Clock.Now()})
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
	return s.do(ctx, func(c *session) error {
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
	// Minutes have passed since the gate, and the center may have spoken meanwhile.
	if may, err := s.askGate(ctx, c); err != nil || !may {
		if err != nil {
			return err
		}
		return s.turnAway(ctx, c)
	}
	if err := s.keepBooking(ctx, c); err != nil {
		return err
	}
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
		return s.repeat(ctx, c, first)
	}
	if err != nil {
		return err
	}
	c.recorded, c.step = s.record(v), StepDone
	if c.recorded.ahead, err = s.ahead(ctx, v); err != nil {
		slog.WarnContext(ctx, "who is ahead is not known", "error", err) // the ticket counts, and it is on the disk
	}
	c.forget()
	s.print(c, false)
	return nil
}

// keepBooking lets go of a booking that was cancelled and removed while its owner
// answered: they are here all the same.
func (s *Service) keepBooking(ctx context.Context, c *session) error {
	if c.booking == nil {
		return nil
	}
	_, err := s.deps.Records.Appointments.Appointment(ctx, c.booking.ID)
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		c.booking = nil
		return nil
	}
	return err
}

// screened puts together what staff and laboratory will read.
func (s *Service) screened(c *session, exclusion consent.SelfExclusion) (visit.Screening, error) {
	pack, err := s.deps.Packs.Selection(c.day)
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
		Findings: policy.Screen(pack, person, c.chosen.Product, c.form.Answers(), c.day),
		Consent:  c.consent, Exclusion: exclusion}
	if c.pass != nil {
		screened.PassID = c.pass.ID
	}
	return screened, nil
}

// hasPaper tells whether the step shows something that can be printed.
func (c *session) hasPaper() bool {
	return c.recorded != nil && c.recorded.there == (lang.Text{}) && (c.step == StepDone || c.step == StepRepeat || c.step == StepDeferred)
}

// Print prints the paper of the session again: the receipt, the slip of a
// deferral, or the first receipt of somebody who is already checked in.
func (s *Service) Print(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if !c.hasPaper() {
			return errStep(c.step)
		}
		switch state := c.recorded.receipt.State; state {
		case "printing":
		case "printed", "unknown": // a paper may be out there: the next one says that it is another
			s.print(c, true)
		default:
			s.print(c, c.step == StepRepeat)
		}
		return nil
	})
}

// printTime bounds one attempt at printing; then the screen shows the QR.
const printTime = 45 * time.Second

// print prints beside the journey: a slow printer keeps nobody from reading
// their number, and a jam is told when it is known.
func (s *Service) print(c *session, again bool) {
	paper, v := c.recorded, c.recorded.visit
	paper.receipt.State, paper.receipt.Code = "printing", ""
	s.alongside(c, printTime, func(ctx context.Context) func(*session) bool {
		receipt := s.deps.Paper.Print(ctx, v, again)
		return func(c *session) bool {
			paper.receipt = receipt
			return c.recorded == paper
		}
	})
}
