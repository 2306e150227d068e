package wechatpay_test

import (
	"strings"
	"testing"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay"
	"lianxin/backend/payout/wechatpay/emulator"
)

func started(t testing.TB) (*emulator.Emulator, *wechatpay.Driver) {
	t.Helper()
	e, err := emulator.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	d, err := wechatpay.New(t.Context(), e.Config())
	if err != nil {
		t.Fatal(err)
	}
	return e, d
}

func payment(id string) payout.Payment {
	return payout.Payment{ID: id, Number: payout.NumberOf(id), ClaimID: "claim", Method: payout.WeChat, AmountFen: 41000,
		Payee: claim.Payee{Kind: claim.WeChat, Holder: "测试王𬭎", Account: "openid-of-somebody"}}
}

// An order is signed, names its recipient to WeChat alone, and is one bill however often it is told.
func TestAnOrderAndWhatBecomesOfIt(t *testing.T) {
	e, d := started(t)
	p := payment("claim.p1")
	for range 2 {
		a, err := d.Send(t.Context(), p)
		if err != nil || a.State != payout.Pending || a.Confirm == "" || a.Reference != "T"+p.Number {
			t.Fatalf("%+v, %v", a, err)
		}
	}
	b, _ := e.Bill(p.Number)
	if b.Name != p.Payee.Holder || b.OpenID != p.Payee.Account || b.Amount != p.AmountFen || b.Orders != 2 || e.Bills() != 1 || len(e.Wrong()) > 0 {
		t.Errorf("%+v, wrong: %v", b, e.Wrong())
	}
	for state, want := range map[string]payout.State{"ACCEPTED": payout.Pending, "PROCESSING": payout.Pending, "WAIT_USER_CONFIRM": payout.Pending, "TRANSFERING": payout.Pending,
		"CANCELING": payout.Pending, "SUCCESS": payout.Arrived, "FAIL": payout.Refused, "CANCELLED": payout.Refused} {
		e.Decide(p.Number, state, "NAME_NOT_CORRECT")
		a, err := d.Ask(t.Context(), p.Number)
		if err != nil || a.State != want || a.AmountFen != p.AmountFen || want == payout.Refused && a.Reason == "" {
			t.Errorf("%s: %+v, %v", state, a, err)
		}
	}
	e.Decide(p.Number, "SOMETHING_NEW", "")
	if a, err := d.Ask(t.Context(), p.Number); err == nil {
		t.Errorf("what nobody knows is taken for %+v", a)
	}
	if a, err := d.Ask(t.Context(), payout.NumberOf("never")); err != nil || a.State != payout.Absent {
		t.Errorf("%+v, %v", a, err)
	}
}

// What is lost, broken or not signed says nothing; only a signed no is one. No error
// repeats whom it was about.
func TestWhatMisbehaves(t *testing.T) {
	for m, want := range map[emulator.Mischief]struct {
		state payout.State // of the answer; "" for nobody knows
		taken bool
	}{
		emulator.Lost: {}, emulator.FailedAfter: {taken: true}, emulator.Silent: {taken: true}, emulator.Unsigned: {taken: true},
		emulator.OtherKey: {taken: true}, emulator.Refuses: {state: payout.Refused}, emulator.Busy: {},
	} {
		e, d := started(t)
		e.Misbehave(m)
		p := payment("claim." + string(m))
		a, err := d.Send(t.Context(), p)
		if a.State != want.state || (err == nil) != (want.state != "") {
			t.Errorf("%s: %+v, %v", m, a, err)
		}
		if err != nil && (strings.Contains(err.Error(), p.Payee.Account) || strings.Contains(err.Error(), p.Number) || strings.Contains(err.Error(), p.Payee.Holder)) {
			t.Errorf("%s: the error repeats it: %v", m, err)
		}
		e.Misbehave(emulator.Well)
		asked, err := d.Ask(t.Context(), p.Number)
		if err != nil || (asked.State == payout.Pending) != want.taken {
			t.Errorf("%s: asked, it says %+v, %v", m, asked, err)
		}
	}
}

// A call is believed when WeChat signed it within five minutes for this merchant; of what
// it says only the number counts.
func TestCallbacks(t *testing.T) {
	e, d := started(t)
	p := payment("claim.p1")
	if _, err := d.Send(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	b, _ := e.Bill(p.Number)
	header, body := e.Callback(b, time.Now())
	for range 2 {
		if number, err := d.Called(t.Context(), header, body); err != nil || number != p.Number {
			t.Errorf("%q, %v", number, err)
		}
	}
	refused := func(what string, number string, err error) {
		if fault.CodeOf(err) != "payout.callback" || number != "" {
			t.Errorf("%s: %q, %v", what, number, err)
		}
	}
	altered := strings.Replace(string(body), "FINISHED", "FINISHEE", 1)
	number, err := d.Called(t.Context(), header, []byte(altered))
	refused("altered", number, err)
	old, oldBody := e.Callback(b, time.Now().Add(-6*time.Minute))
	number, err = d.Called(t.Context(), old, oldBody)
	refused("of earlier", number, err)
	stranger, _ := started(t)
	theirs, theirBody := stranger.Callback(b, time.Now())
	number, err = d.Called(t.Context(), theirs, theirBody)
	refused("of somebody else", number, err)
	b.MerchantID = "1900000002"
	another, anotherBody := e.Callback(b, time.Now())
	number, err = d.Called(t.Context(), another, anotherBody)
	refused("of another merchant", number, err)
	number, err = d.Called(t.Context(), nil, nil)
	refused("nothing", number, err)
}
