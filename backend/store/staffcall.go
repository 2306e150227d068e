package store

import (
	"context"
	"fmt"

	"lianxin/backend/staffcall"
)

type callRow struct {
	ID        string `gorm:"primaryKey"`
	SiteID    string
	DeviceID  string
	RaisedAt  Instant
	ClearedAt Instant
}

func (callRow) TableName() string { return "staff_calls" }

func (r callRow) call() staffcall.Call {
	return staffcall.Call{ID: r.ID, SiteID: r.SiteID, DeviceID: r.DeviceID, RaisedAt: r.RaisedAt.Time, ClearedAt: r.ClearedAt.Time}
}

// SaveCall implements staffcall.Store.
func (s *Store) SaveCall(ctx context.Context, c staffcall.Call) error {
	row := callRow{ID: c.ID, SiteID: c.SiteID, DeviceID: c.DeviceID, RaisedAt: Instant{c.RaisedAt}, ClearedAt: Instant{c.ClearedAt}}
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
	var rows []callRow
	if err := s.read(ctx).Where("site_id = ? AND cleared_at = 0", siteID).Order("raised_at").Find(&rows).Error; err != nil {
		return nil, translate(fmt.Errorf("list staff calls: %w", err))
	}
	calls := make([]staffcall.Call, 0, len(rows))
	for _, row := range rows {
		calls = append(calls, row.call())
	}
	return calls, nil
}
