package checkin

import (
	"context"
	"slices"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
	"lianxin/backend/screening"
	"lianxin/backend/visit"
)

// why tells why a booking cannot be used at a site on a day; "" when it can.
func why(b appointment.Appointment, siteID string, today calendar.Date) string {
	switch {
	case b.Status == appointment.Cancelled:
		return "cancelled"
	case b.Status == appointment.CheckedIn:
		return "checked_in"
	case b.Day != today:
		return "other_day"
	case b.SiteID != siteID:
		return "other_site"
	}
	return ""
}

// usableFirst sorts bookings so that the one to take stands first.
func usableFirst(bookings []appointment.Appointment, siteID string, today calendar.Date) []appointment.Appointment {
	slices.SortStableFunc(bookings, func(a, b appointment.Appointment) int {
		usable := func(x appointment.Appointment) int {
			if why(x, siteID, today) == "" {
				return 0
			}
			return 1
		}
		return usable(a) - usable(b)
	})
	return bookings
}

// Choose takes a booking or what a walk-in wants to give, asks the gate, and
// goes on to "you may" or "not today". Faults: "appointment.not_usable" with the
// reason, "checkin.not_offered".
func (s *Service) Choose(ctx context.Context, in Purpose) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepBooking && c.step != StepDeferred {
			return errStep(c.step)
		}
		choice, booking, err := s.choice(ctx, c, in)
		if err != nil {
			return err
		}
		c.chosen, c.booking = choice, booking
		may, err := s.askGate(ctx, c)
		if err != nil {
			return err
		}
		if !may {
			return s.turnAway(ctx, c)
		}
		c.step = StepGate
		return nil
	})
}

// askGate puts the question with what is known at this moment.
func (s *Service) askGate(ctx context.Context, c *session) (may bool, err error) {
	pack, err := s.deps.Packs.Selection(c.day)
	if err != nil {
		return false, err
	}
	if c.entry, _, err = s.deps.Records.Gate.Entry(ctx, c.donorKey); err != nil {
		return false, err
	}
	c.verdict = screening.Gate(pack, screening.Ask{Person: c.person, Entry: c.entry, Today: c.day})
	return c.verdict.For(c.chosen.Product).Allowed, nil
}

// choice checks that what was asked for is there to be had. Whoever is booked
// here today and then chooses something else still comes for the booking, which
// must not wait for them any longer.
func (s *Service) choice(ctx context.Context, c *session, in Purpose) (Choice, *appointment.Appointment, error) {
	place := s.deps.Place()
	if in.BookingID != "" {
		i := slices.IndexFunc(c.bookings, func(b appointment.Appointment) bool { return b.ID == in.BookingID })
		if i < 0 {
			return Choice{}, nil, fault.New(fault.NotFound, "appointment.not_found")
		}
		b := c.bookings[i]
		if reason := why(b, place.SiteID, c.day); reason != "" {
			return Choice{}, nil, fault.New(fault.Conflict, "appointment.not_usable").With("why", reason)
		}
		return Choice{b.Product, b.VolumeML, b.Units}, &b, nil
	}
	here, err := s.deps.Records.Sites.Site(ctx, place.SiteID)
	if err != nil {
		return Choice{}, nil, err
	}
	if in.Choice == nil || !slices.Contains(choices(here.Offers), *in.Choice) {
		return Choice{}, nil, fault.New(fault.Conflict, "checkin.not_offered").At("body.choice", "checkin.not_offered", "")
	}
	return *in.Choice, s.bookedToday(c), nil
}

// bookedToday is the booking that stands for the person's coming; nil for a walk-in.
func (s *Service) bookedToday(c *session) *appointment.Appointment {
	if len(c.bookings) == 0 || why(c.bookings[0], s.deps.Place().SiteID, c.day) != "" {
		return nil
	}
	b := c.bookings[0]
	return &b
}

// turnAway records that the person was told "not today", once for each choice
// of a day, and shows why, until when, and what is possible instead. After a
// typed number none of it is shown.
func (s *Service) turnAway(ctx context.Context, c *session) error {
	c.step = StepDeferred
	told := c.deferred[c.chosen]
	if told == nil || !told.says(c.verdict) {
		var err error
		if told, err = s.toldBefore(ctx, c); err != nil {
			return err
		}
	}
	if told == nil {
		v := s.newVisit(c)
		v.ID = s.deps.NewID()
		v, err := s.deps.Recorder.Defer(ctx, v)
		if err != nil {
			return err
		}
		told = s.record(v)
	}
	if !c.isProven() {
		c.wantProof()
		return nil
	}
	c.deferred[c.chosen], c.recorded = told, told
	return nil
}

// toldBefore finds the record of the same answer earlier today, as when somebody
// tries again; nil when there is none.
func (s *Service) toldBefore(ctx context.Context, c *session) (*recorded, error) {
	today, err := s.deps.Records.Visits.VisitsAt(ctx, s.deps.Place().SiteID, c.day)
	if err != nil {
		return nil, err
	}
	for _, v := range today {
		told := recorded{visit: v}
		isSame := v.DonorKey == c.donorKey && (Choice{v.Product, v.VolumeML, v.Units}) == c.chosen
		if v.Outcome == visit.Deferred && isSame && told.says(c.verdict) {
			return s.record(v), nil
		}
	}
	return nil, nil
}

// says tells whether a deferral gave the answer that is given now.
func (r *recorded) says(now policy.Verdict) bool {
	a, b := r.visit.Verdict.For(r.visit.Product), now.For(r.visit.Product)
	return a.EarliestOn == b.EarliestOn && a.Permanent == b.Permanent && a.AskStaff == b.AskStaff
}

// newVisit is the session's visit as far as it is known.
func (s *Service) newVisit(c *session) visit.Visit {
	place := s.deps.Place()
	v := visit.Visit{ID: c.visitID, SiteID: place.SiteID, DeviceID: place.DeviceID, Day: c.day,
		Source: c.source, DonorKey: c.donorKey, Person: c.person, Product: c.chosen.Product,
		VolumeML: c.chosen.VolumeML, Units: c.chosen.Units, Language: c.language, Verdict: c.verdict,
		At: s.deps.Clock.Now().UTC(), ClockOffset: s.deps.Clock.Offset()}
	if c.booking != nil {
		v.AppointmentID = c.booking.ID
	}
	return v
}

// alternatives are this site's choices of the other products that are possible today.
func alternatives(offered []Choice, possible []donation.Product) []Choice {
	return slices.DeleteFunc(slices.Clone(offered), func(ch Choice) bool { return !slices.Contains(possible, ch.Product) })
}
