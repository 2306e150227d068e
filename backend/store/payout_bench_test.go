package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// paymentsOfBatch is how many payments a batch of the bench has.
const paymentsOfBatch = 200

// BenchmarkPaymentLists asks for what finance asks for where as many payments were made as
// there are claims, and reports all but the slowest of a hundred.
func BenchmarkPaymentLists(b *testing.B) {
	benchOnEngines(b, func(b *testing.B, s *store.Store, address string) {
		for first := 0; first < claimsThere; first += paymentsOfBatch {
			if err := s.InTx(b.Context(), func(ctx context.Context) error { return fillBatch(ctx, s, first) }); err != nil {
				b.Fatal(err)
			}
		}
		measuredLists(b, s, address, paymentQuestions(s))
	})
}

func paymentQuestions(s *store.Store) map[string]question {
	list := func(q store.PaymentQuery) question {
		q.Limit = 50
		return func(ctx context.Context, _ int) (int, error) {
			page, _, err := s.Payments(ctx, q)
			return len(page), err
		}
	}
	return map[string]question{
		"sent":              list(store.PaymentQuery{Statuses: []payout.Status{payout.Sent}}),
		"failed":            list(store.PaymentQuery{Statuses: []payout.Status{payout.Failed}}),
		"failed here":       list(store.PaymentQuery{Statuses: []payout.Status{payout.Failed}, Districts: []string{"110105"}}),
		"paid in days":      list(store.PaymentQuery{Statuses: []payout.Status{payout.Paid}, From: storetest.At.AddDate(0, 0, -40), Until: storetest.At.AddDate(0, 0, -10)}),
		"paid here in days": list(store.PaymentQuery{Statuses: []payout.Status{payout.Paid}, Districts: []string{"110105"}, From: storetest.At.AddDate(0, 0, -400), Until: storetest.At.AddDate(0, 0, -10)}),
		"batches": func(ctx context.Context, _ int) (int, error) {
			page, _, err := s.Batches(ctx, "", 50)
			ids := make([]string, len(page))
			for i, one := range page {
				ids[i] = one.ID
			}
			if err == nil {
				_, err = s.CountPayments(ctx, ids)
			}
			if err == nil {
				_, err = s.DistrictsOfBatches(ctx, ids)
			}
			return len(page), err
		},
		"of a batch": func(ctx context.Context, n int) (int, error) {
			all, err := s.PaymentsOfBatch(ctx, batchOf(n*97%claimsThere))
			return len(all), err
		},
		"to an account": func(ctx context.Context, n int) (int, error) {
			all, err := s.SentTo(ctx, benchPayment(n*97%claimsThere).Payee.Account)
			return len(all), err
		},
		"in no statement": func(ctx context.Context, _ int) (int, error) {
			all, err := s.SentBefore(ctx, storetest.At.AddDate(0, 0, -2))
			return len(all), err
		},
	}
}

func batchOf(n int) string { return fmt.Sprintf("batch-%06d", n/paymentsOfBatch) }

func fillBatch(ctx context.Context, s *store.Store, first int) error {
	p := benchPayment(first)
	err := s.InsertBatch(ctx, payout.Batch{ID: p.BatchID, Number: "P-" + p.BatchID, Method: payout.BankFile, Format: "bank-csv", Status: payout.BatchSent, Version: 2, MadeAt: p.MadeAt, SentAt: p.SentAt})
	for n := first; n < first+paymentsOfBatch && err == nil; n++ {
		err = s.InsertPayment(ctx, benchPayment(n))
	}
	return err
}

// benchPayment is one of five years; nearly all are paid.
func benchPayment(n int) payout.Payment {
	at := storetest.At.Add(-time.Duration(claimsThere-n) * 26 * time.Minute)
	id := payout.PaymentID(fmt.Sprintf("claim-%06d", n), 1)
	p := payout.Payment{ID: id, Number: payout.NumberOf(id), ClaimID: fmt.Sprintf("claim-%06d", n), District: fmt.Sprintf("1101%02d", 1+n%16), BatchID: batchOf(n), Method: payout.BankFile,
		Status: payout.Paid, Version: 3, AmountFen: 41_000, Payee: claim.Payee{Kind: claim.BankAccount, Holder: fmt.Sprintf("测试甲%06d", n), Account: fmt.Sprintf("62000000%08d", n), Bank: "测试银行"},
		MadeAt: at, SentAt: at.Add(time.Hour), EndedAt: at.Add(48 * time.Hour), PaidOn: calendar.Of(at.Add(48 * time.Hour))}
	switch {
	case n/16%500 == 0: // some in every district
		p.Status, p.PaidOn, p.Reason = payout.Failed, calendar.Date{}, "payout.bank"
	case n >= claimsThere-600:
		p.Status, p.EndedAt, p.PaidOn = payout.Sent, time.Time{}, calendar.Date{}
	}
	return p
}
