package checkin

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/questionnaire"
)

// Linked items of the questionnaire that the kiosk fills in itself.
const (
	linkSex     = "donor-sex"
	linkProduct = "donor-product"
)

// Continue goes from "you may donate" to the questionnaire, or past it when a
// pass answered today is accepted; at an account it asks the center again.
func (s *Service) Continue(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		switch c.step {
		case StepGate:
			return s.open(ctx, c)
		case StepQuestionnaire:
			return s.submit(c)
		case StepAccount, StepGifts:
			s.askForAccount(c)
			return nil
		case StepResult:
			if c.result.State == "failed" || c.result.State == "over" {
				s.askForResult(c)
				return nil
			}
		}
		return errStep(c.step)
	})
}

// open prepares the questionnaire. Answers already given in this session stay,
// also when the person went back and chose something else to give.
func (s *Service) open(ctx context.Context, c *session) error {
	if c.form == nil {
		definition, err := s.deps.Packs.Questionnaire(c.day)
		if err != nil {
			return err
		}
		c.form = questionnaire.NewForm(definition)
		if err := s.acceptPass(ctx, c); err != nil {
			return err
		}
	}
	if err := c.prefill(); err != nil {
		return err
	}
	c.step = StepQuestionnaire
	if c.pass != nil && len(c.form.Complete()) == 0 {
		return s.submit(c)
	}
	return nil
}

// isAnswered tells whether going on leads past the questionnaire, tried on a copy.
// What fails here fails again, and is told, when the person goes on.
func (s *Service) isAnswered(c *session) bool {
	trial := *c
	if c.form != nil && c.pass == nil {
		return false
	}
	return s.open(context.Background(), &trial) == nil && trial.step == StepConsent
}

// AnswerAnew sets the answers of a pass aside and asks every question here.
func (s *Service) AnswerAnew(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.pass == nil || c.step != StepConsent && c.step != StepQuestionnaire {
			return errStep(c.step)
		}
		definition, err := s.deps.Packs.Questionnaire(c.day)
		if err != nil {
			return err
		}
		c.form, c.pass, c.step = questionnaire.NewForm(definition), nil, StepQuestionnaire
		return c.prefill()
	})
}

// acceptPass takes over answers given today elsewhere. A pass of another day or of
// another questionnaire does not count and is left alone. One that cannot be read
// keeps nobody from answering here. Nor does it show what somebody else may have
// answered to who knows their number.
func (s *Service) acceptPass(ctx context.Context, c *session) error {
	if !c.isProven() {
		return nil
	}
	now := s.deps.Clock.Moment()
	pass, ok, err := s.deps.Records.Visits.PassOf(ctx, c.donorKey, now)
	if err == nil && (!ok || !pass.IsGood(now, c.form.Canonical())) {
		c.passRefused, err = s.deps.Records.Visits.HasPass(ctx, c.donorKey)
		return err
	}
	if err != nil {
		return err
	}
	response, err := questionnaire.ParseResponse(pass.Answers)
	if err == nil {
		err = c.form.Restore(response)
	}
	if err != nil {
		slog.WarnContext(ctx, "pass left alone", "code", fault.CodeOf(err)) // the code only: the rest may be answers
		c.passRefused = true
		return nil
	}
	c.pass = &pass
	return nil
}

// prefill answers what the kiosk knows, so that nobody is asked. A sex that no
// document told is left to staff; what the questionnaire does not ask is not told.
func (c *session) prefill() error {
	return Prefill(c.form, c.person.Sex, c.chosen.Product)
}

// Prefill answers what is known of who fills a form in.
func Prefill(form *questionnaire.Form, sex identity.Sex, product donation.Product) error {
	known := map[string]string{linkSex: string(sex), linkProduct: string(product)}
	for linkID, code := range known {
		var err error
		if linkID == linkSex && sex != identity.Male && sex != identity.Female {
			err = form.Skip(linkID)
		} else {
			err = form.Answer(linkID, questionnaire.CodeValue(code))
		}
		if err != nil && fault.CodeOf(err) != "questionnaire.unknown_item" {
			return fmt.Errorf("prefill %s: %w", linkID, err)
		}
	}
	return nil
}

// Submit ends the questionnaire. Fault "questionnaire.incomplete" names every
// question that has neither an answer nor been left to staff.
func (s *Service) Submit(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepQuestionnaire {
			return errStep(c.step)
		}
		return s.submit(c)
	})
}

func (s *Service) submit(c *session) error {
	if missing := c.form.Complete(); len(missing) > 0 {
		f := fault.New(fault.Invalid, "questionnaire.incomplete").With("count", len(missing))
		for _, linkID := range missing {
			f.At("answers."+linkID, "questionnaire.required", "")
		}
		return f
	}
	text, err := s.deps.Packs.Consent(c.day)
	if err != nil {
		return err
	}
	c.consented, c.step = text, StepConsent
	return nil
}

// Back goes one step back. Nothing that was answered is lost.
func (s *Service) Back(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		previous := map[Step]Step{
			StepBooking: StepIdentify, StepProof: StepIdentify, StepResult: StepIdentify, StepGate: StepBooking, StepDeferred: StepBooking,
			StepQuestionnaire: StepGate, StepConsent: StepQuestionnaire, StepExclusion: StepConsent, StepGifts: StepAccount,
		}
		to, ok := previous[c.step]
		if !ok {
			return errStep(c.step)
		}
		if c.step == StepGifts {
			if err := c.atGifts(); err != nil {
				return err
			}
			s.letGo(c)
			c.redeem, c.voucher = RedemptionView{}, VoucherView{}
		}
		if to == StepIdentify {
			// Another card may belong to somebody else: nothing of this person stays.
			*c = *s.empty(c.id, c.language, c.aim)
		}
		c.step = to
		return nil
	})
}

// response is the answers as a FHIR QuestionnaireResponse, without those to
// questions that are no longer asked. Answers of a pass keep the time they were
// given at.
func (c *session) response(at time.Time) (json.RawMessage, error) {
	if c.pass != nil {
		at = c.pass.AnsweredAt
	}
	body, err := json.Marshal(c.form.Response(at))
	if err != nil {
		return nil, fmt.Errorf("encode answers: %w", err)
	}
	return body, nil
}
