package store

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/visit"
)

// CountArrivals implements visit.Store; nothing is unsealed for it.
func (s *Store) CountArrivals(ctx context.Context, siteID string, day calendar.Date, after, until time.Time) (int64, error) {
	var n int64
	err := s.read(ctx).Model(&visitRow{}).Where("site_id = ? AND day = ? AND outcome = ? AND arrived_at > ? AND arrived_at <= ?",
		siteID, day, visit.Waiting, Instant{after}, Instant{until}).Count(&n).Error
	return n, translate(err)
}
