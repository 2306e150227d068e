package center

import (
	"context"
	"fmt"
	"slices"

	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/sync"
)

// LoadCatalogue puts a catalogue in place of the one before. What is in it no more is
// withdrawn; redemptions still name it. It returns how many gifts changed.
func (c *Center) LoadCatalogue(ctx context.Context, catalogue gift.Catalogue, by string) (changed int, err error) {
	shelves := map[string]gift.Category{}
	for _, k := range catalogue.Categories {
		shelves[k.ID] = k
	}
	err = c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		before, err := c.store.Gifts(ctx)
		if err != nil {
			return nil, err
		}
		known := map[string]gift.Listed{}
		for _, g := range before {
			known[g.ID] = g
		}
		var next []gift.Listed
		for i, g := range catalogue.Gifts {
			listed := gift.Listed{Gift: g, Shelf: shelves[g.Category], Position: i}
			if known[g.ID] != listed {
				next = append(next, listed)
			}
			delete(known, g.ID)
		}
		var marks []sync.Mark
		for _, g := range next {
			marks = append(marks, sync.Mark{Scope: sync.Everywhere, Noun: sync.Gift, ID: g.ID})
		}
		for _, g := range known {
			g.Withdrawn = true
			next = append(next, g)
			marks = append(marks, sync.Mark{Scope: sync.Everywhere, Noun: sync.Gift, ID: g.ID, Deleted: true})
		}
		changed = len(next)
		if err := c.store.SaveGifts(ctx, next...); err != nil {
			return nil, err
		}
		return marks, c.record(ctx, by, "gift.load", "catalogue", "")
	})
	return changed, err
}

// AddStock adds to what a pick-up place has, or takes away what nobody asked for yet,
// and returns what there is then. Faults "gift.not_found", "site.not_found",
// "gift.place" for a gift of codes, "gift.none_left".
func (c *Center) AddStock(ctx context.Context, giftID, siteID string, n int, by string) (gift.Stock, error) {
	var now gift.Stock
	err := c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		g, err := c.store.Gift(ctx, giftID)
		if err != nil {
			return nil, err
		}
		if g.Codes {
			return nil, fault.New(fault.Conflict, "gift.place")
		}
		if _, err := c.store.Site(ctx, siteID); err != nil {
			return nil, err
		}
		if now, err = c.store.MoveStock(ctx, gift.Stock{GiftID: giftID, SiteID: siteID, Loaded: n, Left: n}); err != nil {
			return nil, err
		}
		return loadedMarks(now), c.recordAt(ctx, siteID, by, "gift.stock", "gift", giftID)
	})
	return now, err
}

// LoadCodes keeps codes that were bought for a gift and returns how many are new: one
// that is there already is left out. Faults "gift.not_found", "gift.no_codes",
// "gift.codes_invalid".
func (c *Center) LoadCodes(ctx context.Context, giftID string, texts []string, by string) (added int, err error) {
	codes := make([]gift.Code, len(texts))
	for i, text := range texts {
		normal, wrong := gift.NormalCode(text)
		if wrong != "" || normal == "" {
			return 0, fault.New(fault.Invalid, "gift.codes_invalid").At(fmt.Sprintf("codes[%d]", i), "code", wrong)
		}
		codes[i] = gift.Code{ID: c.config.NewID(), GiftID: giftID, Text: normal}
	}
	err = c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		g, err := c.store.Gift(ctx, giftID)
		if err != nil {
			return nil, err
		}
		if !g.Codes {
			return nil, fault.New(fault.Conflict, "gift.no_codes")
		}
		if added, err = c.store.AddCodes(ctx, codes...); err != nil || added == 0 {
			return nil, err
		}
		now, err := c.store.MoveStock(ctx, gift.Stock{GiftID: giftID, Loaded: added, Left: added})
		if err != nil {
			return nil, err
		}
		return loadedMarks(now), c.record(ctx, by, "gift.codes", "gift", giftID)
	})
	return added, err
}

// loadedMarks tell everybody of a stock that staff changed.
func loadedMarks(s gift.Stock) []sync.Mark {
	return []sync.Mark{{Scope: sync.Everywhere, Noun: sync.Stock, ID: gift.Level{GiftID: s.GiftID, SiteID: s.SiteID}.ID()}}
}

// Gifts returns the catalogue with what there is of everything.
func (c *Center) Gifts(ctx context.Context) ([]gift.Listed, []gift.Stock, error) {
	all, err := c.store.Gifts(ctx)
	if err != nil {
		return nil, nil, err
	}
	stocks, err := c.store.Stocks(ctx, "")
	return all, stocks, err
}

func (c *Center) loadGifts(ctx context.Context, ids []string) (map[string]any, error) {
	all, err := c.store.GiftsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[string]any, len(all))
	for id, g := range all {
		if !g.Withdrawn {
			found[id] = g
		}
	}
	return found, nil
}

// loadLevels gives what is left, and nothing of what is held or was handed out.
func (c *Center) loadLevels(ctx context.Context, ids []string) (map[string]any, error) {
	var gifts []string
	for _, id := range ids {
		if g := gift.LevelOf(id).GiftID; !slices.Contains(gifts, g) {
			gifts = append(gifts, g)
		}
	}
	stocks, err := c.store.StocksOf(ctx, gifts)
	if err != nil {
		return nil, err
	}
	found := make(map[string]any, len(stocks))
	for _, s := range stocks {
		l := gift.Level{GiftID: s.GiftID, SiteID: s.SiteID, Left: s.Left}
		found[l.ID()] = l
	}
	return found, nil
}
