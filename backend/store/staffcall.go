package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lianxin/backend/staffcall"
)

type callRow struct {
	ID             string `gorm:"primaryKey"`
	SiteID         string
	DeviceID       string
	RaisedAt       Instant
	ClearedAt      Instant
	ClearedBy      string
	AcknowledgedAt Instant
	AcknowledgedBy string
}

func (callRow) TableName() string { return "staff_calls" }

func (r callRow) call() staffcall.Call {
	return staffcall.Call{ID: r.ID, SiteID: r.SiteID, DeviceID: r.DeviceID, RaisedAt: r.RaisedAt.Time, ClearedAt: r.ClearedAt.Time,
		ClearedBy: r.ClearedBy, AcknowledgedAt: r.AcknowledgedAt.Time, AcknowledgedBy: r.AcknowledgedBy}
}

// SaveCall implements staffcall.Store.
func (s *Store) SaveCall(ctx context.Context, c staffcall.Call) error {
	row := callRow{ID: c.ID, SiteID: c.SiteID, DeviceID: c.DeviceID, RaisedAt: Instant{c.RaisedAt}, ClearedAt: Instant{c.ClearedAt},
		ClearedBy: c.ClearedBy, AcknowledgedAt: Instant{c.AcknowledgedAt}, AcknowledgedBy: c.AcknowledgedBy}
	return translate(s.write(ctx).Clauses(replace).Create(&row).Error)
}

// Call implements staffcall.Store.
func (s *Store) Call(ctx context.Context, id string) (staffcall.Call, error) {
	var row callRow
	if err := first(s.read(ctx).Where("id = ?", id), &row, "staff_call.not_found"); err != nil {
		return staffcall.Call{}, err
	}
	return row.call(), nil
}

// OpenCalls implements staffcall.Store.
func (s *Store) OpenCalls(ctx context.Context, siteID string) ([]staffcall.Call, error) {
	return s.callsWhere(s.read(ctx).Where("site_id = ?", siteID))
}

// OpenCallsAt lists the open calls of some sites, oldest first; nil is all sites.
func (s *Store) OpenCallsAt(ctx context.Context, siteIDs []string) ([]staffcall.Call, error) {
	query := s.read(ctx)
	if siteIDs != nil {
		query = query.Where("site_id IN ?", siteIDs)
	}
	return s.callsWhere(query)
}

// LockCall is Call, and keeps others who answer the call waiting.
func (s *Store) LockCall(ctx context.Context, id string) (staffcall.Call, error) {
	var row callRow
	if err := first(s.locked(ctx).Where("id = ?", id), &row, "staff_call.not_found"); err != nil {
		return staffcall.Call{}, err
	}
	return row.call(), nil
}

func (s *Store) callsWhere(query *gorm.DB) ([]staffcall.Call, error) {
	var rows []callRow
	if err := query.Where("cleared_at = 0").Order("raised_at, id").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list staff calls: %w", err))
	}
	calls := make([]staffcall.Call, 0, len(rows))
	for _, row := range rows {
		calls = append(calls, row.call())
	}
	return calls, nil
}
