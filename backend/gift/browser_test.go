package gift

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// shelfStore is a catalogue with stock, as a kiosk keeps it.
type shelfStore struct {
	Store
	gifts  []Listed
	stocks []Stock
}

func (s *shelfStore) Gifts(context.Context) ([]Listed, error) { return s.gifts, nil }

func (s *shelfStore) Stocks(context.Context, string) ([]Stock, error) { return s.stocks, nil }

func listed(c Catalogue) []Listed {
	var all []Listed
	for i, g := range c.Gifts {
		k := slices.IndexFunc(c.Categories, func(k Category) bool { return k.ID == g.Category })
		all = append(all, Listed{Gift: g, Shelf: c.Categories[k], Position: i})
	}
	return all
}

func browser(t testing.TB, s *shelfStore) *Browser {
	t.Helper()
	b := &Browser{Store: s}
	if err := b.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

var monday = calendar.MustParse("2026-11-23")

func TestBrowsingKnowsWhatIsLeftHere(t *testing.T) {
	all := listed(Sample())
	code := slices.IndexFunc(all, func(g Listed) bool { return g.Codes })
	s := &shelfStore{gifts: all, stocks: []Stock{{GiftID: all[0].ID, SiteID: "here", Left: 3}, {GiftID: all[1].ID, SiteID: "there", Left: 1},
		{GiftID: all[2].ID, SiteID: "here"}, {GiftID: all[code].ID, Left: 5}}}
	b := browser(t, s)
	for i, want := range map[int]Card{0: {all[0].Gift, 3, true, true}, 1: {all[1].Gift, 0, false, true}, 2: {all[2].Gift, 0, false, false}, code: {all[code].Gift, 5, true, true}} {
		if got, err := b.Card(all[i].ID, "here"); err != nil || got != want {
			t.Errorf("%+v, want %+v, %v", got, want, err)
		}
	}
	found := b.Find(Wish{Here: true, Limit: 10}, "here", monday)
	if found.Total != 2 || len(found.Gifts) != 2 || len(found.Categories) != len(Sample().Categories) {
		t.Errorf("%d here, %d categories", found.Total, len(found.Categories))
	}
	s.stocks[0].Left = 0
	if err := b.ReloadLevels(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := b.Find(Wish{Here: true, Limit: 10}, "here", monday); found.Total != 1 {
		t.Errorf("%d here after the last one went", found.Total)
	}
	if _, err := b.Card("nothing", "here"); fault.CodeOf(err) != "gift.not_found" {
		t.Error(err)
	}
	if found := (&Browser{}).Find(Wish{Limit: 10}, "here", monday); found.Total != 0 {
		t.Errorf("%d before anything was loaded", found.Total)
	}
}

// Pages follow each other without a gap, and a category is counted whether it is chosen or not.
func TestBrowsingInPages(t *testing.T) {
	b := browser(t, &shelfStore{gifts: listed(Sample())})
	seen := map[string]bool{}
	for offset := 0; ; offset += 50 {
		page := b.Find(Wish{Offset: offset, Limit: 50}, "here", monday)
		if len(page.Gifts) == 0 {
			break
		}
		for _, g := range page.Gifts {
			seen[g.ID] = true
		}
	}
	if len(seen) != len(Sample().Gifts) {
		t.Errorf("%d gifts on all pages", len(seen))
	}
	cinema := b.Find(Wish{Query: Query{Category: "cinema"}, Limit: 5}, "here", monday)
	for _, k := range cinema.Categories {
		if k.Count == 0 {
			t.Errorf("%s counts none", k.ID)
		}
		if k.ID == "cinema" && k.Count != cinema.Total {
			t.Errorf("%d are counted of %d", k.Count, cinema.Total)
		}
	}
	if none := b.Find(Wish{Query: Query{MaxPoints: Nothing}, Limit: 5}, "here", monday); none.Total != 0 {
		t.Errorf("%d for no points", none.Total)
	}
}

func TestAGiftHasItsTime(t *testing.T) {
	g := Gift{From: monday, Until: monday.AddDays(2)}
	for days, want := range map[int]string{-1: "gift.not_yet", 0: "", 2: "", 3: "gift.over"} {
		if got := g.Refuses(monday.AddDays(days)); got != want {
			t.Errorf("after %d days %q, want %q", days, got, want)
		}
	}
	const text = "categories:\n  - id: a\n    name: {zh: 甲, en: A}\n    gifts:\n      - {id: b, zh: 乙, en: B, points: 1, picture: p, colour: red, from: 2026-11-23, until: %s}\n"
	c, err := Load("c.yaml", fmt.Appendf(nil, text, "2026-12-24"))
	if err != nil || c.Gifts[0].From != monday || c.Gifts[0].Until != calendar.MustParse("2026-12-24") {
		t.Errorf("%+v, %v", c, err)
	}
	for _, wrong := range []string{"soon", "2026-11-22"} {
		if _, err := Load("c.yaml", fmt.Appendf(nil, text, wrong)); fault.CodeOf(err) != "gift.catalogue_invalid" {
			t.Errorf("until %s: %v", wrong, err)
		}
	}
	s := &shelfStore{gifts: listed(c)}
	if found := browser(t, s).Find(Wish{Limit: 5}, "here", monday.AddDays(-1)); found.Total != 0 {
		t.Errorf("%d before its time", found.Total)
	}
}

// A search at a kiosk with five thousand gifts and stock at thirty sites.
func BenchmarkBrowse(b *testing.B) {
	s := &shelfStore{}
	for n := range 5000 {
		g := listed(Sample())[n%len(Sample().Gifts)]
		g.ID = fmt.Sprintf("%s-%d", g.ID, n)
		s.gifts = append(s.gifts, g)
		for site := range 30 {
			s.stocks = append(s.stocks, Stock{GiftID: g.ID, SiteID: fmt.Sprintf("site-%d", site), Left: n % 4})
		}
	}
	shop := browser(b, s)
	for _, w := range []Wish{{}, {Query: Query{Text: "dyp"}}, {Query: Query{Text: "bwb"}, Here: true}, {Here: true}, {Query: Query{Category: "kitchen", MaxPoints: 100}, Here: true}} {
		w.Limit = 24
		b.Run(fmt.Sprintf("%s %s here=%t", w.Text, w.Category, w.Here), func(b *testing.B) {
			for b.Loop() {
				shop.Find(w, "site-1", monday)
			}
		})
	}
}
