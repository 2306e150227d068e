package store

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/visit"
)

// arrival is when a person came by the center's clock, as far as the device that
// recorded it knew that: two devices may be hours apart.
const arrival = "arrived_at + clock_offset_us"

// CountArrivals implements visit.Store; nothing is unsealed for it.
func (s *Store) CountArrivals(ctx context.Context, siteID string, day calendar.Date, after, until time.Time) (int64, error) {
	var n int64
	err := s.read(ctx).Model(&visitRow{}).Where("site_id = ? AND day = ? AND outcome = ? AND "+arrival+" > ? AND "+arrival+" <= ?",
		siteID, day, visit.Waiting, Instant{after}, Instant{until}).Count(&n).Error
	return n, translate(err)
}
