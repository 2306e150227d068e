package gift

import (
	"context"
	"slices"
	"sync/atomic"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Browser is the catalogue at a kiosk with what is left of everything, as far as the
// kiosk was told. It is read from memory, and made anew when something changed.
type Browser struct {
	Store Store
	shelf atomic.Pointer[shelf]
}

// shelf is never changed.
type shelf struct {
	gifts      []Listed
	byID       map[string]Listed
	categories []Category
	index      *Index
	left       map[string]map[string]int // by gift and site
	anywhere   map[string]bool           // gifts of which there is one somewhere
}

// Card is a gift as screens show it.
type Card struct {
	Gift
	Left     int  `json:"left" doc:"In stock at this site, as far as this kiosk was told; of codes, anywhere"`
	Here     bool `json:"here" doc:"Can be had at this site: in stock, or a code"`
	Anywhere bool `json:"anywhere" doc:"There is one somewhere"`
}

// Wish says what somebody looks for at a kiosk.
type Wish struct {
	Query
	Words  lang.Tag // the language in which words are offered for the text; "" for none
	Here   bool     // in stock at this site, or a code
	Offset int
	Limit  int
}

// Found is a page of cards.
type Found struct {
	Gifts      []Card          `json:"gifts"`
	Total      int             `json:"total" doc:"All that fit"`
	Categories []CategoryCount `json:"categories" doc:"The whole catalogue's, in its order"`
	Words      []string        `json:"words" doc:"What may be meant by the text, the likeliest first: each, searched for instead of it, finds something"`
}

// CategoryCount is a category with how many gifts of it fit whatever else was asked for.
type CategoryCount struct {
	Category
	Count int `json:"count"`
}

// Place is a site with what it has of a gift.
type Place struct {
	ID        string    `json:"id"`
	Name      lang.Text `json:"name"`
	Left      int       `json:"left" doc:"As far as this kiosk was told: up to date for this site; of others it is told only when there are none any more, or some again"`
	Available bool      `json:"available"`
	Here      bool      `json:"here" doc:"This site"`
}

// Reload reads the catalogue and what is left.
func (b *Browser) Reload(ctx context.Context) error {
	gifts, err := b.Store.Gifts(ctx)
	if err != nil {
		return err
	}
	s := &shelf{gifts: gifts, byID: map[string]Listed{}}
	var c Catalogue
	for _, g := range gifts {
		s.byID[g.ID] = g
		c.Gifts = append(c.Gifts, g.Gift)
		if !slices.ContainsFunc(c.Categories, func(k Category) bool { return k.ID == g.Shelf.ID }) {
			c.Categories = append(c.Categories, g.Shelf)
		}
	}
	s.categories, s.index = c.Categories, NewIndex(c)
	if s.left, s.anywhere, err = b.levels(ctx); err != nil {
		return err
	}
	b.shelf.Store(s)
	return nil
}

// ReloadLevels reads what is left, when the catalogue is the same.
func (b *Browser) ReloadLevels(ctx context.Context) error {
	now := b.shelf.Load()
	if now == nil {
		return b.Reload(ctx)
	}
	left, anywhere, err := b.levels(ctx)
	if err != nil {
		return err
	}
	next := *now
	next.left, next.anywhere = left, anywhere
	b.shelf.Store(&next)
	return nil
}

func (b *Browser) levels(ctx context.Context) (left map[string]map[string]int, anywhere map[string]bool, err error) {
	stocks, err := b.Store.Stocks(ctx, "")
	if err != nil {
		return nil, nil, err
	}
	left, anywhere = map[string]map[string]int{}, map[string]bool{}
	for _, s := range stocks {
		if left[s.GiftID] == nil {
			left[s.GiftID] = map[string]int{}
		}
		left[s.GiftID][s.SiteID] = s.Left
		anywhere[s.GiftID] = anywhere[s.GiftID] || s.Left > 0
	}
	return left, anywhere, nil
}

func (b *Browser) read() *shelf {
	if s := b.shelf.Load(); s != nil {
		return s
	}
	return &shelf{index: NewIndex(Catalogue{})}
}

// Card finds a gift for a kiosk at a site; fault "gift.not_found".
func (b *Browser) Card(id, siteID string) (Card, error) {
	s := b.read()
	g, ok := s.byID[id]
	if !ok {
		return Card{}, fault.New(fault.NotFound, "gift.not_found")
	}
	return s.card(g.Gift, siteID), nil
}

func (s *shelf) card(g Gift, siteID string) Card {
	left := s.leftAt(g, siteID)
	return Card{Gift: g, Left: left, Here: left > 0, Anywhere: s.anywhere[g.ID]}
}

// leftAt is what a site has of a gift; of codes, what there is for everybody.
func (s *shelf) leftAt(g Gift, siteID string) int {
	if g.Codes {
		siteID = ""
	}
	return s.left[g.ID][siteID]
}

// LeftAt is what each site has of a gift, as far as the kiosk was told.
func (b *Browser) LeftAt(id string) map[string]int { return b.read().left[id] }

// Find returns a page of what fits and may be redeemed on a day.
func (b *Browser) Find(w Wish, siteID string, today calendar.Date) Found {
	s := b.read()
	counts := map[string]int{}
	out := Found{Gifts: []Card{}, Categories: []CategoryCount{}, Words: []string{}}
	category := w.Category
	w.Category = ""
	canBeHad := func(g Gift) bool { return g.Refuses(today) == "" && (!w.Here || s.leftAt(g, siteID) > 0) }
	if w.Words != "" {
		fits := func(g Gift) bool {
			return canBeHad(g) && (category == "" || g.Category == category) && w.fits(g)
		}
		out.Words = append(out.Words, s.index.Words(w.Text, w.Words, fits)...)
	}
	for _, g := range s.index.Find(w.Query) {
		if !canBeHad(g) {
			continue
		}
		counts[g.Category]++
		if category != "" && g.Category != category {
			continue
		}
		if out.Total >= w.Offset && len(out.Gifts) < w.Limit {
			out.Gifts = append(out.Gifts, s.card(g, siteID))
		}
		out.Total++
	}
	for _, k := range s.categories {
		out.Categories = append(out.Categories, CategoryCount{k, counts[k.ID]})
	}
	return out
}
