package simulation

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/point"
	"lianxin/backend/redemption"
	"lianxin/backend/store/storetest"
)

// savers have points for two mugs each; there are fewer mugs than they want.
const (
	savers     = 6
	firstSaver = 500 // numbers of people who come for nothing else
	mugs       = 7
	mugPoints  = 20
)

func saverKey(n int) string { return storetest.DonorKey(firstSaver + n) }

// stockShop puts mugs at the first site and gives the savers their points.
func (c *center) stockShop(ctx context.Context) error {
	mug := gift.Gift{ID: "mug", Category: "kitchen", Name: lang.Text{ZH: "杯子", EN: "Mug"}, Points: mugPoints, Picture: "mug", Colour: "red"}
	catalogue := gift.Catalogue{Categories: []gift.Category{{ID: "kitchen", Name: lang.Text{ZH: "厨房", EN: "Kitchen"}}}, Gifts: []gift.Gift{mug}}
	if _, err := c.LoadCatalogue(ctx, catalogue, "simulation"); err != nil {
		return err
	}
	if _, err := c.AddStock(ctx, mug.ID, siteID(0), mugs, "simulation"); err != nil {
		return err
	}
	ledger := point.Ledger{Store: c.Store(), NewID: func() string { return c.source.id(c.world.clock) }}
	for n := range savers {
		d := donor.Donor{ID: fmt.Sprintf("saver-%d", n), SiteID: siteID(0), Key: saverKey(n), Card: fmt.Sprintf("saver-card-%d", n), Person: storetest.Person(firstSaver + n)}
		if err := c.SaveDonor(ctx, d, nil, nil); err != nil {
			return err
		}
		award := []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: 2*mugPoints + 5}}
		if err := ledger.Give(ctx, c.world.now, point.Credit{DonorID: d.ID, Cause: d.ID, Awards: award}); err != nil {
			return err
		}
	}
	return nil
}

// wish queues what somebody wants at a kiosk, as it does without a line.
func (k *kiosk) wish(ctx context.Context) error {
	in := redemption.Requested{At: k.Clock().Now().UTC(), HoldRequest: redemption.HoldRequest{ID: k.source.id(k.wall),
		DonorKey: saverKey(k.world.chance.IntN(savers)), GiftID: "mug", SiteID: siteID(0), Points: mugPoints, Language: lang.Chinese}}
	op, err := outbox.New(k.source.id(k.wall), outbox.RedemptionRequested, k.wall(), in)
	if err != nil {
		return err
	}
	err = k.Store().InTx(ctx, func(ctx context.Context) error { _, err := k.Store().AppendOperation(ctx, op); return err })
	return k.note(err, "", "wish of "+in.DonorKey)
}

// wishes checks that the center has decided on each wish once, and that nobody spent
// what they did not have: points, stock and redemptions agree.
func (p *Promises) wishes(ctx context.Context) error {
	sums, err := p.Center.LedgerSums(ctx)
	if err != nil {
		return err
	}
	if err := sums.Check(); err != nil {
		p.broken("%v", err)
	}
	astray, count, err := p.Center.RedemptionSums(ctx)
	if err != nil {
		return err
	}
	if astray != "" {
		p.broken("gifts: %s", astray)
	}
	if count -= p.Redeemed; int(count) != len(p.effects.wishes) {
		p.broken("%d wishes were made, %d redemptions are at the center for them", len(p.effects.wishes), count)
	}
	for _, id := range slices.Sorted(maps.Keys(p.effects.wishes)) {
		r, err := p.Center.Redemption(ctx, id)
		// A history may last longer than a voucher: what lapsed was confirmed, and its last day is over.
		hasEnded := r.Status == redemption.Lapsed && !r.ConfirmedAt.IsZero() && p.Today.AddDays(p.Ahead).After(r.PickUpUntil)
		if err != nil || r.Status != redemption.Confirmed && r.Status != redemption.Refused && !hasEnded {
			p.broken("wish %s is %q at the center: %v", id, r.Status, err)
			continue
		}
		said := p.effects.wishes[id]
		who, err := p.Center.DonorByKey(ctx, said.DonorKey)
		if err != nil {
			return err
		}
		if r.DonorID != who.ID || r.GiftID != said.GiftID || r.SiteID != said.SiteID || r.Points != said.Points || r.Lang != said.Language ||
			!kept(r.AskedAt).Equal(kept(said.At)) {
			p.broken("wish %s\n\tis at the center %s\n\tand was said    %s", id, digest(r), digest(said))
		}
	}
	return nil
}
