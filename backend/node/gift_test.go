package node

import (
	"os"
	"strings"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/checkin"
	"lianxin/backend/donor"
	"lianxin/backend/gift"
	"lianxin/backend/outbox"
	"lianxin/backend/redemption"
)

// saver is somebody of the sample with points, and a gift for them that the kiosk's
// site has.
func (b *bench) saver() (donor.Donor, gift.Card) {
	b.t.Helper()
	all, err := b.center.Store().DonorsAfter(b.t.Context(), "", 300)
	if err != nil {
		b.t.Fatal(err)
	}
	var list api.GiftList
	b.must("GET", "/kiosk/gifts?here=true&limit=100&max_points=60", nil, &list)
	for _, d := range all {
		for _, g := range list.Gifts {
			if points, _, err := b.center.Points(b.t.Context(), d.ID); err == nil && points >= g.Points && !g.Codes {
				return d, g
			}
		}
	}
	b.t.Fatalf("nobody can have one of %d gifts", len(list.Gifts))
	return donor.Donor{}, gift.Card{}
}

// atGifts lays somebody's card on the reader and waits for what is theirs.
func (b *bench) atGifts(d donor.Donor) checkin.Session {
	b.t.Helper()
	b.must("POST", "/kiosk/session", map[string]string{"language": "zh-CN", "aim": "gifts"}, &checkin.Session{})
	if _, err := b.node.checkin.IdentifyCard(b.t.Context(), d.Person); err != nil {
		b.t.Fatal(err)
	}
	return b.session(func(s checkin.Session) bool { return s.Account.State != "asking" })
}

// session waits until the session is as wanted.
func (b *bench) session(wanted func(checkin.Session) bool) checkin.Session {
	b.t.Helper()
	b.node.checkin.Wait()
	var s checkin.Session
	if b.must("GET", "/kiosk/session", nil, &s); !wanted(s) {
		b.t.Fatalf("%+v, account %+v", s, s.Account)
	}
	return s
}

// From the catalogue that was pulled to the voucher in the printer, and back again.
func TestAGiftAtTheKiosk(t *testing.T) {
	b := newBench(t)
	b.enrol(testSite)
	b.whole()
	d, g := b.saver()
	var detail api.GiftDetail
	b.must("GET", "/kiosk/gifts/"+g.ID, nil, &detail)
	if len(detail.Places) == 0 || !detail.Places[0].Here || detail.Places[0].ID != testSite || detail.Gift.Left != g.Left {
		t.Errorf("%+v", detail)
	}
	before := b.atGifts(d).Account.Account.Points.Balance
	var s checkin.Session
	b.must("POST", "/kiosk/session/gifts/choose", checkin.GiftChoice{GiftID: g.ID, SiteID: testSite, Points: g.Points}, &s)
	b.session(func(s checkin.Session) bool { return s.Redemption.State == "held" })
	b.must("POST", "/kiosk/session/gifts/confirm", nil, &s)
	s = b.session(func(s checkin.Session) bool { return s.Redemption.State == "confirmed" && s.Voucher.State == "shown" })
	if after := s.Account.Account.Points.Balance; after != before-g.Points {
		t.Errorf("%d points were %d", after, before)
	}
	var papers [2][]byte
	for i := range papers {
		b.must("POST", "/kiosk/session/voucher/print", nil, &s)
		b.session(func(s checkin.Session) bool { return s.Voucher.Receipt.State == "printed" })
		papers[i] = b.lastPrint()
	}
	if len(papers[0]) == 0 || string(papers[0]) != string(papers[1]) {
		t.Errorf("two prints of one voucher differ: %d and %d bytes", len(papers[0]), len(papers[1]))
	}
	id := s.Redemption.ID
	b.must("POST", "/kiosk/session/redemptions/"+id+"/cancel", nil, &s)
	s = b.session(func(s checkin.Session) bool { return s.Cancelled.State == "done" })
	if after := s.Account.Account.Points.Balance; after != before {
		t.Errorf("%d points came back to %d", before, after)
	}
}

// lastPrint is the newest file the printer was given.
func (b *bench) lastPrint() []byte {
	b.t.Helper()
	files, err := os.ReadDir(b.prints)
	if err != nil {
		b.t.Fatal(err)
	}
	var newest os.FileInfo
	for _, f := range files {
		if info, err := f.Info(); err == nil && strings.Contains(f.Name(), "voucher") && (newest == nil || info.ModTime().After(newest.ModTime())) {
			newest = info
		}
	}
	if newest == nil {
		b.t.Fatalf("no voucher among %d prints", len(files))
	}
	content, err := os.ReadFile(b.prints + "/" + newest.Name())
	if err != nil {
		b.t.Fatal(err)
	}
	return content
}

// Without a line the wish lies in the outbox, and the center decides when it is back.
func TestAWishWithoutALine(t *testing.T) {
	b := newBench(t)
	b.enrol(testSite)
	b.whole()
	d, g := b.saver()
	b.atGifts(d)
	b.cutOff()
	var list api.GiftList
	b.must("GET", "/kiosk/gifts?text="+g.ID, nil, &list) // the catalogue needs no line
	var s checkin.Session
	b.must("POST", "/kiosk/session/gifts/choose", checkin.GiftChoice{GiftID: g.ID, SiteID: testSite, Points: g.Points}, &s)
	s = b.session(func(s checkin.Session) bool { return s.Redemption.State == "failed" })
	if s.Redemption.Code != "redemption.offline" || !s.Redemption.MayRequest {
		t.Fatalf("%+v", s.Redemption)
	}
	b.must("POST", "/kiosk/session/gifts/request", nil, &s)
	if s.Redemption.State != "requested" {
		t.Fatalf("%+v", s.Redemption)
	}
	b.line.cut = make(chan struct{})
	b.until("the wish has arrived", func(s api.KioskState) bool { return s.Online && s.Pending == 0 })
	made, err := b.center.Store().RedemptionsOf(t.Context(), []string{d.ID}, 1)
	if err != nil || len(made) != 1 || made[0].ID != s.Redemption.ID || made[0].Status != redemption.Confirmed || !made[0].Queued {
		t.Errorf("%+v, %v", made, err)
	}
	var seen account.Account = *b.atGifts(d).Account.Account
	if seen.Redemptions[0].ID != s.Redemption.ID || !seen.Redemptions[0].Queued {
		t.Errorf("%+v", seen.Redemptions)
	}
}

// How long it takes until a wish is on the kiosk's disk.
func BenchmarkWish(b *testing.B) {
	n := newWishes(b)
	for b.Loop() {
		in := redemption.Requested{HoldRequest: redemption.HoldRequest{ID: n.config.NewID(), DonorKey: strings.Repeat("A", 22), GiftID: "mug", Points: 20, Language: "zh-CN"}, At: time.Now()}
		if err := (redeemer{n}).Queue(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
	if n, err := n.store.CountOperations(b.Context(), outbox.Pending); err != nil || n == 0 {
		b.Fatal(n, err)
	}
}

func newWishes(b *testing.B) *Node {
	b.Helper()
	n, err := assembled(b.Context(), Config{Data: b.TempDir(), Demo: true, Version: "test"})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := n.store.Close(); err != nil {
			b.Error(err)
		}
	})
	return n
}
