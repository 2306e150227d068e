package store

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/donor"
)

// DonorByCardKey finds by the keyed hash of the donor card; fault "donor.not_found".
func (s *Store) DonorByCardKey(ctx context.Context, key string) (donor.Donor, error) {
	return s.donorWhere(ctx, "card_key = ?", key)
}

// TakeLookup counts one lookup of a device, over all instances, and tells whether it
// may be made: so many at once, and one more every so often. A time far beyond what
// can be used up comes from a clock that was wrong, and counts for nothing.
func (s *Store) TakeLookup(ctx context.Context, deviceID string, now time.Time, atOnce int, every time.Duration) (bool, error) {
	at, step := now.UnixMicro(), every.Microseconds()
	full := at + int64(atOnce)*step
	done := s.write(ctx).Exec(`INSERT INTO lookups (device_id, used_until) VALUES (?, ?)
		ON CONFLICT (device_id) DO UPDATE SET used_until =
			CASE WHEN lookups.used_until BETWEEN ? AND ? THEN lookups.used_until + ? ELSE excluded.used_until END
		WHERE lookups.used_until <= ? OR lookups.used_until > ?`,
		deviceID, at+step, at, full, step, full-step, full)
	if done.Error != nil {
		return false, translate(fmt.Errorf("count a lookup: %w", done.Error))
	}
	return done.RowsAffected > 0, nil
}

// LookedUp tells until when purses of lookups are used: about when each was used last, and
// as much later as it has been used at once.
func (s *Store) LookedUp(ctx context.Context, purses []string) (map[string]time.Time, error) {
	var rows []struct {
		DeviceID  string
		UsedUntil Instant
	}
	err := s.read(ctx).Table("lookups").Where("device_id IN ?", purses).Find(&rows).Error
	used := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		used[r.DeviceID] = r.UsedUntil.Time
	}
	return used, translate(err)
}

// ForgetDonorsElsewhere removes from a kiosk the donors it looked up that do not
// belong to its site.
func (s *Store) ForgetDonorsElsewhere(ctx context.Context, siteID string) error {
	return translate(s.write(ctx).Delete(&donorRow{}, "site_id <> ?", siteID).Error)
}
