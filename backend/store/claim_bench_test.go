package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
)

// claimsThere is how many claims a large center has.
const claimsThere = 100_000

// BenchmarkClaimLists asks for what desks ask for where there are 100,000 claims of 16
// districts and five years, and reports all but the slowest of a hundred.
func BenchmarkClaimLists(b *testing.B) {
	benchOnEngines(b, func(b *testing.B, s *store.Store, address string) {
		fillClaims(b, s)
		province(b, s, address)
		measuredLists(b, s, address, claimQuestions(s))
	})
}

// waitingAll are the moments of what may wait.
var waitingAll = func() map[claim.Status]time.Time {
	all := map[claim.Status]time.Time{}
	for status := range claim.BuiltIn().Waits {
		all[status] = storetest.At
	}
	return all
}()

func claimQuestions(s *store.Store) map[string]question {
	list := func(q store.ClaimQuery) question {
		q.Limit = 50
		return func(ctx context.Context, _ int) (int, error) {
			page, _, err := s.ListClaims(ctx, q)
			return len(page), err
		}
	}
	search := func(text string) question {
		return func(ctx context.Context, n int) (int, error) {
			page, _, err := s.ListClaims(ctx, store.ClaimQuery{Limit: 50, Marks: claim.SearchMarks(fmt.Sprintf(text, n*97%claimsThere))})
			return len(page), err
		}
	}
	numbered := benchClaim(claimsThere - 1).Number
	return map[string]question{
		"waiting":             list(store.ClaimQuery{Statuses: []claim.Status{claim.Submitted, claim.InReview}}),
		"waiting in district": list(store.ClaimQuery{Statuses: []claim.Status{claim.Submitted}, Districts: []string{"110105"}}),
		"newest":              list(store.ClaimQuery{Newest: true}),
		"newest in district":  list(store.ClaimQuery{Newest: true, Districts: []string{"110105"}}),
		"settled in days":     list(store.ClaimQuery{Newest: true, Statuses: []claim.Status{claim.Settled}, From: storetest.Today.AddDays(-700), Until: storetest.Today.AddDays(-600)}),
		"all there are":       list(store.ClaimQuery{}),
		"by number":           list(store.ClaimQuery{Number: numbered[:len(numbered)-3]}),
		"by document":         search("UTO:TEST%06d"),
		"by invoice":          search("INV%06d"),
		"by name":             search("测试甲%06d"),
		"to pay": func(ctx context.Context, _ int) (int, error) {
			page, _, err := s.ClaimsToPay(ctx, nil, "", 100)
			return len(page), err
		},
		"counted": func(ctx context.Context, _ int) (int, error) {
			counts, err := s.CountClaims(ctx, nil, waitingAll)
			return len(counts), err
		},
		"doubles": func(ctx context.Context, n int) (int, error) {
			c := benchClaim(n * 97 % claimsThere)
			found, err := s.ClaimsSharing(ctx, c.DoubleMarks(), c.ID, 50)
			return len(found), err
		},
	}
}

// fillClaims files claims of five years; most are settled.
func fillClaims(b *testing.B, s *store.Store) {
	b.Helper()
	const atOnce = 500
	for first := 0; first < claimsThere; first += atOnce {
		err := s.InTx(b.Context(), func(ctx context.Context) error {
			for n := first; n < first+atOnce; n++ {
				c := benchClaim(n)
				if err := s.InsertClaim(ctx, c, c.Marks()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

func benchClaim(n int) claim.Claim {
	at := storetest.At.Add(-time.Duration(claimsThere-n) * 26 * time.Minute)
	district := fmt.Sprintf("1101%02d", 1+n%16)
	status := claim.Settled
	if n > claimsThere-3000 {
		status = claim.Statuses()[n/16%len(claim.Statuses())] // some of each in every district
	}
	day := calendar.Of(at)
	c := claim.Claim{ID: fmt.Sprintf("claim-%06d", n), Number: fmt.Sprintf("%s-%d-%05d", district, day.Year(), n), District: district, Status: status, Version: 1,
		CreatedAt: at, EnteredAt: at,
		Content: claim.Content{Channel: claim.Mail, Relation: relief.Self,
			Donor:    claim.Donor{Party: claim.Party{Name: fmt.Sprintf("测试甲%06d", n), Kind: identity.Passport, Number: fmt.Sprintf("UTO:TEST%06d", n)}, Certificate: fmt.Sprintf("CERT%06d", n)},
			Hospital: claim.Hospital{Name: "测试医院", Admitted: day.AddDays(-20), Left: day.AddDays(-9)},
			Payee:    claim.Payee{Kind: claim.BankAccount, Holder: fmt.Sprintf("测试甲%06d", n), Account: fmt.Sprintf("62000000%08d", n)}}}
	for i := range 4 {
		c.Lines = append(c.Lines, claim.Line{Invoice: fmt.Sprintf("INV%06d", n-n%50/49), Component: relief.RedCells, Quantity: fmt.Sprint(1 + i), AmountFen: 21000, On: day.AddDays(-10 - i)})
	}
	return c
}
