package checkin

import (
	"context"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
)

// Gifts is where points are spent: the catalogue of this kiosk, and the center, which
// decides. What asks the center may take long; fault "redemption.offline" without a line.
type Gifts interface {
	// Card finds a gift of the catalogue; fault "gift.not_found".
	Card(id string) (gift.Card, error)
	Hold(ctx context.Context, in redemption.HoldRequest) (redemption.State, error)
	Confirm(ctx context.Context, in redemption.Of) (redemption.State, error)
	Cancel(ctx context.Context, in redemption.Of) (redemption.State, error)
	Voucher(ctx context.Context, in redemption.Of) (redemption.Shown, error)
	// Queue writes down what somebody wants, for the center to decide when the line is back.
	Queue(ctx context.Context, in redemption.Requested) error
	Print(ctx context.Context, v redemption.Shown) Receipt
	// Switch writes down whether somebody wants suggestions, for the center.
	Switch(ctx context.Context, in preference.Switched) error
}

// GiftChoice is the gift somebody chose and where they want it.
type GiftChoice struct {
	GiftID string `json:"gift_id" minLength:"1" maxLength:"80"`
	SiteID string `json:"site_id" maxLength:"40" doc:"Where it will be picked up; empty for codes"`
	Points int64  `json:"points" minimum:"1" doc:"What the screen said it takes"`
}

// giftTime bounds how long the center is waited for.
const giftTime = 8 * time.Second

// OpenGifts goes from what is theirs to the gifts.
func (s *Service) OpenGifts(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepAccount && c.step != StepGifts {
			return errStep(c.step)
		}
		c.step = StepGifts
		return nil
	})
}

// ChooseGift has a gift set aside. What was set aside before is given back first, or
// its points might be missing.
func (s *Service) ChooseGift(ctx context.Context, in GiftChoice) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.atGifts(); err != nil {
			return err
		}
		card, err := s.deps.Gifts.Card(in.GiftID)
		if err != nil {
			return err
		}
		place, err := s.pickUpPlace(ctx, card, in.SiteID)
		if err != nil {
			return err
		}
		ask := c.named(redemption.HoldRequest{ID: s.deps.NewID(), DonorKey: c.donorKey, GiftID: card.ID, SiteID: in.SiteID, Points: in.Points, Language: c.language})
		c.redeem, c.voucher, c.wish = RedemptionView{State: "asking", ID: ask.ID, Gift: card, Site: place, Points: in.Points}, VoucherView{}, ask
		if ask.ID == c.unheard.ID { // they said yes to it: nobody knows whether points were spent
			c.redeem.State = "confirming"
		}
		session, open, unheard := c.id, c.mayBeHeld, c.unheard
		s.askBeside(c, func(ctx context.Context) (redemption.State, error) {
			if open != "" && open != ask.ID {
				if err := s.freeHeld(ctx, redemption.Of{ID: open, DonorKey: ask.DonorKey}, unheard); err != nil {
					return redemption.State{}, err
				}
			}
			s.noteHeld(session, open, ask.ID)
			return s.deps.Gifts.Hold(ctx, ask)
		})
		return nil
	})
}

// named gives a wish the name it was asked under before, when the center may have heard it.
func (c *session) named(ask redemption.HoldRequest) redemption.HoldRequest {
	isIt := func(before redemption.HoldRequest) bool {
		return before.ID != "" && before.GiftID == ask.GiftID && before.SiteID == ask.SiteID && before.Points == ask.Points
	}
	switch {
	case isIt(c.unheard):
		ask.ID = c.unheard.ID
	case c.redeem.MayRequest && isIt(c.wish):
		ask.ID = c.wish.ID
	}
	return ask
}

// freeHeld gives back what may be set aside. What they have said yes to may be theirs by
// now, though the answer was lost: that they keep.
func (s *Service) freeHeld(ctx context.Context, of redemption.Of, unheard redemption.HoldRequest) error {
	if unheard.ID == of.ID {
		got, err := s.deps.Gifts.Hold(ctx, unheard) // told again it is the same one
		if err != nil || got.Status != redemption.Held {
			return unlessDecided(err)
		}
	}
	_, err := s.deps.Gifts.Cancel(ctx, of)
	return unlessDecided(err)
}

// unlessDecided makes nothing of what the center decided: nothing is held then.
func unlessDecided(err error) error {
	if f := fault.From(err); err != nil && (f.Kind == fault.Conflict || f.Kind == fault.NotFound) {
		return nil
	}
	return err
}

// pickUpPlace is where a gift is to be picked up; nowhere for a code.
func (s *Service) pickUpPlace(ctx context.Context, card gift.Card, siteID string) (PickUpPlace, error) {
	if card.Codes != (siteID == "") {
		return PickUpPlace{}, fault.New(fault.Invalid, "gift.place")
	}
	if siteID == "" {
		return PickUpPlace{}, nil
	}
	at, err := s.deps.Records.Sites.Site(ctx, siteID)
	return PickUpPlace{ID: at.ID, Name: at.Name}, err
}

// ConfirmGift spends the points that are set aside.
func (s *Service) ConfirmGift(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.atGifts(); err != nil {
			return err
		}
		if c.redeem.State != "held" {
			return errStep(c.step)
		}
		c.redeem.State = "confirming"
		of := redemption.Of{ID: c.redeem.ID, DonorKey: c.donorKey}
		s.askBeside(c, func(ctx context.Context) (redemption.State, error) { return s.deps.Gifts.Confirm(ctx, of) })
		return nil
	})
}

// RequestGift queues what the center could not be asked for. It has a name of its own,
// and names what may still be set aside, which is given back first.
func (s *Service) RequestGift(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.atGifts(); err != nil {
			return err
		}
		if !c.redeem.MayRequest {
			return errStep(c.step)
		}
		in := redemption.Requested{Instead: c.mayBeHeld, At: s.deps.Clock.Moment(), HoldRequest: redemption.HoldRequest{ID: s.deps.NewID(), DonorKey: c.donorKey,
			GiftID: c.redeem.Gift.ID, SiteID: c.redeem.Site.ID, Points: c.redeem.Points, Language: c.language}}
		if err := s.deps.Gifts.Queue(ctx, in); err != nil {
			return err
		}
		c.redeem.State, c.redeem.ID, c.redeem.MayRequest, c.redeem.Code, c.redeem.Params = "requested", in.ID, false, "", nil
		c.mayBeHeld, c.unheard = "", redemption.HoldRequest{}
		return nil
	})
}

// ReleaseGift gives back what was set aside, or puts away what was said of it.
func (s *Service) ReleaseGift(ctx context.Context) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if err := c.atGifts(); err != nil {
			return err
		}
		s.letGo(c)
		c.redeem, c.voucher = RedemptionView{}, VoucherView{}
		return nil
	})
}

// noteHeld keeps that next may be set aside from now on in place of before, "" for
// nothing; only what the center has said ends that. Whoever asks without a line names it.
func (s *Service) noteHeld(session, before, next string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.current; c != nil && c.id == session && c.mayBeHeld == before {
		if c.mayBeHeld = next; c.unheard.ID != next {
			c.unheard = redemption.HoldRequest{}
		}
	}
}

// letGo gives back what is set aside for a person who does not want it or has left.
// When the center is out of reach, the hold lapses by itself.
func (s *Service) letGo(c *session) {
	if c.redeem.State == "held" {
		s.giveBack(c.id, redemption.Of{ID: c.redeem.ID, DonorKey: c.donorKey})
	}
}

func (s *Service) giveBack(session string, of redemption.Of) {
	s.beside.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), giftTime)
		defer cancel()
		if _, err := s.deps.Gifts.Cancel(ctx, of); err == nil { // otherwise it lapses by itself
			s.noteHeld(session, of.ID, "")
		}
	})
}

// askBeside asks the center beside the journey: who waits can leave at any moment.
// What is set aside for somebody who left meanwhile is given back.
func (s *Service) askBeside(c *session, ask func(ctx context.Context) (redemption.State, error)) {
	id, key, of := c.id, c.donorKey, c.redeem.ID
	s.beside.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), giftTime)
		defer cancel()
		got, err := ask(ctx)
		if s.noteRedemption(id, of, got, err) {
			s.deps.Changed() // not under the lock: who hears it may ask the session
		} else if err == nil && got.Status == redemption.Held {
			s.giveBack(id, redemption.Of{ID: of, DonorKey: key})
		}
	})
}

// noteRedemption keeps what the center said, unless the person has left meanwhile.
func (s *Service) noteRedemption(session, redemptionID string, got redemption.State, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.current
	if c == nil || c.id != session || c.redeem.ID != redemptionID || c.redeem.State != "asking" && c.redeem.State != "confirming" {
		return false
	}
	c.touched = s.deps.Clock.Now()
	if err != nil {
		f := fault.From(err)
		isUnanswered := f.Code == "redemption.offline"
		if isUnanswered && c.redeem.State == "confirming" {
			c.unheard = c.wish
		}
		c.redeem.MayRequest = isUnanswered && c.redeem.State == "asking"
		c.redeem.State, c.redeem.Code, c.redeem.Params = "failed", f.Code, f.Params
		if unlessDecided(err) == nil {
			c.settled(redemptionID)
		}
		return true
	}
	if got.Status != redemption.Held {
		c.settled(redemptionID)
	}
	c.redeem.PickUpUntil = got.PickUpUntil
	switch got.Status {
	case redemption.Held:
		c.redeem.State, c.redeem.Until = "held", got.Until
	case redemption.Confirmed, redemption.PickedUp:
		c.redeem.State = "confirmed"
		s.refreshAccount(c)
		if !c.redeem.Gift.Codes {
			s.askForVoucher(c, redemptionID)
		}
	default:
		c.redeem.State, c.redeem.Code = "failed", "redemption.lapsed"
	}
	return true
}

// settled notes that nothing of a redemption is open any more as far as this kiosk knows.
func (c *session) settled(id string) {
	if c.mayBeHeld == id {
		c.mayBeHeld = ""
	}
	if c.unheard.ID == id {
		c.unheard = redemption.HoldRequest{}
	}
}

// atGifts tells whether gifts can be chosen now: nothing of it is under way.
func (c *session) atGifts() error {
	switch {
	case c.step != StepGifts:
		return errStep(c.step)
	case c.redeem.State == "asking" || c.redeem.State == "confirming":
		return fault.New(fault.Conflict, "redemption.busy")
	}
	return nil
}

// Balance is what the person in front of the kiosk may spend; ok is false when nobody
// is there or the center has not said it.
func (s *Service) Balance() (points int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.current; c != nil && c.account.Account != nil {
		return c.account.Account.Points.Balance, true
	}
	return 0, false
}
