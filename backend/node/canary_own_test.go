package node

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	documents "lianxin/backend/identity"
	"lianxin/backend/point"
	"lianxin/backend/result"
	"lianxin/backend/textmessage"
)

// inbox are the phones of all canaries.
type inbox struct{ got []textmessage.Message }

// Send implements textmessage.Driver.
func (i *inbox) Send(_ context.Context, m textmessage.Message) error {
	i.got = append(i.got, m)
	return nil
}

// gave are donation and result of a canary, long ago.
func (l *lobby) gave(c canary, n int, donorID, site string) ([]donor.Donation, result.Result) {
	given := donor.Donation{ID: fmt.Sprintf("01930000-0000-7000-a000-%012d", n), DonorID: donorID, SiteID: site, DIN: c.number,
		Product: donation.WholeBlood, VolumeML: 400, On: l.center.Today().AddDays(-400)}
	found := result.Result{DonationID: given.ID, Qualified: n%2 == 0, ReportedOn: given.On.AddDays(2), Group: donation.Group{ABO: "O", RhD: "+"}}
	if !found.Qualified {
		found.Markers = result.Markers{HIV: result.Reactive}
	}
	return []donor.Donation{given}, found
}

// saves gives a canary points enough for a gift of the sample.
func (l *lobby) saves(d donor.Donor) {
	l.t.Helper()
	ledger := point.Ledger{Store: l.center.Store(), NewID: uuid.NewString}
	award := []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: 500}}
	if err := ledger.Give(l.t.Context(), time.Now(), point.Credit{DonorID: d.ID, Cause: "canary-" + d.ID, Awards: award}); err != nil {
		l.t.Fatal(err)
	}
}

// chooses has a canary redeem a gift and print the voucher, whose code is as good as the gift.
func (l *lobby) chooses(b *bench, c canary) {
	l.t.Helper()
	s := &checkin.Session{}
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "gifts"}, s)
	if _, err := b.node.checkin.IdentifyCard(l.t.Context(), c.person); err != nil {
		l.t.Fatal(err)
	}
	b.node.checkin.Wait()
	var list api.GiftList
	b.must("GET", "/kiosk/gifts?here=true&limit=100&max_points=60", nil, &list)
	n := slices.IndexFunc(list.Gifts, func(g gift.Card) bool { return !g.Codes && g.Left > 5 })
	if n < 0 {
		l.t.Fatal("no gift for a canary")
	}
	step := func(path string, in any, is func(checkin.Session) bool) {
		l.t.Helper()
		b.must("POST", "/kiosk/session/"+path, in, s)
		b.node.checkin.Wait()
		if b.must("GET", "/kiosk/session", nil, s); !is(*s) {
			l.t.Fatalf("%s: %+v, voucher %+v", path, s.Redemption, s.Voucher)
		}
	}
	step("gifts/choose", checkin.GiftChoice{GiftID: list.Gifts[n].ID, SiteID: testSite, Points: list.Gifts[n].Points},
		func(s checkin.Session) bool { return s.Redemption.State == "held" })
	step("gifts/confirm", nil, func(s checkin.Session) bool { return s.Voucher != nil && s.Voucher.State == "shown" })
	step("voucher/print", nil, func(s checkin.Session) bool { return s.Voucher.Receipt.State == "printed" })
	l.vouchers = append(l.vouchers, s.Voucher.QR, s.Voucher.Number)
}

// looks shows a canary what is theirs, by card and by numbers with a code, and prints
// the slip both times; a gift is redeemed as well.
func (l *lobby) looks(b *bench, c canary) {
	l.t.Helper()
	var s checkin.Session
	settled := func() {
		b.node.checkin.Wait()
		b.must("GET", "/kiosk/session", nil, &s)
	}
	begin := func() { b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "account"}, &s) }
	slip := func(id string) {
		b.must("POST", "/kiosk/session/papers", map[string]string{"donation_id": id, "kind": "result_slip"}, &s)
		settled()
		if s.Paper == nil || s.Paper.State != "printed" {
			l.t.Fatalf("the slip of a canary: %+v", s.Paper)
		}
	}
	begin()
	if _, err := b.node.checkin.IdentifyCard(l.t.Context(), c.person); err != nil {
		l.t.Fatal(err)
	}
	settled()
	if s.Account == nil || s.Account.Account == nil || len(s.Account.Account.Donations) != 1 {
		l.t.Fatalf("the account of a canary: %+v", s.Account)
	}
	slip(s.Account.Account.Donations[0].ID)
	l.chooses(b, c)
	begin()
	typed := map[string]string{"kind": string(documents.ResidentID), "number": c.person.Document.Number, "din": c.number.Printed()}
	b.ask("POST", "/kiosk/session/result", map[string]string{"kind": typed["kind"], "number": typed["number"], "din": string(c.number) + "?"}, nil)
	b.must("POST", "/kiosk/session/result", typed, &s)
	settled()
	if err := l.center.SendCodes(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	b.must("POST", "/kiosk/session/result/code", map[string]string{"code": l.phones.got[len(l.phones.got)-1].Params["code"]}, &s)
	settled()
	if s.Result == nil || s.Result.State != "shown" {
		l.t.Fatalf("the result of a canary: %+v", s.Result)
	}
	slip(s.Result.Donation.ID)
	b.must("DELETE", "/kiosk/session", nil, nil)
}

// keepsNothing looks for the numbers of donations and the messages to phones where
// nothing of them may stay: at the kiosks, in the log, in addresses and figures. The center
// keeps the numbers in plain, as docs/security.md says.
func (l *lobby) keepsNothing(looked []canary) {
	l.t.Helper()
	var values []string
	for _, c := range looked {
		values = append(values, string(c.number), c.number.Printed())
	}
	for _, m := range l.phones.got {
		values = append(values, m.Text)
	}
	values = append(values, l.vouchers...)
	if len(values) < 4*len(looked) {
		l.t.Errorf("only %d values", len(values))
	}
	for _, kiosk := range []string{"kiosk-1", "kiosk-2"} {
		folder(l.t, l.dir+"/"+kiosk, values)
	}
	for what, text := range map[string][]byte{"the log": []byte(l.log.String()), "an address": []byte(l.addresses.String()), "a refusal": []byte(l.refusals.String())} {
		for _, value := range plain(text, values) {
			l.t.Errorf("%s holds %q", what, value)
		}
	}
}
