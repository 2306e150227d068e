package sample

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/questionnaire"
	"lianxin/backend/site"
	"lianxin/backend/visit"
)

// bookings gives two in five of those who may come a booking today, and a few a
// booking on another day. Some of today's have answered the questionnaire already.
func (m *maker) bookings(ctx context.Context, to Sink, d donor.Donor, home site.Site, i int) (a appointment.Appointment, answered bool, err error) {
	age := d.Person.Born.AgeOn(m.Today)
	if age < 18 || age >= 55 {
		return a, false, nil
	}
	day := m.Today
	switch i % 10 {
	case 5, 7, 8, 9:
	case 6:
		day = m.Today.AddDays(1 + m.random.IntN(14))
	default:
		return a, false, nil
	}
	a, ok, err := m.appointment(d, home, day)
	if err != nil || !ok {
		return a, false, err
	}
	if err := to.SaveAppointment(ctx, a); err != nil {
		return a, false, err
	}
	m.figures.Appointments++
	if day != m.Today {
		return a, false, nil
	}
	m.figures.Today++
	if i%3 != 0 {
		return a, false, nil
	}
	return a, true, m.pass(ctx, to, d, a)
}

// appointment books the first product the site has slots for; the site of a day
// when home is closed is one that is open.
func (m *maker) appointment(d donor.Donor, home site.Site, day calendar.Date) (appointment.Appointment, bool, error) {
	open := func(s site.Site) bool { return len(s.SlotsOn(day, donation.WholeBlood)) > 0 }
	if !open(home) {
		if i := slices.IndexFunc(m.sites, open); i >= 0 {
			home = m.sites[i]
		}
	}
	slots := home.SlotsOn(day, donation.WholeBlood)
	if len(slots) == 0 {
		return appointment.Appointment{}, false, nil
	}
	code, err := identity.NewCode(identity.BookingCode, chance{m.random})
	if err != nil {
		return appointment.Appointment{}, false, err
	}
	offer, _ := home.Offer(donation.WholeBlood)
	return appointment.Appointment{ID: m.id(), Code: code.ID, SiteID: home.ID, DonorKey: d.Key, Person: d.Person, Day: day,
		Start: string(pick(m, slots).Start), Product: donation.WholeBlood, VolumeML: int(pick(m, offer.Volumes)), Status: appointment.Booked}, true, nil
}

// pass answers the health questionnaire on the phone this morning, as a healthy person does.
func (m *maker) pass(ctx context.Context, to Sink, d donor.Donor, a appointment.Appointment) error {
	if m.Questionnaire == nil {
		return nil
	}
	answers, err := Healthy(m.Questionnaire, d.Person.Sex, a.Product)
	if err != nil {
		return err
	}
	at := m.morning()
	body, err := json.Marshal(answers.Response(at))
	if err != nil {
		return fmt.Errorf("encode pass: %w", err)
	}
	m.figures.Passes++
	return to.SavePass(ctx, visit.Pass{ID: m.id(), DonorKey: d.Key, SiteID: a.SiteID, Questionnaire: answers.Canonical(), Answers: body, AnsweredAt: at})
}

// wellAnswers are what a healthy person says where "no" or "none" is not it.
var wellAnswers = map[string]any{
	"well-today": true, "weight-band": questionnaire.CodeValue("50_or_more"), "sleep-hours": 8,
	"last-meal": questionnaire.CodeValue("within_4h"), "menses": questionnaire.CodeValue("not_near"),
	"fainting": questionnaire.CodeValue("never"), "understand-truthful": true, "understand-not-a-test": true, "understand-withdraw": true,
}

// Healthy fills a questionnaire in as somebody whom no rule holds back.
func Healthy(q *questionnaire.Questionnaire, sex identity.Sex, product donation.Product) (*questionnaire.Form, error) {
	form := questionnaire.NewForm(q)
	for linkID, code := range map[string]string{"donor-sex": string(sex), "donor-product": string(product)} {
		if err := form.Answer(linkID, questionnaire.CodeValue(code)); err != nil {
			return nil, err
		}
	}
	for _, item := range form.Visible() {
		if err := form.Answer(item.LinkID, well(item)); err != nil {
			return nil, err
		}
	}
	return form, nil
}

// well is a healthy person's answer to one question.
func well(item questionnaire.ItemView) any {
	if said, ok := wellAnswers[item.LinkID]; ok {
		return said
	}
	if item.Type == questionnaire.BooleanItem {
		return false
	}
	for _, o := range item.Options {
		if o.Exclusive || o.Code == "no" || o.Code == "none" {
			return questionnaire.CodeValue(o.Code)
		}
	}
	return nil
}
