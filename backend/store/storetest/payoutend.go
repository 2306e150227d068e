package storetest

import (
	"fmt"
	"slices"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/payout"
	"lianxin/backend/store"
)

var paymentsSentInFiles = store.PaymentQuery{Statuses: []payout.Status{payout.Sent}, Limit: 100}

// nobodyTwice holds that of no claim more than one payment has arrived and stayed.
func (w *payoutWalk) nobodyTwice() {
	w.t.Helper()
	arrived := map[string][]string{}
	for number, b := range w.money {
		if b.state == payout.Arrived && !b.returned {
			arrived[b.claim] = append(arrived[b.claim], number)
		}
	}
	for id, numbers := range arrived {
		if len(numbers) > 1 {
			w.t.Fatalf("seed %d: %s is paid twice: %v", w.seed, id, numbers)
		}
	}
}

// heal lets the world behave and the program live, until nothing moves any more.
func (w *payoutWalk) heal() {
	w.isWell = true
	for range 60 {
		p := w.service(-1)
		for {
			page, _, err := w.s.Batches(w.t.Context(), "", 20)
			must(w.t, err)
			open := slices.IndexFunc(page, func(b payout.Batch) bool { return b.Status == payout.BatchOpen })
			if open < 0 {
				break
			}
			_, err = p.SendBatch(w.t.Context(), page[open].ID, page[open].Version, "finance-1")
			must(w.t, err)
		}
		w.decides()
		w.books()
		_, err := p.Work(w.t.Context(), payout.WeChat, 50)
		w.expects(err)
		w.expects(w.statement(p))
		w.missed(p)
	}
}

// missed is what finance does with a payment the bank has said no to: no statement has it.
func (w *payoutWalk) missed(p payout.Service) {
	page, _, err := w.s.Payments(w.t.Context(), paymentsSentInFiles)
	must(w.t, err)
	for _, one := range page {
		if b := w.money[one.Number]; one.Method == payout.BankFile && b != nil && b.state == payout.Refused {
			c := got(w.s.Claim(w.t.Context(), one.ClaimID))(w.t)
			must(w.t, p.FailByHand(w.t.Context(), payout.Hand{ClaimID: one.ClaimID, Version: c.Version, By: "finance-1", Note: "银行拒绝"}))
		}
	}
}

// nobodyForgotten holds that the books say what has happened, and that every claim is
// paid, has failed and says so, or waits to be paid.
func (w *payoutWalk) nobodyForgotten() {
	w.t.Helper()
	waiting := map[string]bool{}
	page, _, err := w.s.ClaimsToPay(w.t.Context(), nil, "", 100)
	must(w.t, err)
	for _, c := range page {
		waiting[c.ID] = true
	}
	for n := range claimsWalked {
		id := fmt.Sprintf("claim-%06d", n+1)
		c := got(w.s.Claim(w.t.Context(), id))(w.t)
		all := got(w.s.PaymentsOfClaim(w.t.Context(), id))(w.t)
		hasArrived := false
		for _, p := range all {
			b := w.money[p.Number]
			isThere := b != nil && b.state == payout.Arrived && !b.returned
			hasArrived = hasArrived || isThere
			if isThere != (p.Status == payout.Paid) {
				w.t.Errorf("seed %d: payment %s is %s, outside it is %+v", w.seed, p.ID, p.Status, b)
			}
			if p.Status == payout.Sent || p.Status == payout.Queued {
				w.t.Errorf("seed %d: nobody knows what became of %+v", w.seed, p)
			}
		}
		switch {
		case hasArrived && c.Status == claim.Paid:
		case !hasArrived && c.Status == claim.Failed:
		case !hasArrived && c.Status == claim.ToPay && waiting[id]:
		default:
			w.t.Errorf("seed %d: %s is %s, arrived: %t, waits: %t", w.seed, id, c.Status, hasArrived, waiting[id])
		}
	}
	w.t.Logf("seed %d: %d kills, %d bills, %d lines of statements, %s", w.seed, w.kills, len(w.money), len(w.lines), w.now.Sub(At).Round(time.Hour))
}
