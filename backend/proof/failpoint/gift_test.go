package failpoint

import (
	"context"
	"time"

	"lianxin/backend/api"
	product "lianxin/backend/center"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/point"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/redemption"
	"lianxin/backend/staff"
)

// enough are points for a few of any gift.
const enough = 20_000

// wisher is somebody with points in front of a kiosk.
type wisher struct {
	*world
	at    *fleet.Device
	donor donor.Donor
	gift  gift.Gift
}

// giftWay redeems four gifts: one is handed over, one given back before it is confirmed,
// one after, and of one nobody hears again.
func (w *world) giftWay(Process) {
	w.t.Helper()
	who := w.wisher()
	before := int64(0)
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		before, _, err = c.Points(ctx, who.donor.ID)
		return err
	})
	w.light()
	picked, cancelled, returned, left := who.holds(), who.holds(), who.holds(), who.holds()
	who.asks("/confirm", picked, redemption.Confirmed)
	who.handsOver(picked)
	who.asks("/cancel", cancelled, redemption.Cancelled)
	who.asks("/confirm", returned, redemption.Confirmed)
	who.asks("/cancel", returned, redemption.Cancelled)
	who.isOver(left)
	w.told.balances[who.donor.ID] = before - who.gift.Points
}

func (w *world) wisher() wisher {
	w.t.Helper()
	who := wisher{world: w}
	w.inCenter(func(ctx context.Context, c *product.Center) (err error) {
		// A kiosk of their own, as what one may ask for is counted; the one before makes
		// room, as a site has no more than 24 letters.
		if w.wishes != nil {
			if err := c.Revoke(ctx, w.wishes.ID, api.Caller{StaffID: "terminal"}); err != nil {
				return err
			}
		}
		if w.wishes, err = fleet.Enrol(ctx, c, "wishes", sites[0]); err != nil {
			return err
		}
		who.at = w.wishes
		if who.donor, err = w.gave(ctx, c, w.someone(0)); err != nil {
			return err
		}
		ledger := point.Ledger{Store: c.Store(), NewID: fleet.NewID}
		err = ledger.Give(ctx, time.Now(), point.Credit{DonorID: who.donor.ID, Cause: who.donor.ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: enough}}})
		if err != nil {
			return err
		}
		gifts, err := c.Store().Gifts(ctx)
		if err != nil {
			return err
		}
		for _, g := range gifts {
			if !g.Codes && !g.Withdrawn && g.Refuses(c.Today()) == "" && (g.Limit == 0 || g.Limit >= 4) {
				who.gift = g.Gift
				_, err = c.AddStock(ctx, g.ID, sites[0], 4, "terminal")
				return err
			}
		}
		w.t.Fatal("no gift to redeem")
		return nil
	})
	return who
}

// holds sets a gift aside.
func (who wisher) holds() string {
	who.t.Helper()
	in := redemption.HoldRequest{ID: fleet.NewID(), DonorKey: who.donor.Key, GiftID: who.gift.ID, SiteID: sites[0], Points: who.gift.Points, Language: lang.Chinese}
	var out redemption.State
	who.say(who.at, "/sync/redemptions/hold", in, &out)
	if out.Status != redemption.Held {
		who.t.Fatalf("held, it is %s", out.Status)
	}
	who.told.gifts[in.ID] = redemption.Held
	return in.ID
}

func (who wisher) asks(path, id string, want redemption.Status) {
	who.t.Helper()
	var out redemption.State
	who.say(who.at, "/sync/redemptions"+path, redemption.Of{ID: id, DonorKey: who.donor.Key}, &out)
	if out.Status != want {
		who.t.Fatalf("%s: it is %s", path, out.Status)
	}
	who.told.gifts[id] = want
}

func (who wisher) handsOver(id string) {
	who.t.Helper()
	var voucher redemption.Shown
	who.say(who.at, "/sync/redemptions/voucher", redemption.Of{ID: id, DonorKey: who.donor.Key}, &voucher)
	who.tell(staff.Reception, "POST", "/vouchers/hand-over", api.HandOver{Text: voucher.QR, SiteID: sites[0]}, nil, "redemption.picked_up")
	who.told.gifts[id] = redemption.PickedUp
}

// isOver lets the time of a hold run out; the center takes it back by itself.
func (who wisher) isOver(id string) {
	who.t.Helper()
	for {
		who.inCenter(func(ctx context.Context, c *product.Center) error {
			r, err := c.Store().Redemption(ctx, id)
			if err != nil || r.Status != redemption.Held {
				return err
			}
			r.HeldUntil = time.Now().Add(-time.Minute)
			return c.Store().SaveRedemption(ctx, r)
		})
		who.passes("redemption.lapse")
		who.light()
		if who.comesTrue(func(ctx context.Context, c *product.Center) (bool, error) {
			r, err := c.Store().Redemption(ctx, id)
			return r.Status == redemption.Lapsed, err
		}) {
			break
		}
	}
	who.told.gifts[id] = redemption.Lapsed
}
