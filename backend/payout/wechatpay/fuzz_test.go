package wechatpay_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay"
	"lianxin/backend/payout/wechatpay/emulator"
)

// Anybody may call: who is not WeChat wakes nothing, and the refusal says nothing of the call.
func FuzzCalled(f *testing.F) {
	_, d := started(f)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	f.Add(now, "nonce", "PUB_KEY_ID_TEST", "c2lnbmVk", "WECHATPAY2-SHA256-RSA2048", []byte(`{"id":"a","resource":{"algorithm":"AEAD_AES_256_GCM","ciphertext":"","nonce":"","associated_data":""}}`))
	f.Add(now, "", "PUB_KEY_ID_TEST", "%%%", "", []byte(`{}`))
	f.Add("9223372036854775808", "n", "x", "", "WECHATPAY2-SM2-WITH-SM3", []byte(nil))
	f.Add("-1", "n\n", "WECHATPAY/SIGNTEST/1", "WECHATPAY/SIGNTEST/1", "", []byte("\xff"))
	f.Fuzz(func(t *testing.T, stamp, nonce, serial, signature, kind string, body []byte) {
		header := http.Header{"Wechatpay-Timestamp": {stamp}, "Wechatpay-Nonce": {nonce}, "Wechatpay-Serial": {serial},
			"Wechatpay-Signature": {signature}, "Wechatpay-Signature-Type": {kind}}
		number, err := d.Called(t.Context(), header, body)
		if got := fault.From(err); number != "" || got.Code != "payout.callback" || got.Kind != fault.Unauthorized || len(got.Params)+len(got.Places) > 0 || err.Error() != "payout.callback" {
			t.Fatalf("%q, %v", number, err)
		}
	})
}

// What WeChat signed may be anything, too: it names a payment of this merchant or is refused.
func FuzzCalledBySigned(f *testing.F) {
	e, d := started(f)
	b := emulator.Bill{OutBillNo: payout.NumberOf("claim.p1"), MerchantID: emulator.MerchantID, State: "SUCCESS", Amount: 41000}
	_, whole := e.Callback(b, time.Now())
	bill, err := json.Marshal(b)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(false, whole)
	f.Add(true, bill)
	f.Add(true, []byte(`{"mch_id":"1900000001","out_bill_no":"\u0000"}`))
	f.Fuzz(func(t *testing.T, isContent bool, text []byte) {
		header, body := e.Sign(text, time.Now()), text
		if isContent {
			header, body = e.Sealed(text, time.Now())
		}
		number, err := d.Called(t.Context(), header, body)
		if err != nil {
			if number != "" || err.Error() != "payout.callback" {
				t.Fatalf("%q, %v", number, err)
			}
			return
		}
		var said struct {
			Number   string `json:"out_bill_no"`
			Merchant string `json:"mch_id"`
		}
		if isContent && (json.Unmarshal(text, &said) != nil || said.Merchant != emulator.MerchantID || said.Number != number) || number == "" {
			t.Fatalf("%q is woken by %q", number, text)
		}
	})
}

// said is a WeChat Pay that answers what it is told to.
type said struct {
	*emulator.Emulator
	status   int
	isSigned bool
	text     []byte
}

func (s *said) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if s.isSigned {
		for name, values := range s.Sign(s.text, time.Now()) {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(s.status)
	_, _ = w.Write(s.text)
}

// Whatever answers: only what WeChat signed says what became of a payment, only a success of
// that payment is one, and no error says more than a code.
func FuzzAnswered(f *testing.F) {
	e, _ := started(f)
	s := &said{Emulator: e}
	server := httptest.NewServer(s)
	f.Cleanup(server.Close)
	config := e.Config()
	config.Server = server.URL
	d, err := wechatpay.New(f.Context(), config)
	if err != nil {
		f.Fatal(err)
	}
	p := payment("claim.p1")
	for _, state := range []string{"SUCCESS", "FAIL", "CANCELLED", "WAIT_USER_CONFIRM", "NEW"} {
		f.Add(200, true, []byte(`{"out_bill_no":"`+p.Number+`","transfer_bill_no":"T1","state":"`+state+`","transfer_amount":41000,"fail_reason":"ACCOUNT_FROZEN"}`))
	}
	f.Add(200, false, []byte(`{"out_bill_no":"`+p.Number+`","state":"SUCCESS"}`))
	f.Add(400, true, []byte(`{"code":"PARAM_ERROR","message":"测试王𬭎"}`))
	f.Add(404, true, []byte(`{"code":"NOT_FOUND"}`))
	f.Add(403, true, []byte(`{"code":"openid-of-somebody"}`))
	f.Fuzz(func(t *testing.T, status int, isSigned bool, text []byte) {
		if status < 200 || status > 599 {
			return
		}
		s.status, s.isSigned, s.text = status, isSigned, text
		a, err := d.Ask(t.Context(), p.Number)
		if err != nil {
			if a.State != "" || strings.Contains(err.Error(), p.Number) || strings.Contains(err.Error(), p.Payee.Account) || strings.Contains(err.Error(), p.Payee.Holder) || len(err.Error()) > 100 {
				t.Fatalf("%+v, %v", a, err)
			}
			return
		}
		if !isSigned || a.State == "" || (a.State == payout.Refused) != (a.Reason != "") {
			t.Fatalf("%d %q, signed: %t: %+v", status, text, isSigned, a)
		}
		var bill struct {
			Number string `json:"out_bill_no"`
		}
		isOfIt := status < 300 && json.Unmarshal(text, &bill) == nil && bill.Number == p.Number
		if !isOfIt && (a.State == payout.Arrived || a.State == payout.Pending) {
			t.Fatalf("%d %q: %+v", status, text, a)
		}
	})
}
