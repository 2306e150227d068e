package center

import (
	"strings"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/point"
	"lianxin/backend/redemption"
	"lianxin/backend/staff"
)

// A voucher nobody used goes back by the same job that books points which are over: at the
// desk it is refused from the next day on with its last day, its points are there again, and
// the kiosks hear of the stock. One that cannot be taken back keeps no other from it, and the
// job from being done.
func TestVouchersNobodyUsedGoBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		k := b.newKiosk("site-1", b.serve())
		g := b.shop("site-1", 2)
		people := b.rich(2, 100)
		ask := wants(people[1], g, "site-1")
		of := redemption.Of{ID: ask.ID, DonorKey: people[1].Key}
		for _, step := range []struct {
			path string
			in   any
		}{{"/hold", ask}, {"/confirm", of}} {
			if state, code := k.told(step.path, step.in); code != "" || state.PickUpUntil != point.BuiltIn().Redeem.PickUpUntil(b.Today()) {
				t.Fatalf("%s: %q, %+v", step.path, code, state)
			}
		}
		v, err := b.store.Voucher(t.Context(), ask.ID)
		if err != nil {
			t.Fatal(err)
		}
		bad := redemption.Redemption{ID: "00000000-0000-4000-8000-000000000000", DonorID: people[0].ID, GiftID: g.ID, SiteID: "site-1", Points: g.Points,
			Status: redemption.Confirmed, ConfirmedAt: b.clock(), Year: b.Today().Year(), Lang: lang.Chinese, AskedAt: b.clock(), PickUpUntil: b.Today()} // nothing was paid for it
		if err := b.store.SaveRedemption(t.Context(), bad); err != nil {
			t.Fatal(err)
		}
		b.passTo(v.PickUpUntil.AddDays(1))
		by := api.Caller{StaffID: "lin", Role: string(staff.Reception), Sites: []string{"site-1"}}
		found, err := b.FindVoucher(t.Context(), v.Code.Text(), by)
		if err != nil || found.Status != redemption.Lapsed || found.PickUpUntil != v.PickUpUntil {
			t.Errorf("before the job came to it: %+v, %v", found, err)
		}
		instances := []*Center{b.Center, b.open()}
		for range 2 {
			failed := 0
			for _, c := range instances {
				if err := c.expirePoints(t.Context()); err != nil && strings.Contains(err.Error(), bad.ID) {
					failed++
				} else if err != nil {
					t.Error(err)
				}
			}
			if failed == 0 {
				t.Error("nobody hears of the bad one")
			}
		}
		if has := b.points(people[1].ID); has != 100 {
			t.Errorf("%d points", has)
		}
		if _, err := b.HandOver(t.Context(), api.HandOver{Text: v.Code.Text(), SiteID: "site-1"}, by); fault.CodeOf(err) != "redemption.expired" {
			t.Errorf("handed over: %v", err)
		}
		bad.Status = redemption.Cancelled // staff dealt with it
		if err := b.store.SaveRedemption(t.Context(), bad); err != nil {
			t.Fatal(err)
		}
		b.pass(expiryLease)
		if err := b.expirePoints(t.Context()); err != nil {
			t.Error(err)
		}
		if job, err := b.store.Job(t.Context(), expiryJob); err != nil || job.Day != b.Today() {
			t.Errorf("%+v, %v", job, err)
		}
		b.fits()
	})
}
