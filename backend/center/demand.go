package center

import (
	"bytes"
	"context"

	"lianxin/backend/api"
	"lianxin/backend/demand"
	"lianxin/backend/demand/paper"
	"lianxin/backend/demand/workbook"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/preference"
)

// DemandReport implements api.Demand.
func (c *Center) DemandReport(ctx context.Context, siteID string, by api.Caller) (demand.Report, error) {
	if siteID != "" && !by.MaySee(siteID) {
		return demand.Report{}, fault.New(fault.NotFound, "site.not_found")
	}
	if err := c.freshPacks(ctx); err != nil {
		return demand.Report{}, err
	}
	rules, err := c.packs.Planning(c.Today())
	if err != nil {
		return demand.Report{}, err
	}
	facts, err := c.demandFacts(ctx, siteID, by)
	if err != nil {
		return demand.Report{}, err
	}
	return rules.Report(facts), c.recordAt(ctx, siteID, by.StaffID, "gift.report", "catalogue", "")
}

// demandFacts are what a caller may know of: shelves at their places, and codes, which
// are handed out everywhere.
func (c *Center) demandFacts(ctx context.Context, siteID string, by api.Caller) (demand.Facts, error) {
	f := demand.Facts{Today: c.Today(), Shelves: map[demand.Place]demand.Shelf{}, Sites: []demand.Site{}}
	sites, err := c.store.Sites(ctx)
	if err != nil {
		return f, err
	}
	for _, s := range sites {
		if by.MaySee(s.ID) && (siteID == "" || siteID == s.ID) {
			f.Sites = append(f.Sites, demand.Site{ID: s.ID, Name: s.Name})
		}
	}
	if siteID != "" && len(f.Sites) == 0 {
		return f, fault.New(fault.NotFound, "site.not_found")
	}
	gifts, stocks, err := c.Gifts(ctx)
	if err != nil {
		return f, err
	}
	for _, g := range gifts {
		if !g.Withdrawn {
			f.Gifts = append(f.Gifts, demand.Gift{ID: g.ID, Name: g.Name, Category: g.Shelf.Name, Points: g.Points})
		}
	}
	for _, s := range stocks {
		f.Shelves[demand.Place{GiftID: s.GiftID, SiteID: s.SiteID}] = demand.Shelf{Stock: s.Left, Series: make([]int, demand.PastWeeks)}
	}
	if err := c.addRequested(ctx, &f); err != nil {
		return f, err
	}
	f.Taste, err = c.tasteFigures(ctx)
	return f, err
}

// addRequested puts what was asked for week by week beside what is there.
func (c *Center) addRequested(ctx context.Context, f *demand.Facts) error {
	weeks := demand.WeeksBefore(f.Today, demand.PastWeeks)
	asked, err := c.store.RequestedByWeek(ctx, midnight(weeks.From))
	if err != nil {
		return err
	}
	for _, a := range asked {
		if a.Week >= demand.PastWeeks {
			continue // this week is not over
		}
		at := demand.Place{GiftID: a.GiftID, SiteID: a.SiteID}
		shelf, ok := f.Shelves[at]
		if !ok {
			shelf = demand.Shelf{Series: make([]int, demand.PastWeeks)}
			f.Shelves[at] = shelf
		}
		shelf.Series[a.Week] += a.N
	}
	return nil
}

// tasteFigures say how good suggestions were when everybody was counted last.
func (c *Center) tasteFigures(ctx context.Context) (demand.Taste, error) {
	var e preference.Evaluation
	if _, err := c.store.Setting(ctx, evaluationSetting, &e); err != nil {
		return demand.Taste{}, err
	}
	off, err := c.store.SwitchedOff(ctx)
	return demand.Taste{People: e.Suggested.People, HitRate: e.Suggested.HitRate, HitRatePopular: e.Popularity.HitRate,
		Coverage: e.Suggested.Coverage, CoveragePopularity: e.Popularity.Coverage, SwitchedOff: off}, err
}

// DemandWorkbook implements api.Demand.
func (c *Center) DemandWorkbook(ctx context.Context, siteID string, language lang.Tag, by api.Caller) ([]byte, error) {
	r, err := c.DemandReport(ctx, siteID, by)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = workbook.Write(&out, r, language)
	return out.Bytes(), err
}

// DemandPaper implements api.Demand.
func (c *Center) DemandPaper(ctx context.Context, siteID string, language lang.Tag, by api.Caller) ([]byte, error) {
	r, err := c.DemandReport(ctx, siteID, by)
	if err != nil {
		return nil, err
	}
	return paper.Render(r, language, c.config.Now())
}
