package center

import (
	"context"
	"fmt"

	"lianxin/backend/gift"
	"lianxin/backend/point"
)

// GiftReport is everything that was loaded and spent, added up.
type GiftReport struct {
	Categories  []CategoryStock
	Redemptions int64
	Issued      int64 // points ever given
	Held        int64
	Redeemed    int64
	Expired     int64
	WrittenOff  int64
	Check       error // what does not add up; nil when everything does
}

// CategoryStock is the stock of a category; SiteID is "" and GiftID the category.
type CategoryStock struct {
	ID string
	gift.Stock
}

// GiftReport adds stock, codes and points up and says what does not fit.
func (c *Center) GiftReport(ctx context.Context) (GiftReport, error) {
	var report GiftReport
	stocks, err := c.store.Stocks(ctx, "")
	if err != nil {
		return report, err
	}
	gifts := map[string]string{}
	for _, s := range stocks {
		if _, known := gifts[s.GiftID]; !known {
			g, err := c.store.Gift(ctx, s.GiftID)
			if err != nil {
				return report, err
			}
			gifts[s.GiftID] = g.Category
		}
		report.add(gifts[s.GiftID], s)
	}
	sums, err := c.store.LedgerSums(ctx)
	if err != nil {
		return report, err
	}
	report.Issued, report.Held, report.Redeemed = -sums.Posted[point.Issued], sums.Posted[point.OfHold("")], sums.Posted[point.Redeemed]
	report.Expired, report.WrittenOff = sums.Posted[point.Expired], sums.Posted[point.WrittenOff]
	report.Check = sums.Check()
	astray, count, err := c.store.RedemptionSums(ctx)
	report.Redemptions = count
	if err == nil && report.Check == nil && astray != "" {
		report.Check = fmt.Errorf("redemptions and stock differ: %s", astray)
	}
	return report, err
}

func (r *GiftReport) add(category string, s gift.Stock) {
	for i := range r.Categories {
		if own := &r.Categories[i]; own.ID == category {
			own.Loaded, own.Left, own.Held, own.Handed = own.Loaded+s.Loaded, own.Left+s.Left, own.Held+s.Held, own.Handed+s.Handed
			return
		}
	}
	r.Categories = append(r.Categories, CategoryStock{category, s})
}
