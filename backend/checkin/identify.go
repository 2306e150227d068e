package checkin

import (
	"context"
	"errors"
	"slices"
	"time"

	"lianxin/backend/appointment"
	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/visit"
)

// IdentifyCard takes the person a reader read from a card. It is called by the
// reader, not by the page. At the booking step the card of the person already
// known counts as well: staff need not check then what was typed or scanned.
func (s *Service) IdentifyCard(ctx context.Context, person identity.Person) (Session, error) {
	return s.do(ctx, func(c *session) error {
		isSame := c.step == StepBooking && s.deps.DonorKey(person.Document) == c.donorKey
		if c.step != StepIdentify && c.step != StepProof && !isSame {
			return errStep(c.step)
		}
		if c.aim.isOwn() {
			return s.openAccount(c, person)
		}
		s.askedForProof(c)
		return s.identified(ctx, c, person, visit.Card)
	})
}

// IdentifyTyped takes a document number entered on the screen. Faults are those
// of identity.Parse, "identity.birth_date_missing", "identity.sex_missing", and
// "identity.too_many" when numbers were typed too often here.
func (s *Service) IdentifyTyped(ctx context.Context, in TypedIdentity) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepIdentify {
			return errStep(c.step)
		}
		if c.aim.isOwn() {
			return errCardOnly()
		}
		person, err := s.typed(in)
		if err != nil {
			return err
		}
		if err := s.mayType(ctx); err != nil {
			return err
		}
		return s.identified(ctx, c, person, visit.Typed)
	})
}

// typed makes a person of a typed number. There is no name: a name that nobody
// checked would look as true as one from a card. The fault names every wrong place.
func (s *Service) typed(in TypedIdentity) (identity.Person, error) {
	doc, err := s.parse(in)
	wrong, ok := errors.AsType[*fault.Fault](err)
	if err != nil && !ok {
		return identity.Person{}, err
	}
	person := identity.Person{Document: doc, Born: in.BirthDate, Sex: identity.Sex(in.Sex)}
	if born, ok := doc.BirthDate(); ok {
		person.Born, person.Sex = born, doc.Sex()
	}
	var places []fault.Place
	code := "identity.incomplete"
	if wrong != nil {
		code = wrong.Code
		for _, p := range wrong.Places {
			places = append(places, fault.Place{Location: "body." + p.Location, Code: p.Code, Detail: p.Detail})
		}
	}
	if wrong == nil || !carriesBirth(in.Kind) {
		places = append(places, s.lacks(person)...)
	}
	switch {
	case len(places) == 0:
		return person, nil
	case wrong == nil && places[0].Code == "identity.birth_date":
		code = places[0].Code // nothing is missing, something is wrong
	}
	f := fault.New(fault.Invalid, code)
	f.Places = places
	return identity.Person{}, f
}

// lacks names what a number does not carry and nobody said, or said impossibly.
func (s *Service) lacks(p identity.Person) []fault.Place {
	var places []fault.Place
	today := s.deps.Clock.Today()
	switch {
	case p.Born.IsZero():
		places = append(places, fault.Place{Location: "body.birth_date", Code: "identity.birth_date_missing"})
	case p.Born.After(today), p.Born.AgeOn(today) > oldest:
		places = append(places, fault.Place{Location: "body.birth_date", Code: "identity.birth_date"})
	}
	if p.Sex != identity.Male && p.Sex != identity.Female {
		places = append(places, fault.Place{Location: "body.sex", Code: "identity.sex_missing"})
	}
	return places
}

// carriesBirth tells whether a number of the kind says birth date and sex.
func carriesBirth(k identity.Kind) bool {
	return k == identity.ResidentID || k == identity.HKMTResidencePermit || k == identity.ForeignPR2023
}

// oldest is an age in years nobody has reached.
const oldest = 130

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
	return s.do(ctx, func(c *session) error {
		if c.step != StepIdentify && c.step != StepProof && c.step != StepBooking {
			return errStep(c.step)
		}
		if c.aim.isOwn() {
			return errCardOnly()
		}
		s.askedForProof(c)
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
	if fault.CodeOf(err) == "donor.not_found" && s.asks(c) {
		s.deps.Elsewhere.OfCard(ctx, code.ID)
		known, err = s.deps.Records.Donors.DonorByCard(ctx, code.ID)
	}
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
		if booked, err = s.elsewhere(ctx, c, code); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	if c.step == StepBooking && booked.DonorKey != c.donorKey {
		return fault.New(fault.Forbidden, "appointment.someone_else")
	}
	if c.step == StepIdentify || !c.isProven() {
		if err := s.identified(ctx, c, booked.Person, visit.Code); err != nil {
			return err
		}
	}
	c.bookings = usableFirst(withFirst(c.bookings, booked), s.deps.Place().SiteID, s.deps.Clock.Today())
	return nil
}

// asks tells whether the center is to be asked for this person, which it is once.
func (s *Service) asks(c *session) bool {
	first := s.deps.Elsewhere != nil && !c.asked
	c.asked = true
	return first
}

// elsewhere finds the booking at another site that a code is of. Without the center
// it explains where and when that is. Whose it is, this kiosk does not know then; the
// card tells, and the booking is shown then too.
func (s *Service) elsewhere(ctx context.Context, c *session, code identity.Code) (appointment.Appointment, error) {
	bookings := s.deps.Records.Appointments
	notice, err := bookings.AppointmentByCode(ctx, s.deps.NoticeCode(code.ID))
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		return notice, fault.Wrap(err, fault.NotFound, "code.booking_unknown_here")
	}
	if err != nil {
		return notice, err
	}
	if s.asks(c) {
		s.deps.Elsewhere.OfBooking(ctx, notice, code.ID)
		whole, err := bookings.AppointmentByCode(ctx, code.ID)
		if fault.CodeOf(err) != "appointment.not_found" {
			return whole, err
		}
	}
	at, err := s.deps.Records.Sites.Site(ctx, notice.SiteID)
	if errors.Is(err, fault.New(fault.NotFound, "site.not_found")) {
		return notice, fault.Wrap(err, fault.NotFound, "code.booking_unknown_here")
	}
	if err != nil {
		return notice, err
	}
	return notice, fault.New(fault.Conflict, "appointment.elsewhere").With("site", at.Name).
		With("day", notice.Day.String()).With("start", notice.Start)
}

// withFirst puts the booking somebody holds in their hand before the others,
// also one of an earlier day: who shows it must be told why it does not count.
func withFirst(bookings []appointment.Appointment, shown appointment.Appointment) []appointment.Appointment {
	others := slices.DeleteFunc(slices.Clone(bookings), func(b appointment.Appointment) bool { return b.ID == shown.ID })
	return append([]appointment.Appointment{shown}, others...)
}

// identified takes over who the person is.
func (s *Service) identified(ctx context.Context, c *session, person identity.Person, source visit.Source) error {
	c.person, c.source, c.donorKey = person, source, s.deps.DonorKey(person.Document)
	return s.lookUp(ctx, c)
}

// lookUp finds what is known of the person today and goes on to the booking, or
// to the ticket they already have.
func (s *Service) lookUp(ctx context.Context, c *session) error {
	c.day = s.deps.Clock.Today()
	first, again, err := s.deps.Records.Visits.WaitingVisit(ctx, c.donorKey, c.day)
	if err != nil {
		return err
	}
	if !again {
		if err := s.askForPass(ctx, c); err != nil {
			return err
		}
	}
	bookings, err := s.deps.Records.Appointments.AppointmentsOf(ctx, c.donorKey, c.day)
	if err != nil {
		return err
	}
	if !c.isProven() { // where somebody will be on another day is nobody else's business
		bookings = slices.DeleteFunc(bookings, func(b appointment.Appointment) bool { return why(b, s.deps.Place().SiteID, c.day) != "" })
	}
	c.bookings, c.step = usableFirst(bookings, s.deps.Place().SiteID, c.day), StepBooking
	if again {
		return s.repeat(ctx, c, first)
	}
	return nil
}

// askForPass has answers given today at another site brought here, for whom they
// belong to.
func (s *Service) askForPass(ctx context.Context, c *session) error {
	if !c.isProven() {
		return nil
	}
	_, here, err := s.deps.Records.Visits.PassOf(ctx, c.donorKey, s.deps.Clock.Moment())
	if err == nil && !here && s.asks(c) {
		s.deps.Elsewhere.OfDonor(ctx, c.donorKey)
	}
	return err
}

// repeat shows the ticket somebody already has, to whom it belongs.
func (s *Service) repeat(ctx context.Context, c *session, first visit.Visit) error {
	if !c.isProven() {
		c.wantProof()
		return nil
	}
	told := s.record(first)
	var err error
	if told.ahead, err = s.ahead(ctx, first); err != nil {
		return err
	}
	if first.SiteID != s.deps.Place().SiteID {
		at, err := s.deps.Records.Sites.Site(ctx, first.SiteID)
		if err != nil && fault.CodeOf(err) != "site.not_found" {
			return err
		}
		told.there = at.Name
		if at.Name == (lang.Text{}) { // closed for good since; the number is all there is to tell
			told.there = lang.Text{ZH: "其他献血点", EN: "another site"}
		}
	}
	c.recorded, c.step = told, StepRepeat
	c.forget()
	return nil
}

// waitingTime is how long somebody who checked in may still be waiting, as far as
// a kiosk can tell: nobody says yet whose number was called.
const waitingTime = time.Hour

// ahead counts who came to the site before v and may still wait.
func (s *Service) ahead(ctx context.Context, v visit.Visit) (int, error) {
	n, err := s.deps.Records.Visits.CountArrivals(ctx, v.SiteID, v.Day, v.Arrived().Add(-waitingTime), v.Arrived())
	if n > 0 && v.Outcome == visit.Waiting {
		n-- // v itself
	}
	return int(n), err
}

// record keeps of a visit what its screen and paper need.
func (s *Service) record(v visit.Visit) *recorded {
	v.Screening = nil
	return &recorded{visit: v, receipt: Receipt{State: "none", QR: s.deps.Paper.QR(v)}}
}

// forget drops what is on the disk now or was never needed: from here on nobody
// can read it here.
func (c *session) forget() {
	c.form, c.pass, c.bookings, c.booking = nil, nil, nil, nil
	c.entry, c.verdict = screening.Entry{}, policy.Verdict{}
	c.consent, c.consented = consent.Consent{}, consent.Text{}
}
