package center

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// Visit implements api.Visits. The reading is written down before anything is
// answered; an attempt at a visit of another site is written down too.
func (c *Center) Visit(ctx context.Context, id string, by api.Caller) (visit.Visit, error) {
	v, err := c.store.Visit(ctx, id)
	if err != nil {
		return visit.Visit{}, err
	}
	if !by.MaySee(v.SiteID) {
		if err := c.recordAt(ctx, v.SiteID, by.StaffID, "visit.read_refused", "visit", v.ID); err != nil {
			return visit.Visit{}, err
		}
		return visit.Visit{}, fault.New(fault.NotFound, "visit.not_found")
	}
	return v, c.recordAt(ctx, v.SiteID, by.StaffID, "visit.read", "visit", v.ID)
}

// VisitsAt implements api.Visits. A list is one entry; its object is the day.
func (c *Center) VisitsAt(ctx context.Context, siteID string, day calendar.Date, by api.Caller) ([]visit.Visit, error) {
	if !by.MaySee(siteID) {
		return nil, fault.New(fault.NotFound, "site.not_found")
	}
	if _, err := c.store.Site(ctx, siteID); err != nil {
		return nil, err
	}
	if err := c.recordAt(ctx, siteID, by.StaffID, "visit.list", "visit_day", day.String()); err != nil {
		return nil, err
	}
	return c.store.VisitsAt(ctx, siteID, day)
}
