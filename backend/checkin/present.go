package checkin

import (
	"context"
	"errors"
	"fmt"

	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/site"
)

// showOwn adds what is the person's own, and what they do with their points. The page
// reads copies, after the lock is gone.
func (s *Service) showOwn(c *session, v *Session) {
	account := c.account
	account.Reminders = s.reminders(c)
	v.Account = &account
	if redeem := c.redeem; redeem.State != "" {
		v.Redemption = &redeem
	}
	if voucher := c.voucher; voucher.State != "" {
		v.Voucher = &voucher
	}
	if cancelled := c.cancelled; cancelled.State != "" {
		v.Cancelled = &cancelled
	}
}

// view is the session as the screen may see it.
func (s *Service) view() (Session, error) {
	c := s.current
	if c == nil {
		return Session{}, errNoSession()
	}
	// Counted from now: the page reads it by the wall clock, which may have been put right meanwhile.
	v := Session{ID: c.id, Step: c.step, Aim: c.aim, Language: c.language, ExpiresAt: s.deps.Clock.Now().Add(s.remaining(c)),
		IdleSeconds: int(idle[c.step].Seconds()), WarnSeconds: int(warn.Seconds())}
	if c.step == StepIdentify {
		v.TypedFrom = s.typedFrom()
		return v, nil
	}
	v.Donor = s.donorView(c)
	if c.paper != nil {
		shown := *c.paper // the page reads it after the lock is gone
		v.Paper = &shown
	}
	if c.yearCard != nil {
		shown := *c.yearCard
		v.YearCard = &shown
	}
	if c.isTheirs() == nil {
		s.showOwn(c, &v)
		return v, nil
	}
	if c.step == StepResult {
		shown := c.result
		v.Result = &shown
		return v, nil
	}
	here, err := s.deps.Records.Sites.Site(context.Background(), s.deps.Place().SiteID)
	if err != nil {
		return Session{}, fmt.Errorf("this kiosk's site: %w", err)
	}
	if c.chosen.Product != "" {
		chosen := c.chosen // the page reads it after the lock is gone
		v.Chosen = &chosen
	}
	switch c.step {
	case StepBooking:
		v.Choices = choices(here.Offers)
		v.Bookings, err = s.bookingViews(c)
	case StepGate, StepDeferred:
		v.Gate = s.gateView(c, here)
		v.Gate.Answered = c.step == StepGate && s.isAnswered(c)
	case StepQuestionnaire:
		v.Questionnaire = c.questions()
	case StepConsent:
		v.Consent = consentView(c.consented)
		v.Consent.Pass, err = s.passView(c)
	case StepExclusion:
		v.Exclusion = exclusionView(c.consented.Choice)
	}
	if err == nil && (c.hasPaper() || c.step == StepRepeat && c.recorded != nil) {
		v.Done = c.doneView()
	}
	return v, err
}

func (s *Service) donorView(c *session) *DonorView {
	mask := c.person.Masked()
	d := &DonorView{NameMasked: mask.Name, DocumentKind: string(mask.Kind), DocumentMasked: mask.Number,
		BirthMasked: mask.Born, Sex: string(c.person.Sex), Source: string(c.source)}
	if c.person.DisplayName() == "" {
		d.NameMasked = ""
	}
	if fault.CodeOf(c.person.CheckValid(s.deps.Clock.Today())) == "identity.expired" {
		d.ExpiredOn = c.person.ValidUntil
	}
	return d
}

func (s *Service) bookingViews(c *session) ([]BookingView, error) {
	var views []BookingView
	for _, b := range c.bookings {
		at, err := s.deps.Records.Sites.Site(context.Background(), b.SiteID)
		if errors.Is(err, fault.New(fault.NotFound, "site.not_found")) {
			continue // a site that closed for good; its booking keeps nobody away
		}
		if err != nil {
			return nil, fmt.Errorf("site of a booking: %w", err)
		}
		reason := why(b, s.deps.Place().SiteID, s.deps.Clock.Today())
		views = append(views, BookingView{ID: b.ID, Site: at.Name, Day: b.Day, Start: b.Start, Product: b.Product,
			VolumeML: b.VolumeML, Units: b.Units, Usable: reason == "", Why: reason})
	}
	return views, nil
}

// choices spells out what a site offers, one large choice each.
func choices(offers []site.Offer) []Choice {
	var all []Choice
	for _, offer := range offers {
		for _, amount := range offer.Amounts() {
			all = append(all, Choice{Product: offer.Product, VolumeML: int(amount.Volume), Units: int(amount.Units)})
		}
	}
	return all
}

func (s *Service) gateView(c *session, here site.Site) *GateView {
	if !c.isProven() { // what else somebody may give tells of what they gave
		return &GateView{Allowed: true, Options: []policy.Option{{Product: c.chosen.Product, Allowed: true}}, AsOf: s.deps.Clock.DataAsOf()}
	}
	return &GateView{
		Allowed:      c.verdict.For(c.chosen.Product).Allowed,
		Options:      c.verdict.Options,
		Alternatives: alternatives(choices(here.Offers), c.verdict.Alternatives(c.chosen.Product)),
		AsOf:         s.deps.Clock.DataAsOf(),
	}
}

func consentView(t consent.Text) *ConsentView {
	v := &ConsentView{Version: t.Version, Title: t.Title}
	for _, section := range t.Sections {
		v.Sections = append(v.Sections, ConsentSection{Title: section.Title, Body: section.Body})
	}
	return v
}

// passView says which answers are used, so that nobody signs for what they gave
// elsewhere without knowing.
func (s *Service) passView(c *session) (*PassView, error) {
	if c.pass == nil {
		return nil, nil
	}
	at, err := s.deps.Records.Sites.Site(context.Background(), c.pass.SiteID)
	if err != nil && !errors.Is(err, fault.New(fault.NotFound, "site.not_found")) {
		return nil, fmt.Errorf("site of a pass: %w", err)
	}
	return &PassView{At: c.pass.AnsweredAt, Site: at.Name}, nil
}

func exclusionView(c consent.Choice) *ExclusionView {
	return &ExclusionView{Title: c.Title, Body: c.Body, Options: []ExclusionOption{
		{Code: string(consent.Use), Text: c.Use}, {Code: string(consent.Discard), Text: c.Discard}}}
}

// where tells where to go after each end of the journey.
var where = map[bool]lang.Text{
	true:  {ZH: "请到候采区就座，留意叫号。轮到您时，工作人员会核对证件。", EN: "Please take a seat in the waiting area and listen for your number. Staff will check your document when it is your turn."},
	false: {ZH: "谢谢您今天前来。如有疑问，请到服务台。", EN: "Thank you for coming today. If you have questions, please ask at the counter."},
}

// thereText tells somebody who is checked in at another site where to go.
func thereText(name lang.Text) lang.Text {
	return lang.Text{ZH: "您的号码在" + name.ZH + "有效。如想改在这里献血，请告诉工作人员。",
		EN: "Your number is good at " + name.EN + ". If you would rather donate here, please tell the staff."}
}

func (c *session) doneView() *DoneView {
	v := c.recorded.visit
	if c.recorded.there != (lang.Text{}) {
		return &DoneView{Ticket: v.Ticket, Ahead: c.recorded.ahead, At: v.At, Receipt: c.recorded.receipt, Where: thereText(c.recorded.there), Site: c.recorded.there}
	}
	return &DoneView{Ticket: v.Ticket, Ahead: c.recorded.ahead, At: v.At, Receipt: c.recorded.receipt, Where: where[v.Ticket != ""]}
}
