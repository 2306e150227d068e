package checkin

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/visit"
)

// TestTyped lists what people mistype: the fault names every wrong place and
// repeats nothing of what was entered.
func TestTyped(t *testing.T) {
	for name, c := range map[string]struct {
		in     TypedIdentity
		code   string
		places string
	}{
		"right":                     {TypedIdentity{Kind: identity.ResidentID, Number: "110105 19491231 002x"}, "", ""},
		"wrong check digit":         {TypedIdentity{Kind: identity.ResidentID, Number: "110105194912310021"}, "identity.check_digit", "body.number[17]"},
		"no such day":               {TypedIdentity{Kind: identity.ResidentID, Number: "11010519490230002X"}, "identity.birth_date", "body.number[6:14] body.number[17]"},
		"born tomorrow":             {TypedIdentity{Kind: identity.ResidentID, Number: identity.WithCheck("11019920261124902").Number}, "identity.future_birth", "body.number[6:14]"},
		"too short":                 {TypedIdentity{Kind: identity.ResidentID, Number: "1101051949"}, "identity.length", "body.number"},
		"two wrong characters":      {TypedIdentity{Kind: identity.ResidentID, Number: "A1010519491231B02X"}, "identity.characters", "body.number[0] body.number[14]"},
		"another kind":              {TypedIdentity{Kind: identity.HKMTResidencePermit, Number: "11010519491231002X"}, "identity.kind", "body.number[0:6]"},
		"no such kind":              {TypedIdentity{Kind: "library_card", Number: "L-0042"}, "identity.kind", "body.kind body.birth_date body.sex"},
		"passport":                  {TypedIdentity{Kind: identity.Passport, Country: "UTO", Number: "L898902C3", BirthDate: calendar.MustParse("1974-08-12"), Sex: "female"}, "", ""},
		"passport, nothing else":    {TypedIdentity{Kind: identity.Passport, Country: "UTO", Number: "L898902C3"}, "identity.incomplete", "body.birth_date body.sex"},
		"passport, all wrong":       {TypedIdentity{Kind: identity.Passport, Number: "L8 ü"}, "identity.country", "body.country body.number body.number[2] body.birth_date body.sex"},
		"passport, born in future":  {TypedIdentity{Kind: identity.Passport, Country: "UTO", Number: "L898902C3", BirthDate: calendar.MustParse("2026-11-24"), Sex: "male"}, "identity.birth_date", "body.birth_date"},
		"passport, born in 1880":    {TypedIdentity{Kind: identity.Passport, Country: "UTO", Number: "L898902C3", BirthDate: calendar.MustParse("1880-01-01"), Sex: "male"}, "identity.birth_date", "body.birth_date"},
		"number says the birth day": {TypedIdentity{Kind: identity.ResidentID, Number: "11010519491231002X", BirthDate: calendar.MustParse("2001-01-01"), Sex: "male"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			k.guests = append(k.guests, identity.Person{Document: identity.Document{Number: c.in.Number}})
			k.start(lang.Chinese)
			s, err := k.service.IdentifyTyped(t.Context(), c.in)
			if c.code == "" {
				s = k.at(StepBooking, s, err)
				if s.Donor.BirthMasked == "2001-**-**" || s.Donor.Source != "typed" {
					t.Errorf("donor %+v", s.Donor)
				}
				return
			}
			var places []string
			for _, p := range k.refused(c.code, err).Places {
				places = append(places, p.Location)
			}
			if got := strings.Join(places, " "); got != c.places {
				t.Errorf("places %q, want %q", got, c.places)
			}
			s, err = k.service.Current(t.Context())
			k.at(StepIdentify, s, err)
		})
	}
}

func TestCards(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*identity.Person)
		expired calendar.Date
		sex     string
	}{
		"valid":               {func(*identity.Person) {}, calendar.Date{}, "female"},
		"expired yesterday":   {func(p *identity.Person) { p.ValidUntil = today.AddDays(-1) }, today.AddDays(-1), "female"},
		"last day today":      {func(p *identity.Person) { p.ValidUntil = today }, calendar.Date{}, "female"},
		"long term":           {func(p *identity.Person) { p.ValidUntil, p.LongTerm = calendar.Date{}, true }, calendar.Date{}, "female"},
		"not valid yet":       {func(p *identity.Person) { p.ValidFrom = today.AddDays(1) }, calendar.Date{}, "female"},
		"no sex on the card":  {func(p *identity.Person) { p.Sex = identity.SexUnknown }, calendar.Date{}, "unknown"},
		"foreigner, no Han":   {func(p *identity.Person) { p.Name, p.LatinName = "", "TESTA PERSONA" }, calendar.Date{}, "female"},
		"a name beyond U+FFF": {func(p *identity.Person) { p.Name = "王𬭎测" }, calendar.Date{}, "female"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("测试甲乙", "1990-03-04", "902")
			c.edit(&p)
			k.guests = append(k.guests, p)
			s := k.card(p)
			if s.Donor.ExpiredOn != c.expired || s.Donor.Sex != c.sex || s.Donor.NameMasked == "" {
				t.Errorf("donor %+v", s.Donor)
			}
			// None of it keeps anybody from giving: staff look at it.
			k.choose(StepGate, blood400)
			s, err := k.service.Continue(t.Context())
			s = k.at(StepQuestionnaire, s, err)
			asked := slices.ContainsFunc(s.Questionnaire.Items, func(q Question) bool { return q.LinkID == "pregnancy" })
			if asked != (c.sex == "female") {
				t.Errorf("women's questions asked: %v", asked)
			}
		})
	}
}

// A card put on after the number was typed makes it a card: staff have one thing
// less to check. Somebody else's card changes nothing.
func TestACardAtTheBookingStep(t *testing.T) {
	k := newKiosk(t)
	p, other := k.guest("测试甲乙", "1990-03-04", "902"), k.guest("测试丙丁", "1991-03-04", "904")
	k.start(lang.Chinese)
	s, err := k.service.IdentifyTyped(t.Context(), TypedIdentity{Kind: p.Document.Kind, Number: p.Document.Number})
	k.at(StepBooking, s, err)
	asks := func(want bool) {
		t.Helper()
		if k.service.AsksForCard() != want {
			t.Errorf("a card counts: %v", !want)
		}
	}
	asks(true)
	_, err = k.service.IdentifyCard(t.Context(), other)
	k.refused("checkin.other_step", err)
	s, err = k.service.IdentifyCard(t.Context(), p)
	if s = k.at(StepBooking, s, err); s.Donor.Source != "card" || s.Donor.NameMasked != "测**乙" {
		t.Errorf("donor %+v", s.Donor)
	}
	asks(false)
	k.choose(StepGate, blood400)
	_, err = k.service.IdentifyCard(t.Context(), p)
	k.refused("checkin.other_step", err)
}

func TestCodes(t *testing.T) {
	k := newKiosk(t)
	p, other := k.guest("测试甲乙", "1990-03-04", "902"), k.guest("测试丙丁", "1991-03-04", "904")
	mine := identity.Code{Kind: identity.BookingCode, ID: k.books(p, nil).Code}
	theirs := identity.Code{Kind: identity.BookingCode, ID: k.books(other, nil).Code}
	yesterday := k.books(p, func(a *appointment.Appointment) { a.Day = today.AddDays(-1) })
	card, err := identity.NewCode(identity.DonorCode, strings.NewReader("0123456789abcdef"))
	k.must(err)
	k.must(k.store.SaveDonor(t.Context(), donor.Donor{ID: "donor-1", SiteID: here, Key: k.key(p.Document), Card: card.ID, Person: p}))
	unknown := identity.Code{Kind: identity.BookingCode, ID: "0123456789ABCDEFGHJKMNPQRS"}

	for name, c := range map[string]struct{ text, code string }{
		"own booking":       {mine.Text(), ""},
		"wedge noise":       {"\x02" + strings.ToLower(mine.Text()) + "\r\n", ""},
		"donor card":        {card.Text(), ""},
		"yesterday's":       {identity.Code{Kind: identity.BookingCode, ID: yesterday.Code}.Text(), ""},
		"damaged":           {strings.Replace(mine.Text(), "LX1.B.", "LX1.B.Z", 1), "code.unreadable"},
		"one wrong sign":    {mine.Text()[:8] + flip(mine.Text()[8]) + mine.Text()[9:], "code.check"},
		"another system":    {"https://example.com/" + p.Document.Number, "code.other_system"},
		"nothing":           {"\r\n", "code.unreadable"},
		"newer version":     {"LX9.B.0123456789ABCDEFGHJKMNPQRS.7K", "code.version"},
		"not known here":    {unknown.Text(), "code.booking_unknown_here"},
		"card of elsewhere": {identity.Code{Kind: identity.DonorCode, ID: unknown.ID}.Text(), "code.card_unknown_here"},
	} {
		t.Run(name, func(t *testing.T) {
			k.t = t
			k.start(lang.Chinese)
			s, err := k.service.IdentifyCode(t.Context(), c.text)
			if c.code != "" {
				k.refused(c.code, err)
				return
			}
			if s = k.at(StepBooking, s, err); s.Donor.Source != "code" || s.Donor.NameMasked != "测**乙" || !s.Bookings[0].Usable {
				t.Errorf("donor %+v, bookings %+v", s.Donor, s.Bookings)
			}
		})
	}

	t.Run("somebody else's at the booking step", func(t *testing.T) {
		k.t = t
		k.card(p)
		_, err := k.service.IdentifyCode(t.Context(), theirs.Text())
		k.refused("appointment.someone_else", err)
		s, err := k.service.IdentifyCode(t.Context(), mine.Text())
		k.at(StepBooking, s, err)
	})

	t.Run("the one of yesterday is explained", func(t *testing.T) {
		k.t = t
		if s := k.card(p); len(s.Bookings) != 1 {
			t.Fatalf("bookings %+v", s.Bookings)
		}
		s, err := k.service.IdentifyCode(t.Context(), identity.Code{Kind: identity.BookingCode, ID: yesterday.Code}.Text())
		s = k.at(StepBooking, s, err)
		i := slices.IndexFunc(s.Bookings, func(b BookingView) bool { return b.ID == yesterday.ID })
		if i < 0 || s.Bookings[i].Usable || s.Bookings[i].Why != "other_day" || !s.Bookings[0].Usable {
			t.Errorf("bookings %+v", s.Bookings)
		}
	})
}

func flip(c byte) string {
	if c == '7' {
		return "8"
	}
	return "7"
}

func TestTheSecondTimeShowsTheFirstTicketAndReprints(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("测试甲乙", "1990-03-04", "902")
	k.books(p, nil)
	first := k.finish(p, "use")
	k.start(lang.English)
	s, err := k.service.IdentifyCard(t.Context(), p)
	s = k.at(StepRepeat, s, err)
	if s.Done.Ticket != first.Done.Ticket || s.Done.Receipt.State != "none" || s.Done.Receipt.QR == "" || s.Bookings != nil {
		t.Errorf("the second time: %s", k.json(s))
	}
	s, err = k.service.Print(t.Context())
	k.at(StepRepeat, s, err)
	<-k.paper.changed
	if got := k.paper.again; len(got) != 2 || got[0] || !got[1] {
		t.Errorf("printed again: %v", got)
	}
	if n := len(k.visitsToday()); n != 1 {
		t.Errorf("%d visits", n)
	}
	for _, v := range k.paper.printed {
		if v.Screening != nil {
			t.Error("the printer was handed the answers")
		}
	}
}

func TestEveryPersonStartsFromNothing(t *testing.T) {
	k := newKiosk(t)
	a, b := k.guest("测试甲乙", "1990-03-04", "902"), k.guest("测试丙丁", "1991-03-04", "904")
	k.toConsent(a)
	s, err := k.service.Start(t.Context(), lang.English, AimCheckIn)
	s = k.at(StepIdentify, s, err)
	if s.Donor != nil || s.Chosen != nil {
		t.Errorf("left over: %s", k.json(s))
	}
	s, err = k.service.IdentifyCard(t.Context(), b)
	k.at(StepBooking, s, err)
	k.choose(StepGate, blood400)
	s, err = k.service.Continue(t.Context())
	if s = k.at(StepQuestionnaire, s, err); s.Questionnaire.Answered != 0 {
		t.Errorf("%d questions are answered already", s.Questionnaire.Answered)
	}
}

// Back to the first step somebody else may put a card on.
func TestBackToTheBeginningForgetsThePerson(t *testing.T) {
	k := newKiosk(t)
	a, b := k.guest("测试甲乙", "1990-03-04", "902"), k.guest("测试丙丁", "1991-03-04", "904")
	k.toConsent(a)
	for _, step := range []Step{StepQuestionnaire, StepGate, StepBooking, StepIdentify} {
		s, err := k.service.Back(t.Context())
		k.at(step, s, err)
	}
	s, err := k.service.IdentifyCard(t.Context(), b)
	s = k.at(StepBooking, s, err)
	if s.Donor.NameMasked != "测**丁" || s.Chosen != nil {
		t.Errorf("left over: %s", k.json(s))
	}
	s = k.choose(StepGate, Choice{Product: donation.WholeBlood, VolumeML: 300})
	s, err = k.service.Continue(t.Context())
	if s = k.at(StepQuestionnaire, s, err); s.Questionnaire.Answered != 0 {
		t.Errorf("%d questions are answered already", s.Questionnaire.Answered)
	}
	k.answerAll(s)
	s, err = k.service.Submit(t.Context())
	k.sign(k.at(StepConsent, s, err))
	s, err = k.service.Exclude(t.Context(), "use")
	k.at(StepDone, s, err)
	if v := k.visitsToday()[0]; v.DonorKey != k.key(b.Document) || v.Outcome != visit.Waiting {
		t.Errorf("recorded %+v", v)
	}
}
