package center

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay"
	"lianxin/backend/payout/wechatpay/emulator"
)

// paysByWeChat sets WeChat Pay up at a center.
func paysByWeChat(b *bench) *emulator.Emulator {
	b.t.Helper()
	e, err := emulator.New()
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(e.Close)
	driver, err := wechatpay.New(b.t.Context(), e.Config())
	if err != nil {
		b.t.Fatal(err)
	}
	b.Center.config.WeChat = driver
	b.Center.payouts = b.Center.newPayouts()
	return e
}

// calledBack lets WeChat call the center back.
func (b *bench) calledBack(header http.Header, body []byte) int {
	r := httptest.NewRequest(http.MethodPost, WeChatCallback, bytes.NewReader(body))
	r.Header = header.Clone()
	answer := httptest.NewRecorder()
	b.handler.ServeHTTP(answer, r)
	return answer.Code
}

// works lets the center take payments to WeChat; what is asked again later is due by then.
func (o office) works() {
	o.t.Helper()
	o.pass(2 * time.Minute)
	if err := o.workPayouts(o.t.Context()); err != nil && fault.CodeOf(err) != "payout.contradiction" {
		o.t.Log(err)
	}
}

// What is rightly signed and names no payment of ours changes nothing, whatever its number
// holds: PostgreSQL takes no NUL in a text, and a call that failed would come again for a day.
func TestACallOfWeChatAboutNoPayment(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		e := paysByWeChat(b)
		for _, number := range []string{"LX0000000000000000", "\x00", payout.NumberOf("a") + "\x00", "another shop's"} {
			header, body := e.Callback(emulator.Bill{OutBillNo: number, MerchantID: emulator.MerchantID, State: "SUCCESS"}, time.Now())
			if status := b.calledBack(header, body); status != http.StatusNoContent {
				t.Errorf("about %q: %d", number, status)
			}
		}
	})
}

// Claims are paid over WeChat while it takes orders and does not say so, fails late and
// calls twice; a claim whose payment failed is paid once more, under another number.
func TestClaimsArePaidOverWeChat(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		e := paysByWeChat(b)
		o.releases("claim-1", "110105", "3")
		c := o.look("claim-1")
		c = o.do("fail", http.MethodPost, "/claim-1/fail", o.finance, api.ByHand{Version: c.Version, Note: "改用微信"})
		content := claimContent("3")
		wechat := claim.Payee{Kind: claim.WeChat, Holder: content.Donor.Name, Account: "openid-1"}
		c = o.do("by WeChat", http.MethodPut, "/claim-1/payee", o.clerk, api.PayeeChange{Version: c.Version, Payee: wechat})
		release := func() {
			c = o.look("claim-1")
			c = o.do("release", http.MethodPost, "/claim-1/release", o.finance, api.ClaimAct{Version: c.Version})
		}
		pay := func(id string) api.PaymentListed {
			made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: id, Method: payout.WeChat})
			o.batch("send", http.MethodPost, "/"+id+"/send", map[string]int{"version": made.Version})
			return made.Listed[0]
		}
		is := func(id string) (p api.PaymentListed) {
			o.t.Helper()
			p1, err := b.store.Payment(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return listedPayment(p1)
		}
		release()
		first := pay("batch-1")
		e.Misbehave(emulator.Silent)
		o.works()
		if p := is(first.ID); p.Status != payout.Sent || e.Bills() != 1 {
			t.Fatalf("%+v, %d bills", p, e.Bills())
		}
		e.Misbehave(emulator.Well)
		e.Decide(first.Number, "FAIL", "ACCOUNT_FROZEN")
		bill, _ := e.Bill(first.Number)
		header, body := e.Callback(bill, time.Now())
		for range 2 {
			if status := b.calledBack(header, body); status != http.StatusNoContent {
				t.Errorf("called, it says %d", status)
			}
		}
		if status := b.calledBack(header, append(body, ' ')); status != http.StatusUnauthorized {
			t.Errorf("an altered call: %d", status)
		}
		o.works()
		if p := is(first.ID); p.Status != payout.Failed || p.Reason != "payout.wechat_account" || o.look("claim-1").Status != claim.Failed {
			t.Errorf("%+v", p)
		}
		release()
		second := pay("batch-2")
		o.works()
		o.works()
		if p := is(second.ID); second.Number == first.Number || p.Status != payout.Sent || !p.Waits || e.Bills() != 2 {
			t.Errorf("%+v, %d bills", p, e.Bills())
		}
		c = o.look("claim-1")
		o.want("a person speaks for it", http.MethodPost, "/claims/claim-1/fail", o.finance, api.ByHand{Version: c.Version, Note: "电话"}, nil, "payout.ask")
		e.Decide(second.Number, "SUCCESS", "")
		var asked api.PaymentListed
		o.want("ask", http.MethodPost, "/payouts/payments/"+second.ID+"/ask", o.finance, nil, &asked, "")
		if bill, _ := e.Bill(second.Number); asked.Status != payout.Paid || o.look("claim-1").Status != claim.Paid || bill.Orders != 1 || len(e.Wrong()) > 0 {
			t.Errorf("%+v, ordered %d times, wrong: %v", asked, bill.Orders, e.Wrong())
		}
	})
}
