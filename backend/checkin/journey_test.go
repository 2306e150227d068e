package checkin

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"lianxin/backend/appointment"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/visit"
)

func TestABookedDonorWithAPassHasFewSteps(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	booked := k.books(p, nil)
	pass := k.answered(p, ten.Add(-4*60*60*1e9))
	s := k.card(p)
	if len(s.Bookings) != 1 || !s.Bookings[0].Usable || s.Bookings[0].Start != "10:30" {
		t.Fatalf("bookings %+v", s.Bookings)
	}
	s, err := k.service.Choose(t.Context(), Purpose{BookingID: s.Bookings[0].ID})
	s = k.at(StepGate, s, err)
	if !s.Gate.Allowed || *s.Chosen != blood400 {
		t.Errorf("gate %+v, chosen %+v", s.Gate, s.Chosen)
	}
	s, err = k.service.Continue(t.Context())
	s = k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	s = k.at(StepDone, s, err)
	if s.Done.Ticket != "A001" {
		t.Errorf("ticket %q, want A001", s.Done.Ticket)
	}
	v := k.visitsToday()[0]
	if v.AppointmentID != booked.ID || v.Source != visit.Card || v.Screening.PassID != pass.ID || v.Person.Name != p.Name {
		t.Errorf("recorded %+v", v)
	}
	if !strings.Contains(string(v.Screening.Answers), `"authored":"2026-11-23T06:00:00+08:00"`) {
		t.Errorf("the answers of the pass are not of the time they were given: %.200s", v.Screening.Answers)
	}
}

func TestAFirstTimerAnswersEverything(t *testing.T) {
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		t.Run(string(tag), func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("司马测试", "1988-06-12", "903")
			k.start(tag)
			s, err := k.service.IdentifyTyped(t.Context(), TypedIdentity{Kind: identity.ResidentID, Number: p.Document.Number})
			s = k.at(StepBooking, s, err)
			if s.Donor.Source != "typed" || s.Donor.NameMasked != "" || len(s.Bookings) != 0 || len(s.Choices) != 5 {
				t.Errorf("donor %+v, %d choices", s.Donor, len(s.Choices))
			}
			k.choose(StepGate, blood200)
			s, err = k.service.Continue(t.Context())
			s = k.answerAll(k.at(StepQuestionnaire, s, err))
			if s.Questionnaire.Answered != len(s.Questionnaire.Items) || s.Questionnaire.Answered < 35 {
				t.Errorf("%d of %d answered", s.Questionnaire.Answered, len(s.Questionnaire.Items))
			}
			s, err = k.service.Continue(t.Context())
			k.sign(k.at(StepConsent, s, err))
			s, err = k.service.Exclude(t.Context(), "use")
			k.at(StepDone, s, err)
			v := k.visitsToday()[0]
			text, err := k.shelf.Consent(today)
			k.must(err)
			if err := v.Screening.Consent.Verify(v.ID, text); err != nil || v.Screening.Consent.Language != tag {
				t.Errorf("consent in %q: %v", v.Screening.Consent.Language, err)
			}
			if v.Source != visit.Typed || v.AppointmentID != "" || v.Language != tag || len(v.Screening.Findings) != 0 {
				t.Errorf("recorded %+v", v)
			}
		})
	}
}

// A step that fails half-way leaves the person where they were, so that the same
// button works when the disk has room again; nothing is recorded twice.
func TestAFullDiskLosesNothing(t *testing.T) {
	k := newKiosk(t)
	full := fault.New(fault.Unavailable, "store.full")
	k.paper.full = full
	k.sign(k.toConsent(k.guest("测试甲乙", "1990-03-04", "902")))
	_, err := k.service.Exclude(t.Context(), "use")
	k.refused("store.full", err)
	s, err := k.service.Current(t.Context())
	k.at(StepExclusion, s, err)
	if n, err := k.store.CountOperations(t.Context(), outbox.Pending); n != 0 || err != nil || len(k.visitsToday()) != 0 {
		t.Fatalf("%d operations (%v), %d visits", n, err, len(k.visitsToday()))
	}
	k.paper.full = nil
	s, err = k.service.Exclude(t.Context(), "use")
	if s = k.at(StepDone, s, err); s.Done.Ticket != "A001" {
		t.Errorf("ticket %q, want A001", s.Done.Ticket)
	}
}

func TestADeferralThatCannotBeRecordedIsNotShown(t *testing.T) {
	k := newKiosk(t)
	k.paper.full = errors.New("the test's disk")
	k.card(k.guest("测试甲乙", "2010-03-04", "902"))
	_, err := k.service.Choose(t.Context(), Purpose{Choice: &blood400})
	k.refused("internal", err)
	s, err := k.service.Current(t.Context())
	k.at(StepBooking, s, err)
	k.paper.full = nil
	if s = k.choose(StepDeferred, blood400); s.Done == nil || len(k.visitsToday()) != 1 {
		t.Errorf("done %+v, %d visits", s.Done, len(k.visitsToday()))
	}
}

func TestEveryStepRefusesCallsOfOthers(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	calls := map[string]func() error{
		"typed":   func() error { _, err := k.service.IdentifyTyped(t.Context(), TypedIdentity{}); return err },
		"choose":  func() error { _, err := k.service.Choose(t.Context(), Purpose{}); return err },
		"next":    func() error { _, err := k.service.Continue(t.Context()); return err },
		"answer":  func() error { _, err := k.service.Answer(t.Context(), "well-today", Answer{}); return err },
		"submit":  func() error { _, err := k.service.Submit(t.Context()); return err },
		"sign":    func() error { _, err := k.service.Sign(t.Context(), Signed{}); return err },
		"exclude": func() error { _, err := k.service.Exclude(t.Context(), "use"); return err },
		"print":   func() error { _, err := k.service.Print(t.Context()); return err },
		"back":    func() error { _, err := k.service.Back(t.Context()); return err },
	}
	belongs := map[Step][]string{
		StepIdentify: {"typed"}, StepBooking: {"choose", "back"}, StepGate: {"next", "back"},
		StepQuestionnaire: {"answer", "submit", "next", "back"}, StepConsent: {"sign", "back"}, StepExclusion: {"exclude", "back"},
		StepDone: {"print"},
	}
	try := func(step Step) {
		t.Helper()
		for name, call := range calls {
			if !strings.Contains(strings.Join(belongs[step], " "), name) {
				f := k.refused("checkin.other_step", call())
				if f.Params["step"] != step {
					t.Errorf("%s at %s says step %v", name, step, f.Params["step"])
				}
			}
		}
	}
	for _, call := range calls {
		k.refused("checkin.no_session", call())
	}
	k.start(lang.Chinese)
	try(StepIdentify)
	k.card(p)
	try(StepBooking)
	k.choose(StepGate, blood400)
	try(StepGate)
	s, err := k.service.Continue(t.Context())
	try(k.at(StepQuestionnaire, s, err).Step)
	k.answerAll(s)
	s, err = k.service.Submit(t.Context())
	try(k.at(StepConsent, s, err).Step)
	try(k.sign(s).Step)
	s, err = k.service.Exclude(t.Context(), "discard")
	try(k.at(StepDone, s, err).Step)
}

// Two quick taps on one button are one step.
func TestASecondTapChangesNothing(t *testing.T) {
	k := newKiosk(t)
	k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "use")
	_, err := k.service.Exclude(t.Context(), "discard")
	k.refused("checkin.other_step", err)
	if n := len(k.visitsToday()); n != 1 {
		t.Errorf("%d visits", n)
	}
}

// What the outbox carries is the visit that was recorded, the private choice included.
func TestTheOperationCarriesTheWholeVisit(t *testing.T) {
	k := newKiosk(t)
	k.finish(k.guest("测试甲乙", "1990-03-04", "902"), "discard")
	ops, err := k.store.PendingOperations(t.Context(), 0, 10)
	k.must(err)
	var sent visit.Visit
	k.must(json.Unmarshal(ops[0].Payload, &sent))
	if len(ops) != 1 || ops[0].Kind != outbox.VisitCheckedIn || string(sent.Screening.Exclusion) != string(consent.Discard) || sent.Ticket != "A001" {
		t.Errorf("%d operations, %s", len(ops), ops[0].Kind)
	}
}

// Another kiosk of the site may have been faster while its visit was on the way.
func TestSomebodyCheckedInElsewhereMeanwhileSeesThatTicket(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.sign(k.toConsent(p))
	k.must(k.store.SaveForeignVisit(t.Context(), visit.Visit{ID: "elsewhere", SiteID: here, DeviceID: "device-2", Day: today, Outcome: visit.Waiting,
		Ticket: "B007", TicketNumber: 7, Source: visit.Card, DonorKey: k.key(p.Document), Person: p, Product: blood400.Product, VolumeML: 400, At: ten}))
	s, err := k.service.Exclude(t.Context(), "use")
	if s = k.at(StepRepeat, s, err); s.Done.Ticket != "B007" || len(k.visitsToday()) != 1 {
		t.Errorf("shown %+v with %d visits", s.Done, len(k.visitsToday()))
	}
}

func TestABookingThatIsRemovedMeanwhile(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	booked := k.books(p, nil)
	k.sign(k.toConsent(p))
	k.must(k.store.DeleteAppointment(t.Context(), booked.ID))
	s, err := k.service.Exclude(t.Context(), "use")
	if k.at(StepDone, s, err); k.visitsToday()[0].AppointmentID != "" {
		t.Error("the visit stands for a booking nobody has")
	}
}

func TestACancelledBookingDoesNotKeepAWalkInAway(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.books(p, func(a *appointment.Appointment) { a.Status = appointment.Cancelled })
	s := k.card(p)
	if s.Bookings[0].Usable || s.Bookings[0].Why != "cancelled" {
		t.Errorf("booking %+v", s.Bookings[0])
	}
	k.choose(StepGate, blood400)
}
