package checkin

import (
	"context"
	"errors"

	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/screening"
	"lianxin/backend/visit"
)

// IdentifyCard takes the person a reader read from a card. It is called by the
// reader, not by the page.
func (s *Service) IdentifyCard(ctx context.Context, person identity.Person) (Session, error) {
	return s.do(func(c *session) error {
		if c.step != StepIdentify {
			return errStep(c.step)
		}
		return s.identified(ctx, c, person, visit.Card)
	})
}

// IdentifyTyped takes a document number entered on the screen. Faults are those
// of identity.Parse, "identity.birth_date_missing" and "identity.sex_missing".
func (s *Service) IdentifyTyped(ctx context.Context, in TypedIdentity) (Session, error) {
	return s.do(func(c *session) error {
		if c.step != StepIdentify {
			return errStep(c.step)
		}
		person, err := s.typed(in)
		if err != nil {
			return err
		}
		return s.identified(ctx, c, person, visit.Typed)
	})
}

// typed makes a person of a typed number. There is no name: a name that nobody
// checked would look as true as one from a card.
func (s *Service) typed(in TypedIdentity) (identity.Person, error) {
	doc, err := s.parse(in)
	if err != nil {
		return identity.Person{}, err
	}
	person := identity.Person{Document: doc, Born: in.BirthDate, Sex: identity.Sex(in.Sex)}
	if born, ok := doc.BirthDate(); ok {
		person.Born, person.Sex = born, doc.Sex()
	}
	f := fault.New(fault.Invalid, "identity.incomplete")
	if person.Born.IsZero() {
		f.At("body.birth_date", "identity.birth_date_missing", "")
	} else if person.Born.After(s.deps.Clock.Today()) || person.Born.AgeOn(s.deps.Clock.Today()) > 130 {
		f.At("body.birth_date", "identity.birth_date", "")
	}
	if person.Sex == "" || person.Sex == identity.SexUnknown {
		f.At("body.sex", "identity.sex_missing", "")
	}
	if len(f.Places) > 0 {
		return identity.Person{}, f
	}
	return person, nil
}

func (s *Service) parse(in TypedIdentity) (identity.Document, error) {
	if in.Kind == identity.Passport {
		return identity.ParsePassport(in.Country, in.Number)
	}
	return identity.ParseOn(in.Kind, in.Number, s.deps.Clock.Today())
}

// IdentifyCode takes the QR of a booking or donor card. Scanned at the booking
// step it adds the booking of the person already known; a booking of somebody
// else is refused with "appointment.someone_else" and says nothing of that person.
func (s *Service) IdentifyCode(ctx context.Context, text string) (Session, error) {
	return s.do(func(c *session) error {
		if c.step != StepIdentify && c.step != StepBooking {
			return errStep(c.step)
		}
		code, err := identity.ParseCode(text)
		if err != nil {
			return err
		}
		if code.Kind == identity.DonorCode {
			return s.byDonorCard(ctx, c, code)
		}
		return s.byBooking(ctx, c, code)
	})
}

func (s *Service) byDonorCard(ctx context.Context, c *session, code identity.Code) error {
	if c.step != StepIdentify {
		return errStep(c.step)
	}
	known, err := s.deps.Records.Donors.DonorByCard(ctx, code.ID)
	if errors.Is(err, fault.New(fault.NotFound, "donor.not_found")) {
		return fault.Wrap(err, fault.NotFound, "code.card_unknown_here")
	}
	if err != nil {
		return err
	}
	return s.identified(ctx, c, known.Person, visit.Code)
}

func (s *Service) byBooking(ctx context.Context, c *session, code identity.Code) error {
	booked, err := s.deps.Records.Appointments.AppointmentByCode(ctx, code.ID)
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		return fault.Wrap(err, fault.NotFound, "code.booking_unknown_here")
	}
	if err != nil {
		return err
	}
	if c.step == StepBooking {
		if booked.DonorKey != c.donorKey {
			return fault.New(fault.Forbidden, "appointment.someone_else")
		}
		return nil
	}
	return s.identified(ctx, c, booked.Person, visit.Code)
}

// identified looks up what is known of the person and goes on to the booking,
// or to the ticket they already have today.
func (s *Service) identified(ctx context.Context, c *session, person identity.Person, source visit.Source) error {
	today := s.deps.Clock.Today()
	key := s.deps.DonorKey(person.Document)
	first, again, err := s.deps.Records.Visits.WaitingVisit(ctx, key, today)
	if err != nil {
		return err
	}
	entry, _, err := s.deps.Records.Gate.Entry(ctx, key)
	if err != nil {
		return err
	}
	bookings, err := s.deps.Records.Appointments.AppointmentsOf(ctx, key, today)
	if err != nil {
		return err
	}
	if person.Name == "" && len(bookings) > 0 {
		// A typed number has no name; the booking's is the person's own.
		person.Name, person.LatinName = bookings[0].Person.Name, bookings[0].Person.LatinName
	}
	entry.Key = key
	c.person, c.source, c.donorKey, c.entry = person, source, key, entry
	c.bookings, c.step = usableFirst(bookings, s.deps.Place().SiteID, today), StepBooking
	if again {
		c.visit, c.step = &first, StepRepeat
		c.receipt = Receipt{State: "printed", QR: s.deps.Paper.QR(first)}
	}
	return nil
}

// Ask is the question this session puts to the gate.
func (c *session) ask(clock Clock) screening.Ask {
	return screening.Ask{Person: c.person, Entry: c.entry, Today: clock.Today()}
}
