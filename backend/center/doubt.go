package center

import (
	"context"
	"errors"

	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// doubts names what a visit says that the center cannot confirm.
func (c *Center) doubts(v visit.Visit) []visit.Doubt {
	known := visit.Known{Consents: c.consents, Questionnaire: c.packs.HasQuestionnaire, Rules: c.packs.HasSelection, Now: c.config.Now()}
	return known.DoubtsAbout(v)
}

// examine holds a visit against its booking. One that is somebody else's is left alone:
// who came is kept as a walk-in.
func (c *Center) examine(ctx context.Context, v visit.Visit) (visit.Visit, error) {
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
