package redemption

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/point"
)

// Service decides on redemptions. It is the center's: kiosks only ask.
type Service struct {
	Store   Store
	Ledger  point.Ledger
	Rules   func(day calendar.Date) (*point.Pack, error)
	Now     func() time.Time
	NewCode func() (identity.Code, error) // of a voucher
}

// Step is what became of a redemption, and of the stock with it.
type Step struct {
	Redemption Redemption
	Moved      []gift.Stock // stocks that changed, as they are now
}

// Hold sets a gift and its points aside. Faults, all of them decisions: "gift.not_found",
// "gift.withdrawn", "gift.not_yet", "gift.over", "gift.place", "gift.price_changed",
// "gift.limit", "gift.none_left", "point.not_enough"; and "redemption.id_reused",
// "redemption.lapsed" when the same ask was held before and nobody confirmed it.
func (s Service) Hold(ctx context.Context, ask Ask) (Step, error) {
	var step Step
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		people, err := s.lockPerson(ctx, ask.DonorID)
		if err != nil {
			return err
		}
		known, err := s.told(ctx, ask, people)
		if err != nil || known != nil {
			if known != nil {
				step.Redemption = *known
			}
			return err
		}
		step, err = s.hold(ctx, ask, people)
		return err
	})
	return step, err
}

// told finds the redemption of an ask that came before; nil for a new one.
func (s Service) told(ctx context.Context, ask Ask, people []string) (*Redemption, error) {
	r, err := s.Store.Redemption(ctx, ask.ID)
	switch {
	case fault.CodeOf(err) == "redemption.not_found":
		return nil, nil
	case err != nil:
		return nil, err
	case !r.isSame(ask) || !slices.Contains(people, r.DonorID):
		return nil, fault.New(fault.Conflict, "redemption.id_reused")
	case r.Status == Lapsed || r.Status == Cancelled:
		return nil, fault.New(fault.Conflict, "redemption.lapsed")
	}
	return &r, nil
}

// hold writes a new redemption. The stock comes last: everybody who wants the same
// gift waits for its row from then on.
func (s Service) hold(ctx context.Context, ask Ask, people []string) (Step, error) {
	now := s.Now()
	today := calendar.Of(now)
	rules, err := s.Rules(today)
	if err != nil {
		return Step{}, err
	}
	g, err := s.wanted(ctx, ask, people, today)
	if err != nil {
		return Step{}, err
	}
	r := Redemption{ID: ask.ID, DonorID: ask.DonorID, GiftID: g.ID, SiteID: ask.SiteID, Points: g.Points, Status: Held, Year: today.Year(),
		Codes: g.Codes, Lang: ask.Lang, DeviceID: ask.Device, AskedAt: now, HeldUntil: now.Add(rules.Redeem.HoldFor),
		PickUpUntil: rules.Redeem.PickUpUntil(today)}
	if err := s.Store.SaveRedemption(ctx, r); err != nil {
		return Step{}, err
	}
	if err := s.Ledger.Hold(ctx, r.ID, r.Points, now, people...); err != nil {
		return Step{}, err
	}
	stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Left: -1, Held: 1})
	if err == nil && r.Codes {
		err = s.Store.ReserveCode(ctx, r.GiftID, r.ID)
	}
	return Step{r, []gift.Stock{stock}}, err
}

// wanted checks whether somebody may have a gift at all.
func (s Service) wanted(ctx context.Context, ask Ask, people []string, today calendar.Date) (gift.Listed, error) {
	g, err := s.Store.Gift(ctx, ask.GiftID)
	if err != nil {
		return g, err
	}
	refused := func(code string) error { return fault.New(fault.Conflict, code) }
	switch {
	case g.Withdrawn:
		return g, refused("gift.withdrawn")
	case g.Refuses(today) != "":
		return g, refused(g.Refuses(today))
	case g.Codes != (ask.SiteID == ""):
		return g, refused("gift.place")
	case g.Points != ask.Points:
		return g, fault.New(fault.Conflict, "gift.price_changed").With("points", g.Points)
	}
	// Who comes too late waits for nobody here: of a thousand after the last ten, most do.
	left, err := s.Store.Left(ctx, g.ID, ask.SiteID)
	if err == nil && left == 0 {
		err = refused("gift.none_left")
	}
	if err != nil {
		return g, err
	}
	if g.Limit > 0 {
		n, err := s.Store.CountRedemptions(ctx, people, g.ID, today.Year())
		if err != nil {
			return g, err
		}
		if n >= g.Limit {
			return g, fault.New(fault.Conflict, "gift.limit").With("limit", g.Limit)
		}
	}
	return g, nil
}

// Confirm spends what is held and makes the voucher. A hold that is over counts as
// long as nobody has taken it back. Faults "redemption.not_found", "redemption.lapsed".
func (s Service) Confirm(ctx context.Context, id, donorID string) (Step, error) {
	return s.step(ctx, id, donorID, func(ctx context.Context, r *Redemption) ([]gift.Stock, error) {
		switch r.Status {
		case Confirmed, PickedUp:
			return nil, nil
		case Held:
			return nil, s.confirm(ctx, r)
		}
		return nil, fault.New(fault.Conflict, "redemption.lapsed")
	})
}

func (s Service) confirm(ctx context.Context, r *Redemption) error {
	now := s.Now()
	if err := s.Ledger.Spend(ctx, r.ID, now); err != nil {
		return err
	}
	rules, err := s.Rules(calendar.Of(now))
	if err != nil {
		return err
	}
	r.Status, r.ConfirmedAt, r.PickUpUntil = Confirmed, now, rules.Redeem.PickUpUntil(calendar.Of(now))
	v, err := s.voucher(ctx, *r)
	if err != nil {
		return err
	}
	return s.Store.SaveVoucher(ctx, v)
}

// Cancel gives gift and points back: a hold at once, what was confirmed within the
// rule of the pack. Faults "redemption.not_found", "redemption.code_shown",
// "redemption.picked_up", "redemption.not_cancellable".
func (s Service) Cancel(ctx context.Context, id, donorID string) (Step, error) {
	return s.step(ctx, id, donorID, func(ctx context.Context, r *Redemption) ([]gift.Stock, error) {
		switch {
		case r.Status == Cancelled || r.Status == Lapsed || r.Status == Refused:
			return nil, nil
		case r.Status == PickedUp && r.Codes:
			return nil, fault.New(fault.Conflict, "redemption.code_shown")
		case r.Status == PickedUp:
			return nil, pickedUp(*r)
		}
		until, err := s.CancelUntil(*r)
		if err != nil {
			return nil, err
		}
		if r.Status == Confirmed && calendar.Of(s.Now()).After(until) {
			return nil, fault.New(fault.Conflict, "redemption.not_cancellable").With("until", until.String())
		}
		return s.giveBack(ctx, r, Cancelled)
	})
}

// CancelUntil is the last day on which a redemption may be cancelled, by the rules of
// the day it was confirmed; zero for one that is not confirmed.
func (s Service) CancelUntil(r Redemption) (calendar.Date, error) {
	if r.ConfirmedAt.IsZero() {
		return calendar.Date{}, nil
	}
	day := calendar.Of(r.ConfirmedAt)
	rules, err := s.Rules(day)
	if err != nil {
		return calendar.Date{}, err
	}
	return rules.Redeem.CancelUntil(day), nil
}

// giveBack ends a redemption that took something.
func (s Service) giveBack(ctx context.Context, r *Redemption, as Status) ([]gift.Stock, error) {
	now := s.Now()
	rules, err := s.Rules(calendar.Of(now))
	if err != nil {
		return nil, err
	}
	if err := s.Ledger.Return(ctx, r.ID, rules.Returned.After(calendar.Of(now)), now); err != nil {
		return nil, err
	}
	r.Status, r.ClosedAt = as, now
	stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Left: 1, Held: -1})
	if err == nil && r.Codes {
		err = s.Store.FreeCode(ctx, r.ID)
	}
	return []gift.Stock{stock}, err
}

func (s Service) handOut(ctx context.Context, r *Redemption, by string) ([]gift.Stock, error) {
	r.Status, r.PickedUpAt, r.HandedBy = PickedUp, s.Now(), by
	stock, err := s.Store.MoveStock(ctx, gift.Stock{GiftID: r.GiftID, SiteID: r.SiteID, Held: -1, Handed: 1})
	return []gift.Stock{stock}, err
}

// step changes somebody's own redemption.
func (s Service) step(ctx context.Context, id, donorID string, do func(context.Context, *Redemption) ([]gift.Stock, error)) (Step, error) {
	var step Step
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		people, err := s.lockPerson(ctx, donorID)
		if err != nil {
			return err
		}
		r, err := s.Store.LockRedemption(ctx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(people, r.DonorID) {
			return fault.New(fault.NotFound, "redemption.not_found")
		}
		before := r
		if step.Moved, err = do(ctx, &r); err != nil {
			return err
		}
		step.Redemption = r
		if r == before {
			return nil
		}
		return s.Store.SaveRedemption(ctx, r)
	})
	return step, err
}

// lockPerson keeps others of the same person waiting, so that limits and balances are
// counted by one at a time, and a merge is decided before or after. It returns
// everybody who is the person, the one who asked first.
func (s Service) lockPerson(ctx context.Context, donorID string) ([]string, error) {
	d, err := s.Store.Donor(ctx, donorID)
	if err != nil {
		return nil, err
	}
	for head := d.Head(); ; {
		if _, err := s.Store.LockDonor(ctx, head); err != nil {
			return nil, err
		}
		if d, err = s.Store.Donor(ctx, donorID); err != nil {
			return nil, err
		}
		if d.Head() == head {
			break
		}
		head = d.Head() // merged meanwhile
	}
	people, err := s.Store.Together(ctx, []string{donorID})
	if err != nil {
		return nil, err
	}
	return append([]string{donorID}, slices.DeleteFunc(people, func(id string) bool { return id == donorID })...), nil
}

// pickedUp says when and where something was handed over.
func pickedUp(r Redemption) error {
	return fault.New(fault.Conflict, "redemption.picked_up").With("at", r.PickedUpAt.In(calendar.Beijing).Format("2006-01-02 15:04")).With("site", r.SiteID)
}
