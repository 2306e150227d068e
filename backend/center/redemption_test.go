package center

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianxin/backend/account"
	"lianxin/backend/api"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
	"lianxin/backend/outbox"
	"lianxin/backend/point"
	"lianxin/backend/redemption"
	"lianxin/backend/screening"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/sync"
)

// shop brings a catalogue in, and so many of its first gift to a site.
func (b *bench) shop(siteID string, n int) gift.Gift {
	b.t.Helper()
	if err := b.SaveSite(b.t.Context(), site.Site{ID: siteID, Station: "station-test", District: "110105"}); err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.LoadCatalogue(b.t.Context(), gift.Sample(), "terminal"); err != nil {
		b.t.Fatal(err)
	}
	g := gift.Sample().Gifts[0]
	if _, err := b.AddStock(b.t.Context(), g.ID, siteID, n, "terminal"); err != nil {
		b.t.Fatal(err)
	}
	return g
}

// rich makes donors with points.
func (b *bench) rich(n int, points int64) []donor.Donor {
	b.t.Helper()
	all := make([]donor.Donor, n)
	credits := make([]point.Credit, n)
	for i := range all {
		p := donorOf(fmt.Sprintf("%04d", i)[1:])
		all[i] = donor.Donor{ID: b.config.NewID(), StationID: "station-test", SiteID: "site-1", Card: fmt.Sprintf("card-%d", i), Person: p,
			Key: screening.Key(b.gateKey(), p.Document)}
		credits[i] = point.Credit{DonorID: all[i].ID, Cause: all[i].ID, Awards: []point.Award{{Rule: "per-donation", Pack: "2026.1", Points: points}}}
	}
	if err := b.store.SaveDonors(b.t.Context(), all...); err != nil {
		b.t.Fatal(err)
	}
	if err := b.ledger().Give(b.t.Context(), b.clock(), credits...); err != nil {
		b.t.Fatal(err)
	}
	return all
}

func wants(d donor.Donor, g gift.Gift, siteID string) redemption.HoldRequest {
	return redemption.HoldRequest{ID: uuid.NewString(), DonorKey: d.Key, GiftID: g.ID, SiteID: siteID, Points: g.Points, Language: lang.Chinese}
}

// told asks the center in the name of a kiosk.
func (k *kiosk) told(path string, in any) (redemption.State, string) {
	var out redemption.State
	err := k.line.Post(k.t.Context(), "/sync/redemptions"+path, in, &out)
	return out, codeOf(out, err)
}

// A gift's way from a kiosk to the desk over the network: told again each answer is the
// same, everybody who may hears what is left, and all of it is written down.
func TestAGiftIsRedeemed(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 2)
		d := b.rich(1, 100)[0]
		before, err := k.line.Pull(t.Context(), "", 0)
		for err == nil && before.More {
			before, err = k.line.Pull(t.Context(), before.Cursor, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		ask := wants(d, g, "site-1")
		for range 2 {
			if held, code := k.told("/hold", ask); code != "" || held.Status != redemption.Held || held.Until.Before(b.clock()) {
				t.Fatalf("%+v %s", held, code)
			}
		}
		of := redemption.Of{ID: ask.ID, DonorKey: d.Key}
		if got, code := k.told("/confirm", of); code != "" || got.Status != redemption.Confirmed {
			t.Fatalf("%+v %s", got, code)
		}
		page, err := k.line.Pull(t.Context(), before.Cursor, 0)
		if err != nil || len(page.Changes) == 0 || !slices.ContainsFunc(page.Changes, func(c sync.Change) bool {
			return c.Noun == sync.Stock && string(c.Data) == fmt.Sprintf(`{"gift_id":%q,"site_id":"site-1","left":1}`, g.ID)
		}) {
			t.Errorf("the kiosk was told %v, %v", page.Changes, err)
		}
		var v, again redemption.Shown
		for _, into := range []*redemption.Shown{&v, &again} {
			if err := k.line.Post(t.Context(), "/sync/redemptions/voucher", of, into); err != nil {
				t.Fatal(err)
			}
		}
		if v != again || v.Gift != g.Name || v.SiteID != "site-1" || v.Name == d.Person.Name || v.Number == "" {
			t.Errorf("%+v, then %+v", v, again)
		}
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
			t.Fatal(err)
		}
		if a.Points.Balance != 100-g.Points || len(a.Redemptions) != 1 || !a.Redemptions[0].MayCancel || a.Redemptions[0].Name != g.Name {
			t.Errorf("%+v", a)
		}
		b.handedOver(v, g)
		if _, code := k.told("/cancel", of); code != "redemption.picked_up" {
			t.Errorf("cancelled after it was handed over: %s", code)
		}
		var actions []string
		for _, e := range b.entries() {
			if e.Object.Noun == "redemption" {
				actions = append(actions, e.Action)
			}
		}
		if want := "[redemption.hold redemption.hold redemption.confirm redemption.show redemption.show voucher.read voucher.hand_over]"; fmt.Sprint(actions) != want {
			t.Errorf("written down %v", actions)
		}
		b.fits()
	})
}

// handedOver has a desk look a voucher up and hand its gift over, once; a desk of
// another place is told where it is picked up.
func (b *bench) handedOver(v redemption.Shown, g gift.Gift) {
	b.t.Helper()
	here := b.enter(b.hire("desk.here", staff.Reception, staff.Scope{Districts: []string{"110105"}}))
	there := b.enter(b.hire("desk.there", staff.Reception, staff.Scope{Districts: []string{"110106"}}))
	var seen api.DeskVoucher
	b.want("a desk elsewhere", "POST", "/vouchers/find", there.AccessToken.AccessToken, api.VoucherText{Text: v.QR}, nil, "redemption.other_site")
	if err := b.SaveSite(b.t.Context(), site.Site{ID: "site-1", Station: "station-test", District: "110105", Name: lang.Text{ZH: "测试献血屋", EN: "Test site"}}); err != nil {
		b.t.Fatal(err)
	}
	caller := api.Caller{StaffID: "elsewhere", Sites: []string{"site-9"}}
	if _, err := b.FindVoucher(b.t.Context(), v.Number, caller); fault.CodeOf(err) != "redemption.other_site" || len(fault.From(err).Params) != 1 ||
		fault.From(err).Params["site"] != (lang.Text{ZH: "测试献血屋", EN: "Test site"}) {
		b.t.Errorf("who is at another place is told %v %v, want the name of the right one", err, fault.From(err).Params)
	}
	b.want("the desk", "POST", "/vouchers/find", here.AccessToken.AccessToken, api.VoucherText{Text: v.Number}, &seen, "")
	if seen.Status != redemption.Confirmed || seen.Gift != g.Name {
		b.t.Errorf("%+v", seen)
	}
	b.want("elsewhere", "POST", "/vouchers/hand-over", there.AccessToken.AccessToken, api.HandOver{Text: v.QR, SiteID: "site-1"}, nil, "redemption.other_site")
	b.want("at another site", "POST", "/vouchers/hand-over", here.AccessToken.AccessToken, api.HandOver{Text: v.QR, SiteID: "site-9"}, nil, "redemption.other_site")
	b.want("handed over", "POST", "/vouchers/hand-over", here.AccessToken.AccessToken, api.HandOver{Text: v.QR, SiteID: "site-1"}, &seen, "")
	if seen.Status != redemption.PickedUp || seen.PickedUpAt.IsZero() {
		b.t.Errorf("%+v", seen)
	}
	b.want("again", "POST", "/vouchers/hand-over", here.AccessToken.AccessToken, api.HandOver{Text: v.QR, SiteID: "site-1"}, nil, "redemption.picked_up")
}

// fits checks that points, stock, codes and redemptions agree.
func (b *bench) fits() {
	b.t.Helper()
	report, err := b.GiftReport(b.t.Context())
	if err != nil || report.Check != nil {
		b.t.Errorf("%v %v", report.Check, err)
	}
}

// What is asked for without a line is decided once when it arrives, granted or refused,
// and never beyond what somebody has: two kiosks at once, each told twice.
func TestARequestIsDecidedWhenItArrives(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		one, two := b.newKiosk("site-1", address), b.newKiosk("site-1", address)
		g := b.shop("site-1", 5)
		d := b.rich(1, g.Points+g.Points/2)[0]
		for _, k := range []*kiosk{one, two} {
			op := k.made(outbox.RedemptionRequested, redemption.Requested{HoldRequest: wants(d, g, "site-1"), At: b.clock().Add(-time.Hour)})
			for _, want := range []outbox.Fate{outbox.Applied, outbox.AlreadyApplied} {
				if out := k.push(op); out.Answers[0].Fate != want {
					t.Errorf("%+v, want %s", out.Answers, want)
				}
			}
		}
		var a account.Account
		if err := one.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
			t.Fatal(err)
		}
		status := map[redemption.Status]string{}
		for _, r := range a.Redemptions {
			status[r.Status] = r.Reason
		}
		if status[redemption.Refused] != "point.not_enough" || len(status) != 2 || a.Points.Balance != g.Points/2 {
			t.Errorf("%v, %d points left", status, a.Points.Balance)
		}
		stranger := wants(d, g, "site-1")
		stranger.DonorKey = "nobody-nobody-nobody-n"
		bad := one.made(outbox.RedemptionRequested, redemption.Requested{HoldRequest: stranger, At: b.clock()})
		if out := one.push(bad); out.Answers[0].Fate != outbox.Refused || out.Answers[0].Code != "account.not_found" {
			t.Errorf("%+v", out.Answers)
		}
		b.fits()
	})
}

// That points are too few tells how many there are: it is counted and written down like any
// other look at an account, or whoever stole a kiosk's key could ask without end.
func TestTooFewPointsIsALookAtAnAccount(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 5)
		d := b.rich(1, g.Points-1)[0]
		for n := range wishes.atOnce {
			if _, code := k.told("/hold", wants(d, g, "site-1")); code != "point.not_enough" {
				t.Fatalf("%d.: %q", n+1, code)
			}
		}
		if _, code := k.told("/hold", wants(d, g, "site-1")); code != "lookup.too_many" {
			t.Errorf("one kiosk may ask without end: %q", code)
		}
		b.wantEntry(k.id, "device", "account.too_few_points", d.ID, "site-1")
		b.fits()
	})
}

// A hold nobody confirms is taken back by one instance.
func TestAHoldLapses(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 1)
		people := b.rich(2, 100)
		ask := wants(people[0], g, "site-1")
		if _, code := k.told("/hold", ask); code != "" {
			t.Fatal(code)
		}
		if _, code := k.told("/hold", wants(people[1], g, "site-1")); code != "gift.none_left" {
			t.Errorf("the last one twice: %q", code)
		}
		b.pass(point.BuiltIn().Redeem.HoldFor + time.Second)
		if err := b.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, code := k.told("/confirm", redemption.Of{ID: ask.ID, DonorKey: people[0].Key}); code != "redemption.lapsed" {
			t.Errorf("confirmed late: %q", code)
		}
		if _, code := k.told("/hold", wants(people[1], g, "site-1")); code != "" {
			t.Errorf("it is there again: %q", code)
		}
		b.fits()
	})
}

// Six want the last one: all six are demand, and who tries again is counted once.
func TestWhoComesTooLateIsDemand(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 1)
		for i, d := range b.rich(6, 100) {
			for try := range 3 {
				want := ""
				if i > 0 {
					want = "gift.none_left"
				} else if try > 0 {
					continue
				}
				if _, code := k.told("/hold", wants(d, g, "site-1")); code != want {
					t.Fatalf("person %d: %q", i, code)
				}
			}
		}
		asked, err := b.store.RequestedByWeek(t.Context(), b.clock().Add(-24*time.Hour))
		if err != nil || len(asked) != 1 || asked[0].N != 6 || asked[0].GiftID != g.ID || asked[0].SiteID != "site-1" {
			t.Errorf("counted %+v, %v", asked, err)
		}
	})
}

// A hold that cannot be taken back is complained of, and keeps no other from it.
func TestABadHoldKeepsNoOtherFromLapsing(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 2)
		people := b.rich(2, 100)
		bad := redemption.Redemption{ID: "00000000-0000-4000-8000-000000000000", DonorID: people[0].ID, GiftID: g.ID, SiteID: "site-1", Points: g.Points,
			Status: redemption.Held, Year: b.Today().Year(), Lang: lang.Chinese, AskedAt: b.clock(), HeldUntil: b.clock()} // no points are held for it
		if err := b.store.SaveRedemption(t.Context(), bad); err != nil {
			t.Fatal(err)
		}
		ask := wants(people[1], g, "site-1")
		if _, code := k.told("/hold", ask); code != "" {
			t.Fatal(code)
		}
		b.pass(point.BuiltIn().Redeem.HoldFor + time.Second)
		if err := b.lapseHolds(t.Context()); err == nil || !strings.Contains(err.Error(), bad.ID) {
			t.Errorf("nobody hears of the bad one: %v", err)
		}
		if _, code := k.told("/confirm", redemption.Of{ID: ask.ID, DonorKey: people[1].Key}); code != "redemption.lapsed" {
			t.Errorf("the other one: %q", code)
		}
		if has := b.points(people[1].ID); has != 100 {
			t.Errorf("%d points", has)
		}
	})
}

// Something is held, and another wish queued when the line is gone: also when the kiosk
// names the wrong one, the hold is given back for it. What they hold elsewhere, or since, is not.
func TestAWishGivesBackWhatWasHeldAtItsKiosk(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		address := b.serve()
		k, elsewhere := b.newKiosk("site-1", address), b.newKiosk("site-1", address)
		g := b.shop("site-1", 5)
		d := b.rich(1, 2*g.Points)[0]
		held, other := wants(d, g, "site-1"), wants(d, g, "site-1")
		for at, ask := range map[*kiosk]redemption.HoldRequest{k: held, elsewhere: other} {
			if _, code := at.told("/hold", ask); code != "" {
				t.Fatal(code)
			}
		}
		wish := redemption.Requested{HoldRequest: wants(d, g, "site-1"), Instead: uuid.NewString(), At: b.clock()}
		for range 2 {
			k.push(k.made(outbox.RedemptionRequested, wish))
		}
		var a account.Account
		if err := k.line.Post(t.Context(), "/sync/account", account.Request{DonorKey: d.Key}, &a); err != nil {
			t.Fatal(err)
		}
		status := map[string]redemption.Status{}
		for _, r := range a.Redemptions {
			status[r.ID] = r.Status
		}
		if status[held.ID] != redemption.Cancelled || status[wish.ID] != redemption.Confirmed || status[other.ID] != redemption.Held {
			t.Errorf("held %s, wished %s, elsewhere %s", status[held.ID], status[wish.ID], status[other.ID])
		}
		if err := b.Center.Upkeep(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.fits()
	})
}

// Merged donors spend together, and apart again each has what was theirs.
func TestAMergeUndoneBringsPointsBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 5)
		people := b.rich(2, g.Points/2)
		b.suspects("pair", people[0], people[1])
		if _, code := k.told("/hold", wants(people[1], g, "site-1")); code != "point.not_enough" {
			t.Fatal(code)
		}
		if err := b.merge("pair"); err != nil {
			t.Fatal(err)
		}
		ask := wants(people[1], g, "site-1")
		if _, code := k.told("/hold", ask); code != "" {
			t.Fatal(code)
		}
		if _, code := k.told("/confirm", redemption.Of{ID: ask.ID, DonorKey: people[1].Key}); code != "" {
			t.Fatal(code)
		}
		if err := b.unmerge("pair"); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int64{g.Points / 2, 0} {
			if got, _, err := b.ledger().Balance(t.Context(), b.Today(), people[i].ID); err != nil || got != want {
				t.Errorf("donor %d has %d, want %d, %v", i, got, want, err)
			}
		}
		b.fits()
	})
}

// Three who were one: of two merges that are undone, the first charges who is still
// merged, and the second gives it back to them.
func TestOfThreeWhoWereOneEachHasWhatWasTheirs(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 5)
		people := b.rich(3, g.Points)
		merge := func(id string, other int) {
			t.Helper()
			b.suspects(id, people[0], people[other])
			if err := b.merge(id); err != nil {
				t.Fatal(err)
			}
		}
		merge("ab", 1)
		merge("ac", 2)
		for range 2 { // both by the first: their own points, and those of another
			ask := wants(people[0], g, "site-1")
			if _, code := k.told("/hold", ask); code != "" {
				t.Fatal(code)
			}
			if _, code := k.told("/confirm", redemption.Of{ID: ask.ID, DonorKey: people[0].Key}); code != "" {
				t.Fatal(code)
			}
		}
		for range 2 { // merged again and taken apart again, nothing changes
			for _, id := range []string{"ab", "ac"} {
				if err := b.unmerge(id); err != nil {
					t.Fatal(err)
				}
			}
			if has := [3]int64{b.points(people[0].ID), b.points(people[1].ID), b.points(people[2].ID)}; has != [3]int64{0, g.Points, g.Points} {
				t.Errorf("they have %v, who redeemed nothing is to have %d", has, g.Points)
			}
			for _, id := range []string{"ab", "ac"} {
				if err := b.merge(id); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.fits()
	})
}

var (
	crowd  = flag.Int("crowd", 200, "people after the last ten of a gift")
	kiosks = flag.Int("kiosks", 10, "at so many kiosks")
)

// Many people after the last ten at the same moment, at two instances of the center:
// exactly ten get one and everybody hears. -args -crowd 1000 -kiosks 50 is the size of
// docs/performance.md; the time is only told.
func TestTheLastTen(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { lastTen(t, newBench(t), nil) })
	t.Run("postgres", func(t *testing.T) {
		b := newBenchOn(t, pgtest.Database(t))
		lastTen(t, b, &bench{t: t, Center: b.open(), now: b.now, data: b.data, database: b.database})
	})
}

func lastTen(t *testing.T, b, other *bench) {
	addresses := []string{b.serve()}
	if other != nil {
		other.handler = other.Handler()
		addresses = append(addresses, other.serve())
	}
	lines := make([]*kiosk, *kiosks)
	for i := range lines {
		lines[i] = b.newKiosk(fmt.Sprintf("site-%d", 1+i/20), addresses[i%len(addresses)]) // a site has letters for 26
		if _, err := lines[i].line.Pull(t.Context(), "", 0); err != nil {                  // its token is there
			t.Fatal(err)
		}
	}
	g := b.shop("site-1", 10)
	people := b.rich(*crowd, 100)
	outcomes := map[string]int{}
	var slowest time.Duration
	var mu gosync.Mutex
	var running gosync.WaitGroup
	began := time.Now()
	for i, d := range people {
		running.Go(func() {
			_, code := lines[i%len(lines)].told("/hold", wants(d, g, "site-1"))
			mu.Lock()
			defer mu.Unlock()
			outcomes[code]++
			slowest = max(slowest, time.Since(began))
		})
	}
	running.Wait()
	t.Logf("%d people at %d kiosks, %d instances: %v, the last heard after %s", *crowd, *kiosks, len(addresses), outcomes, slowest)
	if outcomes[""] != 10 || outcomes["gift.none_left"] != *crowd-10 {
		t.Errorf("%v", outcomes)
	}
	b.fits()
}

// How long it takes at the center until a hold, and its confirmation, are on the disk.
func BenchmarkRedemption(b *testing.B) {
	c := newBench(b)
	k := c.newKiosk("site-1", testURL)
	g := c.shop("site-1", b.N+10)
	people := c.rich(min(b.N, 900), int64(b.N+1)*g.Points)
	b.ResetTimer()
	for i := range b.N {
		c.pass(time.Hour) // the kiosk may ask again
		d := people[i%len(people)]
		ask := wants(d, g, "site-1")
		if _, err := c.HoldGift(b.Context(), k.id, ask); err != nil {
			b.Fatal(err)
		}
		if _, err := c.ConfirmRedemption(b.Context(), k.id, redemption.Of{ID: ask.ID, DonorKey: d.Key}); err != nil {
			b.Fatal(err)
		}
	}
}
