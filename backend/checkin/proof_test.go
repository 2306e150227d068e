package checkin

import (
	"fmt"
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

// types enters a person's number as anybody who knows it could.
func (k *kiosk) types(p identity.Person) (Session, error) {
	k.t.Helper()
	k.start(lang.Chinese)
	return k.service.IdentifyTyped(k.t.Context(), TypedIdentity{Kind: p.Document.Kind, Number: p.Document.Number})
}

// TestATypedNumberIsNoOracle: a confidential deferral, an interval, a verdict for
// staff and a check-in of today give the same answer, byte for byte, and no paper.
func TestATypedNumberIsNoOracle(t *testing.T) {
	held := func(h policy.Hold) func(*kiosk, identity.Person) {
		return func(k *kiosk, p identity.Person) {
			h.Product = donation.WholeBlood
			k.must(k.store.SaveEntry(k.t.Context(), screening.Entry{Key: k.key(p.Document), Holds: []policy.Hold{h}}))
		}
	}
	answers := map[string]string{}
	for name, know := range map[string]func(*kiosk, identity.Person){
		"an interval":   held(policy.Hold{RuleID: "interval-whole-blood", Until: today.AddDays(40)}),
		"confidential":  held(policy.Hold{RuleID: policy.NeutralRule, Until: today.AddDays(40)}),
		"for good":      held(policy.Hold{RuleID: policy.NeutralRule}),
		"waits already": func(k *kiosk, p identity.Person) { k.finish(p, "use") },
	} {
		t.Run(name, func(t *testing.T) {
			k := newKiosk(t)
			p := k.guest("欧阳测试", "1990-03-04", "902")
			k.books(p, nil)
			know(k, p)
			s, err := k.types(p)
			if s.Step == StepBooking {
				s, err = k.service.Choose(t.Context(), Purpose{BookingID: s.Bookings[0].ID})
			}
			s = k.at(StepProof, s, err)
			s.ID, s.ExpiresAt = "", time.Time{}
			answers[k.json(s)] += name + "; "
			_, err = k.service.Print(t.Context())
			k.refused("checkin.other_step", err)
			if s, err = k.service.IdentifyCard(t.Context(), p); err != nil || s.Donor.Source != "card" || s.Donor.NameMasked == "" {
				t.Errorf("the card tells nothing (%v): %s", err, k.json(s))
			}
		})
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
}

// Who typed and is turned away is recorded for the counter, as typed.
func TestATypedDeferralIsRecorded(t *testing.T) {
	k := newKiosk(t)
	_, err := k.types(k.guest("欧阳测试", "2010-03-04", "902"))
	k.must(err)
	k.choose(StepProof, blood400)
	if v := k.visitsToday(); len(v) != 1 || v[0].Outcome != visit.Deferred || v[0].Source != visit.Typed {
		t.Errorf("recorded %+v", v)
	}
	s, err := k.service.Back(t.Context())
	k.at(StepIdentify, s, err)
}

// A typed number shows that there is a booking here and now, and nothing else of
// its owner; their own code or card shows the rest.
func TestATypedNumberShowsTheBookingOnly(t *testing.T) {
	k := newKiosk(t)
	p := k.guest("欧阳测试", "1990-03-04", "902")
	own := k.books(p, nil)
	k.books(p, func(a *appointment.Appointment) { a.SiteID, a.Code = elsewhere, "0123456789ABCDEFGHJKMNPQRS" })
	k.books(p, func(a *appointment.Appointment) { a.Day, a.Code = today.AddDays(3), "0123456789ABCDEFGHJKMNPQRT" })
	k.answered(p, time.Date(2026, 11, 23, 6, 0, 0, 0, calendar.Beijing))
	s, err := k.types(p)
	s = k.at(StepBooking, s, err)
	if len(s.Bookings) != 1 || s.Bookings[0].Start != "10:30" || s.Donor.NameMasked != "" {
		t.Fatalf("shown %s", k.json(s))
	}
	s, err = k.service.Choose(t.Context(), Purpose{BookingID: own.ID})
	if s = k.at(StepGate, s, err); len(s.Gate.Options) != 1 || s.Gate.Alternatives != nil || s.Gate.Options[0].Reasons != nil {
		t.Errorf("the gate tells %s", k.json(s))
	}
	s, err = k.service.Continue(t.Context())
	if s = k.at(StepQuestionnaire, s, err); s.Questionnaire.FromPass || s.Questionnaire.PassRefused || s.Questionnaire.Answered > 2 {
		t.Errorf("answers given elsewhere are shown: %s", k.json(s))
	}
	for range 2 {
		s, err = k.service.Back(t.Context())
		k.must(err)
	}
	s, err = k.service.IdentifyCode(t.Context(), identity.Code{Kind: identity.BookingCode, ID: own.Code}.Text())
	if s = k.at(StepBooking, s, err); s.Donor.Source != "code" || s.Donor.NameMasked != "欧阳*试" || len(s.Bookings) != 3 {
		t.Errorf("their own code shows %s", k.json(s))
	}
}

// What somebody else puts down after a typed number is a new person.
func TestAnotherCardAfterATypedNumber(t *testing.T) {
	k := newKiosk(t)
	_, err := k.types(k.guest("欧阳测试", "2010-03-04", "902"))
	k.must(err)
	k.choose(StepProof, blood400)
	other := k.guest("测试丙丁", "1991-03-04", "904")
	s, err := k.service.IdentifyCard(t.Context(), other)
	if s = k.at(StepBooking, s, err); s.Donor.NameMasked != "测**丁" || s.Chosen != nil {
		t.Errorf("left over: %s", k.json(s))
	}
}

// TestNumbersCannotBeTriedAtWill: ten at once, then one a minute, also after a
// restart; mistyped ones, cards and codes are not counted.
func TestNumbersCannotBeTriedAtWill(t *testing.T) {
	k := newKiosk(t)
	for i := range mostTyped {
		k.start(lang.Chinese)
		_, err := k.service.IdentifyTyped(t.Context(), TypedIdentity{Kind: identity.ResidentID, Number: "110105194912310021"})
		k.refused("identity.check_digit", err)
		s, err := k.types(k.guest("欧阳测试", "1990-03-04", fmt.Sprintf("%03d", i)))
		k.at(StepBooking, s, err)
	}
	p := k.guest("测试丙丁", "1991-03-04", "904")
	_, err := k.types(p)
	if f := k.refused("identity.too_many", err); f.Params["from"] != "2026-11-23T02:01:01Z" {
		t.Errorf("next time %v", f.Params["from"])
	}
	k.service = New(k.deps())
	if s := k.start(lang.English); s.TypedFrom.Sub(ten) != 61*time.Second {
		t.Errorf("after a restart: from %v", s.TypedFrom)
	}
	s, err := k.service.IdentifyCard(t.Context(), p)
	k.at(StepBooking, s, err)
	k.clock.advance(-24 * 365 * time.Hour)
	_, err = k.types(p)
	k.refused("identity.too_many", err)
	k.clock.advance(2 * time.Minute)
	for range 2 {
		s, err = k.types(p)
		k.at(StepBooking, s, err)
	}
	_, err = k.types(p)
	k.refused("identity.too_many", err)
}
