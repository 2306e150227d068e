package center

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/proof/figure"
	"lianxin/backend/settlement"
	"lianxin/backend/site"
	"lianxin/backend/store/pgtest"
)

// What a large center has: five years of claims, and a month in which every district paid
// its share, with as many cases of hospitals; most relief is given at hospitals.
const (
	settledBefore = 98_000
	settledNow    = 2_000
	waivedNow     = 8_000
)

// BenchmarkSettlement closes a month of 16 districts, once, and tells apart what closing
// takes, and reading and checking all statements again.
func BenchmarkSettlement(b *testing.B) {
	for engine, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return pgtest.Database(b) }} {
		b.Run(engine, func(b *testing.B) {
			x := newBenchOn(b, database())
			x.advances(b)
			x.pass(15 * 24 * time.Hour)
			for isClosed := false; b.Loop(); {
				if isClosed { // a month is closed once
					continue
				}
				isClosed = true
				began := time.Now()
				heads, err := x.LockSettlements(b.Context(), api.SettlementLock{Month: "2026-11"}, api.Caller{StaffID: "terminal"})
				if err != nil || len(heads) != len(site.Districts().Districts) {
					b.Fatalf("%d districts, %v", len(heads), err)
				}
				took := time.Since(began).Seconds()
				b.ReportMetric(took, "s/closing")
				if err := figure.Keep(figure.Figure{Work: "settle a month of 16 districts where there are 100,000 claims, " + engine, Unit: "s",
					Ours: figure.SpreadOf(took), Aim: figure.Aim{AtMost: 5}}); err != nil {
					b.Fatal(err)
				}
				began = time.Now()
				for _, h := range heads {
					if _, err := x.settling().Statement(b.Context(), h.District, h.Month); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(time.Since(began).Seconds(), "s/checking")
			}
		})
	}
}

// advances fills the center.
func (b *bench) advances(t *testing.B) {
	districts := site.Districts().Districts
	const atOnce = 500
	for first := 0; first < settledBefore+settledNow+waivedNow; first += atOnce {
		err := b.store.InTx(t.Context(), func(ctx context.Context) error {
			for n := first; n < first+atOnce; n++ {
				if err := b.advance(ctx, n, districts[n%len(districts)].Code); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// advance is one claim of before, one paid this month, or one case of this month.
func (b *bench) advance(ctx context.Context, n int, district string) error {
	id := fmt.Sprintf("claim-%06d", n)
	post := settlement.Advance{ID: "paid/" + id + "/1", Cause: id, District: district, From: settlement.Claims, Kind: settlement.KindPaid, Fen: int64(10_000 + n)}
	if n >= settledBefore+settledNow {
		post.ID, post.From, post.Kind = "waived/"+id+"/1", settlement.HospitalAccount("hospital-1"), settlement.KindWaived
		return b.settling().Post(ctx, post)
	}
	c := claim.Claim{ID: id, Number: fmt.Sprintf("%s-2026-%05d", district, n), District: district, Status: claim.Settled, Version: 1,
		CreatedAt: b.clock(), EnteredAt: b.clock(), Content: claimContent("5"), Decision: claim.Decision{AmountFen: post.Fen}}
	if n < settledBefore {
		return b.store.InsertClaim(ctx, c, nil)
	}
	c.Status = claim.Paid
	if err := b.store.InsertClaim(ctx, c, nil); err != nil {
		return err
	}
	return b.settling().Post(ctx, post)
}
