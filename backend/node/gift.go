package node

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
	"lianxin/backend/sync"
)

// FindGifts implements api.Gifts.
func (n *Node) FindGifts(ctx context.Context, in api.GiftQuery) (api.GiftList, error) {
	here, err := n.store.Site(ctx, n.place().SiteID)
	if err != nil {
		return api.GiftList{}, err
	}
	wish := gift.Wish{Query: gift.Query{Text: in.Text, Category: in.Category, MaxPoints: in.MaxPoints}, Words: lang.Tag(in.Words), Here: in.Here, Offset: in.Offset, Limit: in.Limit}
	if balance, ok := n.checkin.Balance(); in.Affordable && ok {
		if balance == 0 {
			wish.MaxPoints = gift.Nothing
		} else if wish.MaxPoints == 0 || balance < wish.MaxPoints {
			wish.MaxPoints = balance
		}
	}
	return api.GiftList{Found: n.gifts.Find(wish, here.ID, n.clock.Today()), AsOf: n.clock.DataAsOf(),
		Place: api.SiteName{ID: here.ID, Name: here.Name, District: here.District, Phone: here.Phone}}, nil
}

// Gift implements api.Gifts: where there is one comes first, and this site before all.
func (n *Node) Gift(ctx context.Context, id string) (api.GiftDetail, error) {
	here := n.place().SiteID
	card, err := n.gifts.Card(id, here)
	out := api.GiftDetail{Gift: card, Places: []gift.Place{}}
	if err != nil || card.Codes {
		return out, err
	}
	sites, err := n.store.Sites(ctx)
	if err != nil {
		return out, err
	}
	left := n.gifts.LeftAt(id)
	for _, s := range sites {
		if count, stocked := left[s.ID]; stocked || s.ID == here {
			out.Places = append(out.Places, gift.Place{ID: s.ID, Name: s.Name, Left: count, Available: count > 0, Here: s.ID == here})
		}
	}
	rank := func(p gift.Place) int {
		switch {
		case p.Here:
			return 0
		case p.Available:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(out.Places, func(a, b gift.Place) int { return rank(a) - rank(b) })
	return out, nil
}

// giftPulled brings the catalogue in memory up to date with what a pull has brought.
func (n *Node) giftPulled(ctx context.Context, page sync.Page) error {
	brought := func(noun sync.Noun) bool {
		return page.Swept || slices.ContainsFunc(page.Changes, func(c sync.Change) bool { return c.Noun == noun })
	}
	switch {
	case brought(sync.Gift):
		return n.gifts.Reload(ctx)
	case brought(sync.Stock):
		return n.gifts.ReloadLevels(ctx)
	}
	return nil
}

// redeemer asks the center to spend points, and queues what it cannot ask. It
// implements checkin.Gifts.
type redeemer struct{ node *Node }

// Card implements checkin.Gifts.
func (r redeemer) Card(id string) (gift.Card, error) {
	return r.node.gifts.Card(id, r.node.place().SiteID)
}

// Hold implements checkin.Gifts.
func (r redeemer) Hold(ctx context.Context, in redemption.HoldRequest) (redemption.State, error) {
	return r.state(ctx, "/hold", in)
}

// Confirm implements checkin.Gifts.
func (r redeemer) Confirm(ctx context.Context, in redemption.Of) (redemption.State, error) {
	return r.state(ctx, "/confirm", in)
}

// Cancel implements checkin.Gifts.
func (r redeemer) Cancel(ctx context.Context, in redemption.Of) (redemption.State, error) {
	return r.state(ctx, "/cancel", in)
}

// Voucher implements checkin.Gifts. Nothing of it is kept here.
func (r redeemer) Voucher(ctx context.Context, in redemption.Of) (redemption.Shown, error) {
	var out redemption.Shown
	err := r.ask(ctx, "/voucher", in, &out)
	if err == nil && out.RedemptionID != in.ID {
		err = notTheCenter()
	}
	return out, err
}

func (r redeemer) state(ctx context.Context, path string, in any) (redemption.State, error) {
	var out redemption.State
	err := r.ask(ctx, path, in, &out)
	if err == nil && out.Status == "" {
		err = notTheCenter()
	}
	return out, err
}

// notTheCenter is for the answer of something else at the center's address.
func notTheCenter() error { return fault.New(fault.Unavailable, "redemption.offline") }

// ask asks the center. What it decided is passed on; all else is no answer.
func (r redeemer) ask(ctx context.Context, path string, in, out any) error {
	line := r.node.openLine()
	if line == nil {
		return notTheCenter()
	}
	err := line.Post(ctx, "/sync/redemptions"+path, in, out)
	if err == nil {
		return nil
	}
	switch f := fault.From(err); f.Kind {
	case fault.Conflict, fault.NotFound, fault.Invalid, fault.TooMany:
		return err
	}
	r.node.config.Log.WarnContext(ctx, "asking the center about a gift failed", "code", fault.CodeOf(err)) // the code only: the rest may be personal
	return fault.Wrap(err, fault.Unavailable, "redemption.offline")
}

// Queue implements checkin.Gifts: the wish is on the disk before the screen says so.
func (r redeemer) Queue(ctx context.Context, in redemption.Requested) error {
	op, err := outbox.New(r.node.config.NewID(), outbox.RedemptionRequested, r.node.config.Now(), in)
	if err != nil {
		return err
	}
	_, err = r.node.store.AppendOperation(ctx, op)
	r.node.made(err)
	return err
}

// Switch implements checkin.Gifts.
func (r redeemer) Switch(ctx context.Context, in preference.Switched) error {
	op, err := outbox.New(r.node.config.NewID(), outbox.SuggestionsSwitched, r.node.config.Now(), in)
	if err != nil {
		return err
	}
	_, err = r.node.store.AppendOperation(ctx, op)
	r.node.made(err)
	return err
}

// Print implements checkin.Gifts.
func (r redeemer) Print(ctx context.Context, v redemption.Shown) checkin.Receipt {
	return r.node.paper.printVoucher(ctx, v)
}
