package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"lianxin/backend/appointment"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
)

type appointmentRow struct {
	ID        string `gorm:"primaryKey"`
	CodeIndex string
	SiteID    string
	DonorKey  string
	Day       calendar.Date
	StartTime string
	Product   donation.Product
	VolumeML  int `gorm:"column:volume_ml"`
	Units     int
	Status    appointment.Status
	Sealed    []byte
}

func (appointmentRow) TableName() string { return "appointments" }

type appointmentSealed struct {
	Code   string
	Person identity.Person
}

// replace inserts a row or overwrites the one with the same primary key.
var replace = clause.OnConflict{UpdateAll: true}

// SaveAppointment implements appointment.Store.
func (s *Store) SaveAppointment(ctx context.Context, a appointment.Appointment) error {
	sealed, err := s.sealJSON("appointments", a.ID, appointmentSealed{a.Code, a.Person})
	if err != nil {
		return err
	}
	row := appointmentRow{ID: a.ID, CodeIndex: s.keyring.Index("appointment-code", a.Code), SiteID: a.SiteID,
		DonorKey: a.DonorKey, Day: a.Day, StartTime: a.Start, Product: a.Product, VolumeML: a.VolumeML,
		Units: a.Units, Status: a.Status, Sealed: sealed}
	if err := s.write(ctx).Clauses(replace).Create(&row).Error; err != nil {
		return translate(fmt.Errorf("save appointment: %w", err))
	}
	return nil
}

// SetAppointmentStatus changes how a booking stands, and nothing else of it: somebody
// may move it at the same moment. It returns the booking as it is then. Fault
// "appointment.not_found".
func (s *Store) SetAppointmentStatus(ctx context.Context, id string, status appointment.Status) (a appointment.Appointment, err error) {
	err = s.together(ctx, func(ctx context.Context) error {
		var row appointmentRow
		if err := first(s.locked(ctx).Where("id = ?", id), &row, "appointment.not_found"); err != nil {
			return err
		}
		row.Status = status
		if err := s.write(ctx).Model(&appointmentRow{}).Where("id = ?", id).UpdateColumn("status", status).Error; err != nil {
			return fmt.Errorf("status of appointment: %w", err)
		}
		a, err = s.appointmentFromRow(row)
		return err
	})
	return a, err
}

// DeleteAppointment implements appointment.Store.
func (s *Store) DeleteAppointment(ctx context.Context, id string) error {
	return translate(s.write(ctx).Delete(&appointmentRow{}, "id = ?", id).Error)
}

// Appointment implements appointment.Store.
func (s *Store) Appointment(ctx context.Context, id string) (appointment.Appointment, error) {
	var row appointmentRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "appointment.not_found"); err != nil {
		return appointment.Appointment{}, err
	}
	return s.appointmentFromRow(row)
}

// AppointmentByCode implements appointment.Store.
func (s *Store) AppointmentByCode(ctx context.Context, code string) (appointment.Appointment, error) {
	var row appointmentRow
	index := s.keyring.Index("appointment-code", code)
	if err := first(s.read(ctx).Where("code_index = ?", index), &row, "appointment.not_found"); err != nil {
		return appointment.Appointment{}, err
	}
	return s.appointmentFromRow(row)
}

// AppointmentsOf implements appointment.Store.
func (s *Store) AppointmentsOf(ctx context.Context, donorKey string, from calendar.Date) ([]appointment.Appointment, error) {
	return s.appointments(ctx, "donor_key = ? AND day >= ?", donorKey, from)
}

// AppointmentsAt implements appointment.Store.
func (s *Store) AppointmentsAt(ctx context.Context, siteID string, day calendar.Date) ([]appointment.Appointment, error) {
	return s.appointments(ctx, "site_id = ? AND day = ?", siteID, day)
}

// Bookings are what is booked at a site from a day on, without code and person: nothing is
// unsealed for who looks after a site's hours.
func (s *Store) Bookings(ctx context.Context, siteID string, from calendar.Date) ([]appointment.Appointment, error) {
	var rows []appointmentRow
	err := s.read(ctx).Select("id", "site_id", "day", "start_time", "product", "volume_ml", "units", "status").
		Where("site_id = ? AND day >= ? AND status = ?", siteID, from, appointment.Booked).Order("day, start_time, id").Find(&rows).Error
	if err != nil {
		return nil, translate(fmt.Errorf("list bookings of a site: %w", err))
	}
	found := make([]appointment.Appointment, 0, len(rows))
	for _, row := range rows {
		found = append(found, appointment.Appointment{ID: row.ID, SiteID: row.SiteID, Day: row.Day, Start: row.StartTime, Product: row.Product,
			VolumeML: row.VolumeML, Units: row.Units, Status: row.Status})
	}
	return found, nil
}

func (s *Store) appointments(ctx context.Context, where string, args ...any) ([]appointment.Appointment, error) {
	var rows []appointmentRow
	if err := s.read(ctx).Where(where, args...).Order("day, start_time, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list appointments: %w", err))
	}
	found := make([]appointment.Appointment, 0, len(rows))
	for _, row := range rows {
		a, err := s.appointmentFromRow(row)
		if err != nil {
			return nil, err
		}
		found = append(found, a)
	}
	return found, nil
}

func (s *Store) appointmentFromRow(row appointmentRow) (appointment.Appointment, error) {
	var private appointmentSealed
	if err := s.openJSON("appointments", row.ID, row.Sealed, &private); err != nil {
		return appointment.Appointment{}, err
	}
	return appointment.Appointment{ID: row.ID, Code: private.Code, SiteID: row.SiteID, DonorKey: row.DonorKey,
		Person: private.Person, Day: row.Day, Start: row.StartTime, Product: row.Product,
		VolumeML: row.VolumeML, Units: row.Units, Status: row.Status}, nil
}
