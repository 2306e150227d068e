package center

import (
	"net/http"
	"testing"
	"time"

	"lianxin/backend/payout"
	"lianxin/backend/payout/wechatpay/emulator"
)

// Anybody may call where WeChat calls: the call wakes a payment or is refused, and is never
// our own fault, whatever stands in it.
func FuzzWeChatCallback(f *testing.F) {
	b := newBench(f)
	e := paysByWeChat(b)
	bill := emulator.Bill{OutBillNo: payout.NumberOf("claim.p1"), MerchantID: emulator.MerchantID, State: "SUCCESS"}
	header, body := e.Callback(bill, time.Now())
	f.Add(uint8(0), header.Get("Wechatpay-Signature"), body)
	f.Add(uint8(0), "c2lnbmVk", []byte(nil))
	f.Add(uint8(1), "", body)
	f.Add(uint8(1), "", []byte(`{"resource":null}`))
	f.Add(uint8(2), "", []byte(`{"mch_id":"1900000001","out_bill_no":"`+bill.OutBillNo+`"}`))
	f.Fuzz(func(t *testing.T, kind uint8, signature string, text []byte) {
		isSigned := true
		var header http.Header
		body := text
		switch kind % 3 {
		case 0:
			header, isSigned = e.Sign(nil, time.Now()), false
			header.Set("Wechatpay-Signature", signature)
		case 1:
			header = e.Sign(body, time.Now())
		default:
			header, body = e.Sealed(text, time.Now())
		}
		status := b.calledBack(header, body)
		if status != http.StatusUnauthorized && (status != http.StatusNoContent || !isSigned) {
			t.Fatalf("%d, signed: %t", status, isSigned)
		}
	})
}
