package checkin

import (
	"testing"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/visit"
)

func TestBookingsThatCannotBeUsed(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*appointment.Appointment)
		why  string
	}{
		"usable":          {nil, ""},
		"other site":      {func(a *appointment.Appointment) { a.SiteID = elsewhere }, "other_site"},
		"tomorrow":        {func(a *appointment.Appointment) { a.Day = today.AddDays(1) }, "other_day"},
		"cancelled":       {func(a *appointment.Appointment) { a.Status = appointment.Cancelled }, "cancelled"},
		"used":            {func(a *appointment.Appointment) { a.Status = appointment.CheckedIn }, "checked_in"},
		"used, elsewhere": {func(a *appointment.Appointment) { a.Status, a.SiteID = appointment.CheckedIn, elsewhere }, "checked_in"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", "1990-03-04", "902")
			a := k.books(p, c.edit)
			s := k.card(p)
			b := s.Bookings[0]
			if b.Usable != (c.why == "") || b.Why != c.why || !b.Site.IsComplete() {
				t.Errorf("booking %+v", b)
			}
			_, err := k.service.Choose(t.Context(), Purpose{BookingID: a.ID})
			if c.why == "" {
				k.must(err)
				return
			}
			if f := k.refused("appointment.not_usable", err); f.Params["why"] != c.why {
				t.Errorf("why %v", f.Params["why"])
			}
			// It keeps nobody from giving as a walk-in, and stands for nothing.
			k.choose(StepGate, blood400)
		})
	}
}

// A kiosk knows of bookings elsewhere that there are some, and nothing of whose.
func TestABookingAtAnotherSiteIsExplained(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	far := k.books(p, func(a *appointment.Appointment) { a.SiteID, a.Code = elsewhere, "0123456789ABCDEFGHJKMNPQRS" })
	k.must(k.store.DeleteAppointment(t.Context(), far.ID))
	k.must(k.store.SaveAppointment(t.Context(), far.Notice(k.gateKey).Kept()))
	text := identity.Code{Kind: identity.BookingCode, ID: far.Code}.Text()

	k.start(lang.Chinese)
	_, err := k.service.IdentifyCode(t.Context(), text)
	f := k.refused("appointment.elsewhere", err)
	if f.Params["day"] != today.String() || f.Params["start"] != "10:30" || !f.Params["site"].(lang.Text).IsComplete() {
		t.Errorf("explained with %v", f.Params)
	}
	s, err := k.service.IdentifyCard(t.Context(), p)
	s = k.at(StepBooking, s, err)
	if len(s.Bookings) != 1 || s.Bookings[0].Why != "other_site" {
		t.Errorf("shown %s", k.json(s))
	}
	_, err = k.service.Choose(t.Context(), Purpose{BookingID: s.Bookings[0].ID})
	k.refused("appointment.not_usable", err)
	k.choose(StepGate, blood400)
	if k.service.current.booking != nil {
		t.Error("a booking of another site stands for coming here")
	}
}

// A site that is no longer on the list keeps nobody from giving here.
func TestABookingAtASiteThatIsNoMore(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	gone := k.books(p, func(a *appointment.Appointment) { a.SiteID, a.Code = "closed-for-good", "0123456789ABCDEFGHJKMNPQRS" })
	k.must(k.store.DeleteAppointment(t.Context(), gone.ID))
	k.must(k.store.SaveAppointment(t.Context(), gone.Notice(k.gateKey).Kept()))
	k.start(lang.Chinese)
	_, err := k.service.IdentifyCode(t.Context(), identity.Code{Kind: identity.BookingCode, ID: gone.Code}.Text())
	k.refused("code.booking_unknown_here", err)
	if s := k.card(p); len(s.Bookings) != 0 {
		t.Errorf("bookings %+v", s.Bookings)
	}
	k.choose(StepGate, blood400)
}

func TestTheUsableBookingStandsFirst(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.books(p, func(a *appointment.Appointment) { a.SiteID, a.Start = elsewhere, "08:00" })
	k.books(p, func(a *appointment.Appointment) { a.Start = "11:00" })
	k.books(p, func(a *appointment.Appointment) { a.Day = today.AddDays(200) })
	if s := k.card(p); len(s.Bookings) != 3 || s.Bookings[0].Start != "11:00" || !s.Bookings[0].Usable || s.Bookings[1].Why != "other_site" {
		t.Errorf("bookings %+v", s.Bookings)
	}
}

func TestSomebodyElsesBookingIsNotThere(t *testing.T) {
	k := newKiosk(t)
	other := k.books(k.guest("测试丙丁", "1991-03-04", "904"), nil)
	k.card(k.guest("测试甲乙", "1990-03-04", "902"))
	_, err := k.service.Choose(t.Context(), Purpose{BookingID: other.ID})
	k.refused("appointment.not_found", err)
}

func TestOnlyWhatTheSiteOffersCanBeChosen(t *testing.T) {
	k := newKiosk(t)
	k.place.SiteID = elsewhere
	s := k.card(k.guest("测试甲乙", "1990-03-04", "902"))
	for _, c := range s.Choices {
		if c.Product != donation.WholeBlood {
			t.Errorf("a whole blood site offers %+v", c)
		}
	}
	for _, c := range []*Choice{nil, {}, &platelets, {Product: donation.WholeBlood, VolumeML: 500}, {Product: donation.WholeBlood, VolumeML: 400, Units: 1}} {
		_, err := k.service.Choose(t.Context(), Purpose{Choice: c})
		if f := k.refused("checkin.not_offered", err); f.Places[0].Location != "body.choice" {
			t.Errorf("places %+v", f.Places)
		}
	}
}

// Who is booked here today and changes their mind has still come for the booking.
func TestAnotherAmountStillUsesTheBooking(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	booked := k.books(p, nil)
	k.card(p)
	k.choose(StepGate, blood400)
	s, err := k.service.Back(t.Context())
	k.at(StepBooking, s, err)
	k.choose(StepGate, blood200)
	s, err = k.service.Continue(t.Context())
	k.answerAll(k.at(StepQuestionnaire, s, err))
	s, err = k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	if v := k.visitsToday()[0]; v.AppointmentID != booked.ID || v.VolumeML != 200 {
		t.Errorf("booking %q, %d mL", v.AppointmentID, v.VolumeML)
	}
}

// holds records what keeps a person back, as the center would publish it.
func (k *kiosk) holds(p identity.Person, history policy.History, deferrals ...policy.Deferral) {
	k.t.Helper()
	rules, err := k.shelf.Selection(today)
	k.must(err)
	k.must(k.store.SaveEntry(k.t.Context(), screening.Entry{Key: k.key(p.Document), Holds: policy.Holds(rules, history, deferrals, today),
		RepeatWithoutReaction: history.RepeatWithoutReaction()}))
}

func TestAge(t *testing.T) {
	gave := policy.History{{On: calendar.MustParse("2020-01-01"), Product: donation.WholeBlood, VolumeML: 400},
		{On: calendar.MustParse("2021-01-01"), Product: donation.WholeBlood, VolumeML: 400}}
	hurt := policy.History{gave[0], {On: gave[1].On, Product: donation.WholeBlood, VolumeML: 400, Reaction: true}}
	for name, c := range map[string]struct {
		born      string
		history   policy.History
		step      Step
		earliest  string
		permanent bool
	}{
		"18 tomorrow":             {"2008-11-24", nil, StepDeferred, "2026-11-24", false},
		"18 today":                {"2008-11-23", nil, StepGate, "2026-11-23", false},
		"17 for a year":           {"2009-11-23", nil, StepDeferred, "2027-11-23", false},
		"55":                      {"1971-11-23", nil, StepGate, "2026-11-23", false},
		"last day before 56":      {"1970-11-24", nil, StepGate, "2026-11-23", false},
		"56 today":                {"1970-11-23", nil, StepDeferred, "", true},
		"56 and gave before":      {"1970-11-23", gave, StepGate, "2026-11-23", false},
		"56 with a reaction":      {"1970-11-23", hurt, StepDeferred, "", true},
		"60 and gave before":      {"1965-11-24", gave, StepGate, "2026-11-23", false},
		"61 today, gave before":   {"1965-11-23", gave, StepDeferred, "", true},
		"90":                      {"1936-11-23", nil, StepDeferred, "", true},
		"born on 29 February, 18": {"2008-02-29", nil, StepGate, "2026-11-23", false},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", c.born, "902")
			if c.history != nil {
				k.holds(p, c.history)
			}
			k.card(p)
			s := k.choose(c.step, blood400)
			option := s.Gate.Options[0]
			if option.EarliestOn.String() != c.earliest || option.Permanent != c.permanent || s.Gate.Allowed != (c.step == StepGate) {
				t.Errorf("answer %+v", option)
			}
			if c.permanent && len(s.Gate.Alternatives) != 0 {
				t.Errorf("alternatives %+v", s.Gate.Alternatives)
			}
		})
	}
}

func TestIntervals(t *testing.T) {
	blood, plates := donation.WholeBlood, donation.Apheresis
	for name, c := range map[string]struct {
		gave     donation.Product
		on       string
		wants    Choice
		step     Step
		earliest string
		instead  donation.Product
	}{
		"six months after whole blood":        {blood, "2026-05-23", blood400, StepGate, "2026-11-23", plates},
		"a day less":                          {blood, "2026-05-24", blood400, StepDeferred, "2026-11-24", plates},
		"three months after, platelets":       {blood, "2026-08-23", platelets, StepGate, "2026-11-23", ""},
		"a day less, platelets":               {blood, "2026-08-24", platelets, StepDeferred, "2026-11-24", ""},
		"two weeks after platelets":           {plates, "2026-11-09", platelets, StepGate, "2026-11-23", ""},
		"13 days after platelets":             {plates, "2026-11-10", platelets, StepDeferred, "2026-11-24", ""},
		"four weeks after platelets, blood":   {plates, "2026-10-26", blood400, StepGate, "2026-11-23", plates},
		"a day less after platelets, blood":   {plates, "2026-10-27", blood400, StepDeferred, "2026-11-24", plates},
		"two days after whole blood, nothing": {blood, "2026-11-21", blood400, StepDeferred, "2027-05-21", ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", "1990-03-04", "902")
			k.holds(p, policy.History{{On: calendar.MustParse(c.on), Product: c.gave, VolumeML: 400, Units: 1}})
			k.card(p)
			s := k.choose(c.step, c.wants)
			index := 0
			if c.wants.Product == plates {
				index = 1
			}
			if got := s.Gate.Options[index].EarliestOn.String(); got != c.earliest {
				t.Errorf("earliest %s, want %s", got, c.earliest)
			}
			var instead donation.Product
			if len(s.Gate.Alternatives) > 0 {
				instead = s.Gate.Alternatives[0].Product
			}
			if instead != c.instead {
				t.Errorf("instead %q, want %q", instead, c.instead)
			}
		})
	}
}

// What a donor's screen may not name is said in neutral words, whatever it was.
func TestADeferralThatMayNotBeNamed(t *testing.T) {
	var first string
	for _, rule := range []string{"hiv-syphilis-leprosy", "no-such-rule", "risk-dependence"} {
		k := newKiosk(t)
		p := k.guest("测试甲乙", "1990-03-04", "902")
		k.holds(p, nil, policy.Deferral{RuleID: rule, From: calendar.MustParse("2026-01-01")})
		k.card(p)
		s := k.choose(StepDeferred, blood400)
		body := k.json(Session{Gate: s.Gate})
		if first == "" {
			first = body
		}
		if body != first || s.Gate.Options[0].Reasons[0].RuleID != policy.NeutralRule || len(s.Gate.Alternatives) != 0 {
			t.Errorf("%s is told as %s", rule, body)
		}
	}
}

// A booking whose product is not possible today leads on to one that is, and the
// booking counts as used.
func TestTurnedAwayAndGivingSomethingElse(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	booked := k.books(p, nil)
	k.holds(p, policy.History{{On: calendar.MustParse("2026-07-01"), Product: donation.WholeBlood, VolumeML: 400}})
	k.card(p)
	s, err := k.service.Choose(t.Context(), Purpose{BookingID: booked.ID})
	s = k.at(StepDeferred, s, err)
	if len(s.Gate.Alternatives) != 2 || s.Gate.Options[0].Reasons[0].Text.EN == "" || s.Done.Ticket != "" || s.Done.Receipt.State != "none" {
		t.Fatalf("turned away: %s", k.json(s))
	}
	k.clock.advance(time.Second)
	s = k.choose(StepGate, s.Gate.Alternatives[0])
	if s.Done != nil {
		t.Error("the slip is still shown at the gate")
	}
	_, err = k.service.Print(t.Context())
	k.refused("checkin.other_step", err)
	s, err = k.service.Continue(t.Context())
	k.answerAll(k.at(StepQuestionnaire, s, err))
	s, err = k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	visits := k.visitsToday()
	if len(visits) != 2 || visits[0].Outcome != visit.Deferred || visits[0].AppointmentID != booked.ID ||
		visits[1].Outcome != visit.Waiting || visits[1].AppointmentID != booked.ID || visits[1].Product != donation.Apheresis {
		t.Errorf("recorded %+v", visits)
	}
}

// Told once for each choice, whichever way somebody goes about it.
func TestADeferralIsRecordedOnce(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.holds(p, policy.History{{On: calendar.MustParse("2026-11-01"), Product: donation.WholeBlood, VolumeML: 400}})
	count := func(want int) {
		t.Helper()
		if got := len(k.visitsToday()); got != want {
			t.Fatalf("%d deferrals recorded, want %d", got, want)
		}
	}
	k.card(p)
	k.choose(StepDeferred, blood400)
	k.choose(StepDeferred, blood400)
	count(1)
	k.choose(StepDeferred, blood200)
	count(2)
	s := k.choose(StepDeferred, blood400)
	count(2)
	first := s.Done.At
	s, err := k.service.Print(t.Context())
	k.at(StepDeferred, s, err)
	<-k.paper.changed
	if got := k.paper.printed[0]; got.VolumeML != 400 {
		t.Errorf("the slip of the other choice was printed: %+v", got)
	}
	k.clock.advance(20e9)
	k.card(p) // comes again
	if s := k.choose(StepDeferred, blood400); !s.Done.At.Equal(first) {
		t.Errorf("told at %s, first at %s", s.Done.At, first)
	}
	count(2)
	k.holds(p, nil, policy.Deferral{RuleID: "no-such-rule"})
	k.choose(StepDeferred, blood400) // another answer is another record
	count(3)
}

// The center may speak between gate and ticket.
func TestAHoldThatArrivesDuringTheQuestionnaire(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.sign(k.toConsent(p))
	k.holds(p, nil, policy.Deferral{RuleID: "no-such-rule", Until: calendar.MustParse("2027-01-01")})
	s, err := k.service.Exclude(t.Context(), "use")
	if s = k.at(StepDeferred, s, err); s.Gate.Options[0].EarliestOn.String() != "2027-01-01" {
		t.Errorf("gate %+v", s.Gate.Options[0])
	}
	if visits := k.visitsToday(); len(visits) != 1 || visits[0].Outcome != visit.Deferred {
		t.Errorf("recorded %+v", visits)
	}
}

func TestTheSlipFollowsItsChoice(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "2010-03-04", "902")
	k.start(lang.English)
	s, err := k.service.IdentifyCard(t.Context(), p)
	k.at(StepBooking, s, err)
	k.choose(StepDeferred, blood400)
	k.paper.hold = make(chan struct{})
	s, err = k.service.Print(t.Context())
	if s = k.at(StepDeferred, s, err); s.Done.Receipt.State != "printing" {
		t.Errorf("receipt %+v", s.Done.Receipt)
	}
	s = k.choose(StepDeferred, blood200) // while the first is still being printed
	if s.Done.Receipt.State != "none" {
		t.Errorf("receipt %+v", s.Done.Receipt)
	}
	close(k.paper.hold)
	k.service.Wait()
	s, err = k.service.Current(t.Context())
	if s = k.at(StepDeferred, s, err); s.Done.Receipt.State != "none" {
		t.Errorf("the paper of the first choice counts for the second: %+v", s.Done.Receipt)
	}
	if s = k.choose(StepDeferred, blood400); s.Done.Receipt.State != "printed" {
		t.Errorf("receipt %+v", s.Done.Receipt)
	}
}
