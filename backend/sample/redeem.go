package sample

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/redemption"
	"lianxin/backend/site"
)

// Redeemed is a gift somebody got, with how it ended.
type Redeemed struct {
	ID       string
	DonorID  string
	Gift     gift.Gift
	SiteID   string // "" for codes
	Code     string // of a gift of codes: the one it was
	Voucher  identity.Code
	At       time.Time
	Status   redemption.Status // confirmed, picked_up or cancelled
	PickedUp time.Time
}

// CreditedAfter is how many days after a donation its points were there.
const CreditedAfter = 3

// worth is what the sample counts for a donation when it plans what was redeemed; the
// pack decides what is really given.
const worth = 20

// gifts brings the catalogue in, and what each site and the safe of codes have of it.
func (m *maker) gifts(ctx context.Context, to Sink) error {
	c := gift.Sample()
	m.liking = m.newLiking(c)
	if err := to.SaveCatalogue(ctx, c); err != nil {
		return err
	}
	var stock []gift.Stock
	for _, g := range c.Gifts {
		if g.Codes {
			continue
		}
		for _, s := range m.sites {
			// A site has a part of it, and of one in nine none any more.
			if m.random.IntN(4) > 0 {
				continue
			}
			n := m.random.IntN(18)
			if m.random.IntN(9) == 0 {
				n = 0
			}
			stock = append(stock, gift.Stock{GiftID: g.ID, SiteID: s.ID, Loaded: n, Left: n})
		}
	}
	if err := to.SaveStock(ctx, stock); err != nil {
		return err
	}
	if err := m.inVain(ctx, to, stock); err != nil {
		return err
	}
	for _, g := range c.Gifts {
		if !g.Codes {
			continue
		}
		codes := make([]string, 8+m.random.IntN(30))
		for i := range codes {
			codes[i] = m.boughtCode()
		}
		if err := to.SaveCodes(ctx, g.ID, codes); err != nil {
			return err
		}
	}
	return nil
}

// boughtCode is a code that opens nothing.
func (m *maker) boughtCode() string {
	m.codes++
	return fmt.Sprintf("DEMO-%04d-%04d-%04d", m.codes/10_000%10_000, m.codes%10_000, m.random.IntN(10_000))
}

// redeemed makes what somebody redeemed in the last two years, as far as their points
// went at each moment.
func (m *maker) redeemed(d donor.Donor, home site.Site, given []donor.Donation) []Redeemed {
	likes := pick(m, tastes)
	var moments []calendar.Date
	first := m.Today.AddYears(-2)
	if len(given) > 0 {
		first = later(first, given[len(given)-1].On.AddDays(CreditedAfter+1))
	}
	span := daysBetween(first, m.Today)
	for range min(len(given), 1+m.random.IntN(6)) {
		if span > 1 {
			moments = append(moments, first.AddDays(m.random.IntN(span-1)))
		}
	}
	slices.SortFunc(moments, func(a, b calendar.Date) int { return a.Compare(b) })
	var all []Redeemed
	taken := map[string]int{}
	for _, on := range moments {
		g, ok := m.liking.draw(likes, spendable(given, all, on), func(g gift.Gift) bool { return taken[g.ID] < 1 })
		if !ok {
			continue
		}
		taken[g.ID]++
		all = append(all, m.oneRedeemed(d, home, g, on))
	}
	return all
}

func (m *maker) oneRedeemed(d donor.Donor, home site.Site, g gift.Gift, on calendar.Date) Redeemed {
	at := time.Date(on.Year(), on.Month(), on.Day(), 9+m.random.IntN(9), m.random.IntN(60), m.random.IntN(60), 0, calendar.Beijing)
	r := Redeemed{ID: m.id(), DonorID: d.ID, Gift: g, SiteID: home.ID, At: at, Status: redemption.PickedUp}
	r.PickedUp = at.AddDate(0, 0, 1+m.random.IntN(12))
	if g.Codes {
		r.SiteID, r.Code, r.PickedUp = "", m.boughtCode(), at.Add(2*time.Minute)
	}
	code, err := identity.NewCode(identity.VoucherCode, chance{m.random})
	if err != nil { // chance never fails
		panic(err)
	}
	r.Voucher = code
	switch {
	case calendar.Of(r.PickedUp).After(m.Today.AddDays(-1)):
		r.Status = redemption.Confirmed
	case m.random.IntN(25) == 0 && !g.Codes:
		r.Status = redemption.Cancelled
	}
	return r
}

func later(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

// daysBetween counts the days from one date to another.
func daysBetween(from, to calendar.Date) int {
	noon := func(d calendar.Date) time.Time { return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, time.UTC) }
	return int(noon(to).Sub(noon(from)).Hours() / 24)
}
