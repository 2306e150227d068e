package checkin

import (
	"cmp"
	"context"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/preference"
	"lianxin/backend/redemption"
)

// counter is a center that gives gifts out when the test lets it, and notes what it was asked.
type counter struct {
	asked  chan string
	answer chan error
	queued []redemption.Requested
	full   error                        // what queueing fails with
	stands map[string]redemption.Status // what became of something that was held; held unless it is here

	switched []preference.Switched
}

func (c *counter) Card(id string) (gift.Card, error) {
	for _, g := range gift.Sample().Gifts {
		if g.ID == id {
			return gift.Card{Gift: g, Left: 3, Here: true, Anywhere: true}, nil
		}
	}
	return gift.Card{}, fault.New(fault.NotFound, "gift.not_found")
}

func (c *counter) decide(ctx context.Context, what, id string, status redemption.Status) (redemption.State, error) {
	c.asked <- what + " " + id
	select {
	case err := <-c.answer:
		return redemption.State{ID: id, Status: status}, err
	case <-ctx.Done():
		return redemption.State{}, fault.New(fault.Unavailable, "redemption.offline")
	}
}

func (c *counter) Hold(ctx context.Context, in redemption.HoldRequest) (redemption.State, error) {
	return c.decide(ctx, "hold", in.ID, cmp.Or(c.stands[in.ID], redemption.Held))
}
func (c *counter) Confirm(ctx context.Context, in redemption.Of) (redemption.State, error) {
	return c.decide(ctx, "confirm", in.ID, redemption.Confirmed)
}
func (c *counter) Cancel(ctx context.Context, in redemption.Of) (redemption.State, error) {
	return c.decide(ctx, "cancel", in.ID, redemption.Cancelled)
}
func (c *counter) Voucher(ctx context.Context, in redemption.Of) (redemption.Shown, error) {
	_, err := c.decide(ctx, "voucher", in.ID, redemption.Confirmed)
	return redemption.Shown{RedemptionID: in.ID, QR: "LX1.V.x", Number: "ABCDE12345"}, err
}
func (c *counter) Switch(_ context.Context, in preference.Switched) error {
	c.switched = append(c.switched, in)
	return nil
}
func (c *counter) Queue(_ context.Context, in redemption.Requested) error {
	c.queued = append(c.queued, in)
	return c.full
}
func (c *counter) Print(_ context.Context, v redemption.Shown) Receipt {
	return Receipt{State: "printed", QR: v.QR}
}

// atCounter is a kiosk at which somebody with their card on the reader looks at gifts.
func atCounter(t *testing.T) (*kiosk, *counter, vault) {
	k, v := newKiosk(t), vault{asked: make(chan string, 9), answer: make(chan error, 9)}
	c := &counter{asked: make(chan string, 9), answer: make(chan error)}
	deps := k.deps()
	deps.Accounts, deps.Gifts = v, c
	k.service = New(deps)
	_, err := k.service.Start(t.Context(), lang.Chinese, AimGifts)
	k.must(err)
	_, err = k.service.IdentifyTyped(t.Context(), TypedIdentity{Kind: "resident_id", Number: "110199199003048888"})
	k.refused("account.card_only", err)
	s, err := k.service.IdentifyCard(t.Context(), k.guest("测试甲", "1990-05-05", "901"))
	k.at(StepGifts, s, err)
	v.answer <- nil
	<-k.paper.changed
	return k, c, v
}

var mug = GiftChoice{GiftID: gift.Sample().Gifts[0].ID, SiteID: here, Points: gift.Sample().Gifts[0].Points}

// chooseGift chooses the mug and lets the center answer.
func (k *kiosk) chooseGift(c *counter, answer error) (Session, string) {
	k.t.Helper()
	s, err := k.service.ChooseGift(k.t.Context(), mug)
	if s = k.at(StepGifts, s, err); s.Redemption.State != "asking" {
		k.t.Errorf("%+v", s.Redemption)
	}
	asked := <-c.asked
	c.answer <- answer
	<-k.paper.changed
	s, err = k.service.Current(k.t.Context())
	return k.at(StepGifts, s, err), asked
}

func TestAGiftIsHeldConfirmedAndPrinted(t *testing.T) {
	k, c, v := atCounter(t)
	s, asked := k.chooseGift(c, nil)
	if s.Redemption.State != "held" || asked != "hold "+s.Redemption.ID || s.Redemption.Site.ID != here {
		t.Errorf("%+v, asked %q", s.Redemption, asked)
	}
	s, err := k.service.ConfirmGift(t.Context())
	if s = k.at(StepGifts, s, err); s.Redemption.State != "confirming" {
		t.Errorf("%+v", s.Redemption)
	}
	_, err = k.service.ConfirmGift(t.Context())
	k.refused("redemption.busy", err)
	<-c.asked
	v.answer <- nil // the balance is asked for anew
	c.answer <- nil
	if got := <-c.asked; got != "voucher "+s.Redemption.ID {
		t.Errorf("then asked %q", got)
	}
	c.answer <- nil
	k.service.Wait()
	s, err = k.service.PrintVoucher(t.Context())
	if s = k.at(StepGifts, s, err); s.Redemption.State != "confirmed" || s.Voucher.Receipt.State != "printing" || s.Voucher.Number == "" {
		t.Errorf("%+v %+v", s.Redemption, s.Voucher)
	}
	k.service.Wait()
	s, err = k.service.Current(t.Context())
	if s = k.at(StepGifts, s, err); s.Voucher.Receipt.State != "printed" {
		t.Errorf("%+v", s.Voucher)
	}
	s, err = k.service.CloseVoucher(t.Context())
	if s = k.at(StepGifts, s, err); s.Voucher != nil {
		t.Errorf("%+v", s.Voucher)
	}
}

// A voucher that is still asked for, or did not come, has a receipt like any other: none. A
// page tells by its state whether there is something to print.
func TestAVoucherThatIsNotThereHasNoReceipt(t *testing.T) {
	k, c, _ := atCounter(t)
	s, err := k.service.ShowVoucher(t.Context(), "r1")
	if s = k.at(StepGifts, s, err); s.Voucher.State != "asking" || s.Voucher.Receipt.State != "none" {
		t.Errorf("%+v", s.Voucher)
	}
	<-c.asked
	c.answer <- fault.New(fault.Unavailable, "redemption.offline")
	k.service.Wait()
	s, err = k.service.Current(t.Context())
	if s = k.at(StepGifts, s, err); s.Voucher.State != "failed" || s.Voucher.Receipt.State != "none" {
		t.Errorf("%+v", s.Voucher)
	}
}

// Without a line nothing is spent: the wish is queued under a name of its own, and says
// what may have been held before.
func TestWithoutALineAWishIsQueued(t *testing.T) {
	k, c, _ := atCounter(t)
	s, _ := k.chooseGift(c, fault.New(fault.Unavailable, "redemption.offline"))
	first := s.Redemption.ID
	if s.Redemption.State != "failed" || !s.Redemption.MayRequest {
		t.Fatalf("%+v", s.Redemption)
	}
	if s, _ = k.chooseGift(c, fault.New(fault.Unavailable, "redemption.offline")); s.Redemption.ID != first {
		t.Errorf("asked again under another name: the center would hold it twice")
	}
	c.full = fault.New(fault.Unavailable, "store.full")
	_, err := k.service.RequestGift(t.Context())
	k.refused("store.full", err)
	c.full = nil
	s, err = k.service.RequestGift(t.Context())
	s = k.at(StepGifts, s, err)
	if in := c.queued[1]; s.Redemption.State != "requested" || in.Instead != first || in.ID == first || in.GiftID != mug.GiftID || in.At.IsZero() {
		t.Errorf("%+v queued %+v", s.Redemption, in)
	}
	_, err = k.service.RequestGift(t.Context())
	k.refused("checkin.other_step", err)
}

// Something is held when the line breaks: whatever the person does then, their wish names
// what is held, for its points are needed.
func TestAWishNamesWhatIsHeld(t *testing.T) {
	offline := fault.New(fault.Unavailable, "redemption.offline")
	other := GiftChoice{GiftID: gift.Sample().Gifts[1].ID, SiteID: here, Points: gift.Sample().Gifts[1].Points}
	for name, letsGo := range map[string]bool{"another is chosen": false, "it is let go, and another chosen": true} {
		k, c, _ := atCounter(t)
		s, _ := k.chooseGift(c, nil)
		held := s.Redemption.ID
		if letsGo {
			_, err := k.service.ReleaseGift(t.Context())
			k.must(err)
			<-c.asked
			c.answer <- offline
			k.service.Wait()
		}
		_, err := k.service.ChooseGift(t.Context(), other)
		k.must(err)
		if got := <-c.asked; got != "cancel "+held {
			t.Errorf("%s: asked %q", name, got)
		}
		c.answer <- offline
		<-k.paper.changed
		_, err = k.service.RequestGift(t.Context())
		k.must(err)
		if in := c.queued[0]; in.Instead != held || in.GiftID != other.GiftID {
			t.Errorf("%s: held %s, queued %+v", name, held, in)
		}
	}
}

// What is known to be held no more is not named.
func TestAWishNamesNothingThatWasGivenBack(t *testing.T) {
	offline := fault.New(fault.Unavailable, "redemption.offline")
	k, c, _ := atCounter(t)
	k.chooseGift(c, nil)
	_, err := k.service.ReleaseGift(t.Context())
	k.must(err)
	<-c.asked
	c.answer <- nil // given back
	k.service.Wait()
	s, asked := k.chooseGift(c, offline)
	if asked != "hold "+s.Redemption.ID {
		t.Errorf("asked %q", asked)
	}
	_, err = k.service.RequestGift(t.Context())
	k.must(err)
	if in := c.queued[0]; in.Instead != s.Redemption.ID {
		t.Errorf("%+v, asked for %s", in, s.Redemption.ID)
	}
}

// A yes is said and its answer lost. Whoever goes on to another gift keeps what the center
// made of it, and gives back only what it did not hear; who asks for the same one again gets
// that one, and no second.
func TestAYesWithoutAnAnswerIsNotTakenBack(t *testing.T) {
	offline := fault.New(fault.Unavailable, "redemption.offline")
	other := GiftChoice{GiftID: gift.Sample().Gifts[1].ID, SiteID: here, Points: gift.Sample().Gifts[1].Points}
	atDoubt := func() (*kiosk, *counter, vault, string) {
		k, c, v := atCounter(t)
		s, _ := k.chooseGift(c, nil)
		_, err := k.service.ConfirmGift(t.Context())
		k.must(err)
		<-c.asked
		c.answer <- offline
		<-k.paper.changed
		_, err = k.service.ReleaseGift(t.Context())
		k.must(err)
		return k, c, v, s.Redemption.ID
	}
	for became, then := range map[redemption.Status][]string{redemption.Confirmed: {"hold"}, redemption.Held: {"hold", "cancel"}} {
		k, c, _, first := atDoubt()
		c.stands = map[string]redemption.Status{first: became}
		_, err := k.service.ChooseGift(t.Context(), other)
		k.must(err)
		for _, want := range then {
			if got := <-c.asked; got != want+" "+first {
				t.Fatalf("%s: asked %q, want to %s the first", became, got, want)
			}
			c.answer <- nil
		}
		if got := <-c.asked; got == "hold "+first || got[:5] != "hold " {
			t.Errorf("%s: asked %q", became, got)
		}
		c.answer <- nil
		<-k.paper.changed
		s, err := k.service.Current(t.Context())
		if s = k.at(StepGifts, s, err); s.Redemption.State != "held" || s.Redemption.Gift.ID != other.GiftID {
			t.Errorf("%s: %+v", became, s.Redemption)
		}
	}

	k, c, v, first := atDoubt()
	c.stands = map[string]redemption.Status{first: redemption.Confirmed}
	v.answer <- nil // the balance is asked for anew
	s, err := k.service.ChooseGift(t.Context(), mug)
	if s = k.at(StepGifts, s, err); s.Redemption.State != "confirming" {
		t.Errorf("that no points were spent is not known: %+v", s.Redemption)
	}
	asked := <-c.asked
	c.answer <- nil
	<-k.paper.changed
	s, err = k.service.Current(t.Context())
	if s = k.at(StepGifts, s, err); asked != "hold "+first || s.Redemption.State != "confirmed" || s.Redemption.ID != first {
		t.Errorf("asked %q, %+v", asked, s.Redemption)
	}
	<-c.asked
	c.answer <- nil
	k.service.Wait()
}

// What the center decided is no reason to queue.
func TestADecisionIsNotQueued(t *testing.T) {
	k, c, _ := atCounter(t)
	s, _ := k.chooseGift(c, fault.New(fault.Conflict, "gift.none_left"))
	if s.Redemption.State != "failed" || s.Redemption.Code != "gift.none_left" || s.Redemption.MayRequest {
		t.Errorf("%+v", s.Redemption)
	}
	_, err := k.service.RequestGift(t.Context())
	k.refused("checkin.other_step", err)
	nowhere := mug
	nowhere.SiteID = ""
	_, err = k.service.ChooseGift(t.Context(), nowhere)
	k.refused("gift.place", err)
}

// Whoever walks away keeps nothing from others: what is set aside is given back, also
// when the center answers after they have left.
func TestWhoLeavesGivesBack(t *testing.T) {
	k, c, _ := atCounter(t)
	s, _ := k.chooseGift(c, nil)
	k.clock.advance(2 * time.Minute)
	if !k.service.Tick() {
		t.Fatal("still there")
	}
	if got := <-c.asked; got != "cancel "+s.Redemption.ID {
		t.Errorf("asked %q", got)
	}
	c.answer <- nil
	k.service.Wait()

	k, c, _ = atCounter(t)
	_, err := k.service.ChooseGift(t.Context(), mug)
	k.must(err)
	held := <-c.asked
	k.must(k.service.End(t.Context()))
	c.answer <- nil
	if got := <-c.asked; got[len("cancel "):] != held[len("hold "):] {
		t.Errorf("%q was held, asked %q", held, got)
	}
	c.answer <- nil
	k.service.Wait()
}

func TestARedemptionIsCancelled(t *testing.T) {
	k, c, v := atCounter(t)
	s, err := k.service.CancelRedemption(t.Context(), "r1")
	if s = k.at(StepGifts, s, err); s.Cancelled.State != "asking" {
		t.Errorf("%+v", s.Cancelled)
	}
	<-c.asked
	c.answer <- fault.New(fault.Conflict, "redemption.not_cancellable").With("until", "2026-11-20")
	k.service.Wait()
	s, err = k.service.CancelRedemption(t.Context(), "r2")
	k.at(StepGifts, s, err)
	<-c.asked
	v.answer <- nil
	c.answer <- nil
	k.service.Wait()
	s, err = k.service.Back(t.Context())
	if s = k.at(StepAccount, s, err); s.Cancelled.State != "done" || s.Cancelled.ID != "r2" {
		t.Errorf("%+v", s.Cancelled)
	}
}

// Who switches suggestions off sees none at once, with or without a line, and may switch
// them on again; nobody does it for somebody the center has not answered for.
func TestSuggestionsAreSwitchedOff(t *testing.T) {
	k, c, _ := atCounter(t)
	for _, on := range []bool{false, true} {
		s, err := k.service.SwitchSuggestions(t.Context(), on)
		s = k.at(StepGifts, s, err)
		if said := c.switched[len(c.switched)-1]; said.On != on || len(said.DonorKey) != 22 || said.At.IsZero() {
			t.Errorf("written down %+v", said)
		}
		if own := s.Account.Account.Suggestions; own.On != on || len(own.Gifts) != 0 {
			t.Errorf("%+v", own)
		}
	}
	_, err := k.service.Start(t.Context(), lang.Chinese, AimAccount)
	k.must(err)
	_, err = k.service.SwitchSuggestions(t.Context(), false)
	if err == nil || len(c.switched) != 2 {
		t.Errorf("nobody is there: %v, %d written down", err, len(c.switched))
	}
}
