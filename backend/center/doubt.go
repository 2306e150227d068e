package center

import (
	"context"
	"errors"

	"lianxin/backend/consent"
	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// examine notes what a visit says that the center cannot confirm. A booking that is
// somebody else's is left alone: who came is kept as a walk-in.
func (c *Center) examine(ctx context.Context, v visit.Visit) (visit.Visit, error) {
	texts, err := consent.BuiltIn()
	if err != nil {
		return v, err
	}
	known := visit.Known{Consents: texts, Questionnaire: c.packs.HasQuestionnaire, Rules: c.packs.HasSelection, Now: c.config.Now()}
	v.Doubts = known.DoubtsAbout(v)
	if v.AppointmentID == "" {
		return v, nil
	}
	booked, err := c.store.Appointment(ctx, v.AppointmentID)
	if errors.Is(err, fault.New(fault.NotFound, "appointment.not_found")) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	if booked.DonorKey != v.DonorKey {
		v.AppointmentID, v.Doubts = "", append(v.Doubts, visit.BookingOfAnother)
	}
	return v, nil
}
