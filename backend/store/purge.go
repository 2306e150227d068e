package store

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/calendar"
)

// ForgetPast removes from a kiosk what was pulled for days before day: bookings,
// questionnaires answered elsewhere, and visits of other kiosks. own are the devices it is and was. Its own visits
// and operations stay: a center that is restored from a backup asks for them.
func (s *Store) ForgetPast(ctx context.Context, own []string, day calendar.Date) error {
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Beijing)
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.write(ctx).Delete(&appointmentRow{}, "day < ?", day).Error; err != nil {
			return fmt.Errorf("forget past bookings: %w", err)
		}
		if err := s.write(ctx).Delete(&passRow{}, "answered_at < ?", Instant{midnight}).Error; err != nil {
			return fmt.Errorf("forget past passes: %w", err)
		}
		if err := s.write(ctx).Delete(&visitRow{}, "day < ? AND device_id NOT IN ?", day, own).Error; err != nil {
			return fmt.Errorf("forget others' past visits: %w", err)
		}
		return nil
	})
}
