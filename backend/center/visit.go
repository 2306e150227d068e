package center

import (
	"context"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/visit"
)

// Visit implements api.Visits. The reading is written down before anything is
// answered, and while it is on its way to the disk the visit is opened; an attempt at
// a visit of another site is written down too.
func (c *Center) Visit(ctx context.Context, id string, by api.Caller) (api.VisitDocument, error) {
	closed, err := c.store.ClosedVisit(ctx, id)
	if err != nil {
		return api.VisitDocument{}, err
	}
	site := closed.SiteID()
	if !by.MaySee(site) {
		if err := c.reading(ctx, by, site, "visit.read_refused", "visit", id).Wait(ctx); err != nil {
			return api.VisitDocument{}, err
		}
		return api.VisitDocument{}, fault.New(fault.NotFound, "visit.not_found")
	}
	reading := c.reading(ctx, by, site, "visit.read", "visit", id)
	document, err := closed.Document()
	if err := reading.Wait(ctx); err != nil {
		return api.VisitDocument{}, err
	}
	return api.VisitDocument{SiteID: site, JSON: document}, err
}

// VisitsAt implements api.Visits. A list is one entry; its object is the day.
func (c *Center) VisitsAt(ctx context.Context, siteID string, day calendar.Date, by api.Caller) ([]visit.Listed, error) {
	if !by.MaySee(siteID) {
		return nil, fault.New(fault.NotFound, "site.not_found")
	}
	if _, err := c.store.Site(ctx, siteID); err != nil {
		return nil, err
	}
	reading := c.reading(ctx, by, siteID, "visit.list", "visit_day", day.String())
	all, err := c.store.ListVisits(ctx, siteID, day)
	if err := reading.Wait(ctx); err != nil {
		return nil, err
	}
	return all, err
}
