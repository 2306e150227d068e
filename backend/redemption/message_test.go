package redemption

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
)

func wish() Requested {
	return Requested{HoldRequest: HoldRequest{ID: "r1", DonorKey: "key", GiftID: "mug", SiteID: "here", Points: 20, Language: lang.Chinese}, Instead: "r0", At: time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)}
}

func TestAWishIsReadOrRefused(t *testing.T) {
	for name, change := range map[string]func(*Requested){
		"": func(*Requested) {}, "no id": func(r *Requested) { r.ID = "" }, "nobody": func(r *Requested) { r.DonorKey = "" },
		"no gift": func(r *Requested) { r.GiftID = "" }, "no points": func(r *Requested) { r.Points = 0 },
		"instead of itself": func(r *Requested) { r.Instead = r.ID }, "no language": func(r *Requested) { r.Language = "xx" },
	} {
		in := wish()
		change(&in)
		payload, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadRequested(payload)
		if name == "" && (err != nil || got != in) {
			t.Errorf("%+v, %v", got, err)
		}
		if name != "" && fault.CodeOf(err) != "redemption.malformed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A voucher shows its owner masked, and a code only where there is one.
func TestWhatAVoucherShows(t *testing.T) {
	v := Voucher{RedemptionID: "r1", Code: identity.Code{Kind: identity.VoucherCode, ID: strings.Repeat("7ZQK2M9D4R", 3)[:26]}, Points: 20, SiteID: "here",
		Person:      identity.Person{Name: "测试甲乙", Document: identity.Document{Kind: identity.ResidentID, Number: "110199199002280004"}},
		CancelUntil: calendar.MustParse("2026-12-07")}
	s := v.ShownTo(Redemption{}, gift.Code{})
	if s.Number != "7ZQK2M9D4R" || s.QR != v.Code.Text() || s.Secret != "" || strings.Contains(s.Name+s.Document, "测试甲乙") || s.Document == v.Person.Document.Number {
		t.Errorf("%+v", s)
	}
	if s := v.ShownTo(Redemption{}, gift.Code{Text: "SECRET"}); s.Number != "" || s.QR != "SECRET" || s.Secret != "SECRET" || !s.CancelUntil.IsZero() {
		t.Errorf("%+v", s)
	}
	if number, whole, err := readVoucher("7zqk2-m9d4r"); number != v.Number() || whole != "" || err != nil {
		t.Errorf("%q %q %v", number, whole, err)
	}
	if number, whole, err := readVoucher(v.Code.Text()); number != v.Number() || whole != v.Code.ID || err != nil {
		t.Errorf("%q %q %v", number, whole, err)
	}
	if _, _, err := readVoucher(identity.Code{Kind: identity.DonorCode, ID: v.Code.ID}.Text()); fault.CodeOf(err) != "redemption.other_code" {
		t.Error(err)
	}
}

func FuzzReadRequested(f *testing.F) {
	payload, err := json.Marshal(wish())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add([]byte(`{"id":1}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if in, err := ReadRequested(payload); err == nil && (in.ID == "" || in.Points < 1) {
			t.Fatalf("%+v", in)
		}
	})
}
