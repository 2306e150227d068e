package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
	"lianxin/backend/redemption"
)

// RedemptionsAtOnce lets workers take n random steps each, at the same time, and tells
// every step twice at the same moment. Whatever happens: points, stock, codes and
// redemptions agree, nothing is below zero, nobody has more than the limit.
func RedemptionsAtOnce(t *testing.T, s Subject, seed uint64, workers, n int) {
	shop(t, s, 10, 8, 200)
	w := &redemptionWalk{t: t, s: s, r: redeeming(s, func() time.Time { return At }), late: redeeming(s, afterVouchers)}
	var running gosync.WaitGroup
	for i := range workers {
		running.Go(func() {
			chance := rand.New(rand.NewPCG(seed, uint64(i)))
			for step := range n {
				w.step(chance, fmt.Sprintf("w%d-%d", i, step))
			}
		})
	}
	running.Wait()
	fits(t, s)
	for i := range 8 {
		id := fmt.Sprintf("d%d", i)
		if had := got(s.CountRedemptions(t.Context(), []string{id}, "mug", Today.Year()))(t); had > mug.Limit {
			t.Errorf("seed %d: %s has %d mugs", seed, id, had)
		}
	}
	codes, taken, err := s.CountCodes(t.Context(), "ticket")
	must(t, err)
	if stock := stockOf(t, s, "ticket"); int(codes) != stock.Loaded || int(taken) != stock.Held+stock.Handed {
		t.Errorf("seed %d: %d of %d codes are taken, of a stock of %+v", seed, taken, codes, stock)
	}
}

func redemptionsByChance(t *testing.T, s Subject) {
	RedemptionsAtOnce(t, s, uint64(time.Now().UnixNano()), 6, 40)
}

type redemptionWalk struct {
	t *testing.T
	s Subject
	r redemption.Service
	// late is the service when every voucher is over.
	late redemption.Service

	mu   gosync.Mutex
	made []redemption.Ask
}

// decisions are refusals that a walk meets; anything else is a failure.
var decisions = map[string]bool{"": true, "gift.limit": true, "gift.none_left": true, "point.not_enough": true, "redemption.lapsed": true,
	"redemption.picked_up": true, "redemption.expired": true, "redemption.code_shown": true, "redemption.cancelled": true, "redemption.nothing_to_hand_over": true,
	"redemption.no_voucher": true, "redemption.not_found": true}

func (w *redemptionWalk) step(chance *rand.Rand, id string) {
	ctx := w.t.Context()
	ask := w.pick(chance)
	switch chance.IntN(9) {
	case 0, 1, 2:
		ask = askFor(id, fmt.Sprintf("d%d", chance.IntN(8)), []gift.Listed{mug, ticket}[chance.IntN(2)])
		w.twice("hold", func() error { _, err := w.r.Hold(ctx, ask); return err })
		w.mu.Lock()
		w.made = append(w.made, ask)
		w.mu.Unlock()
	case 3, 4:
		w.twice("confirm", func() error { _, err := w.r.Confirm(ctx, ask.ID, ask.DonorID); return err })
	case 5:
		w.twice("cancel", func() error { _, err := w.r.Cancel(ctx, ask.ID, ask.DonorID); return err })
	case 6:
		w.twice("show", func() error { _, _, _, err := w.r.Show(ctx, ask.ID, ask.DonorID); return err })
	case 7:
		w.twice("hand over", func() error { _, err := w.r.HandOver(ctx, ask.ID, Site, "staff"); return err })
	case 8:
		w.supply(ctx, chance, id)
	}
}

func (w *redemptionWalk) pick(chance *rand.Rand) redemption.Ask {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.made) == 0 {
		return askFor("none", "d0", mug)
	}
	return w.made[len(w.made)-1-chance.IntN(min(len(w.made), 12))]
}

// afterVouchers is when no voucher of the walk is good any more.
func afterVouchers() time.Time { return At.AddDate(0, 0, 92) }

// supply brings something in, or lets a hold lapse or a voucher expire.
func (w *redemptionWalk) supply(ctx context.Context, chance *rand.Rand, id string) {
	donorID := fmt.Sprintf("d%d", chance.IntN(8))
	switch chance.IntN(4) {
	case 3:
		ask := w.pick(chance)
		w.twice("expire", func() error { _, err := w.late.Expire(ctx, ask.ID); return err })
	case 0:
		w.twice("give", func() error {
			return w.r.Ledger.Give(ctx, At, credit(donorID, id, award("per-donation", 20, calendar.Date{})))
		})
	case 1:
		loadCodes(w.t, w.s, id, 2)
	case 2:
		ask := w.pick(chance)
		w.twice("lapse", func() error { _, err := w.r.Lapse(ctx, ask.ID); return err })
	}
}

// twice tells the same at the same moment.
func (w *redemptionWalk) twice(what string, do func() error) {
	var both gosync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := do(); !decisions[fault.CodeOf(err)] {
				w.t.Errorf("%s: %v", what, err)
			}
		})
	}
	both.Wait()
}
