// Package appointment holds bookings: who comes to which site, on which day,
// in which half hour, to give what.
package appointment

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
)

// Status is the life of a booking.
type Status string

const (
	Booked    Status = "booked"     // expected
	CheckedIn Status = "checked_in" // a visit stands for it
	Cancelled Status = "cancelled"  // by the donor or the site
)

// Appointment is one booking.
type Appointment struct {
	ID       string           `json:"id"`
	Code     string           `json:"code"` // opaque code in the QR, see identity.ParseCode
	SiteID   string           `json:"site_id"`
	DonorKey string           `json:"donor_key"` // keyed hash of the document, see screening.Key
	Person   identity.Person  `json:"person"`    // sealed wherever it is stored
	Day      calendar.Date    `json:"day"`
	Start    string           `json:"start"` // "09:30", Beijing time
	Product  donation.Product `json:"product"`
	VolumeML int              `json:"volume_ml,omitempty"` // whole blood, mL
	Units    int              `json:"units,omitempty"`     // apheresis units
	Status   Status           `json:"status"`
}

// Store keeps appointments. All methods take part in the transaction that ctx carries.
type Store interface {
	// SaveAppointment inserts or replaces by ID.
	SaveAppointment(ctx context.Context, a Appointment) error
	DeleteAppointment(ctx context.Context, id string) error
	// Appointment finds by ID; fault "appointment.not_found".
	Appointment(ctx context.Context, id string) (Appointment, error)
	// AppointmentByCode finds by the code of the QR; fault "appointment.not_found".
	AppointmentByCode(ctx context.Context, code string) (Appointment, error)
	// AppointmentsOf returns a person's bookings from a day on, earliest first.
	AppointmentsOf(ctx context.Context, donorKey string, from calendar.Date) ([]Appointment, error)
	// AppointmentsAt returns a site's bookings of a day by start time.
	AppointmentsAt(ctx context.Context, siteID string, day calendar.Date) ([]Appointment, error)
}
