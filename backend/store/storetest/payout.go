package storetest

import (
	"context"
	"fmt"
	gosync "sync"
	"testing"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/payout"
	"lianxin/backend/store"
)

// payable are claims as paying asks for them, without anything around.
type payable struct {
	store *store.Store
	claim.Service
}

// LockClaim implements payout.Claims.
func (p payable) LockClaim(ctx context.Context, id string) (claim.Claim, error) {
	return p.store.LockClaim(ctx, id)
}

// payingOn is a service on a store with drivers.
func payingOn(s Subject, now func() time.Time, drivers map[payout.Method]payout.Driver) payout.Service {
	claims := payable{s.Store, claim.Service{Store: s.Store, Handling: claim.BuiltIn, Now: now}}
	return payout.Service{Store: s.Store, Claims: claims, Now: now, Formats: payout.BuiltIn, Drivers: drivers}
}

// toPay is a claim of Person(n) that finance has released.
func toPay(n int, district string, kind claim.PayeeKind) claim.Claim {
	c := claimOf(n, district)
	c.Status, c.Decision, c.Payee.Kind, c.Payee.Bank = claim.ToPay, claim.Decision{AmountFen: 40000 + int64(n), By: "reviewer-1", At: At}, kind, "测试银行"
	c.Hands = []claim.Hand{{Duty: claim.Capture, By: "clerk-1"}, {Duty: claim.Review, By: "reviewer-1"}, {Duty: claim.Pay, By: "finance-1"}}
	return c
}

func payments(t *testing.T, s Subject) {
	ctx := t.Context()
	p := payingOn(s, func() time.Time { return At }, nil)
	insertClaims(t, s, toPay(1, "110105", claim.BankAccount), toPay(2, "110106", claim.BankAccount), toPay(3, "110105", claim.WeChat))
	page, next, err := s.ClaimsToPay(ctx, nil, "", 2)
	if must(t, err); len(page) != 2 || next == "" {
		t.Errorf("%d claims wait, then %q", len(page), next)
	}
	page, next, err = s.ClaimsToPay(ctx, nil, next, 2)
	if must(t, err); len(page) != 1 || next != "" {
		t.Errorf("%d claims wait, then %q", len(page), next)
	}
	b := got(p.MakeBatch(ctx, payout.NewBatch{ID: "b1", Method: payout.BankFile, Format: "bank-csv", Districts: []string{"110105"}, By: "finance-1"}))(t)
	equal(t, "of the district, by file", [2]int{b.Count, int(b.TotalFen)}, [2]int{1, 40001})
	_, err = p.MakeBatch(ctx, payout.NewBatch{ID: "b1", Method: payout.BankFile, Format: "bank-csv", By: "finance-2"})
	refused(t, "another's ID", err, "payout.batch_exists")
	_, err = p.MakeBatch(ctx, payout.NewBatch{ID: "b2", Method: payout.BankFile, Format: "bank-csv", ClaimIDs: []string{"claim-000002", "claim-000001"}, By: "finance-1"})
	refused(t, "one that is in a batch", err, "payout.open")
	_, err = p.MakeBatch(ctx, payout.NewBatch{ID: "b2", Method: payout.BankFile, Format: "bank-csv", ClaimIDs: []string{"claim-000002"}, By: "clerk-1"})
	refused(t, "who took the claim pays it", err, "claim.same_person")
	_, err = p.MakeBatch(ctx, payout.NewBatch{ID: "b2", Method: payout.BankFile, Format: "bank-csv", ClaimIDs: []string{"claim-000003"}, By: "finance-1"})
	refused(t, "by another way", err, "payout.method")

	all := got(s.PaymentsOfBatch(ctx, "b1"))(t)
	equal(t, "the payment", got(s.Payment(ctx, payout.PaymentID("claim-000001", 1)))(t), all[0])
	equal(t, "by its number", got(s.PaymentByNumber(ctx, payout.NumberOf(all[0].ID)))(t), all[0])
	again := all[0]
	again.ID, again.Number = payout.PaymentID("claim-000001", 2), "LX2"
	refused(t, "a second one for its claim", s.InsertPayment(ctx, again), "payout.open")
	refused(t, "from before", s.SavePayment(ctx, all[0]), "payout.changed")
	refused(t, "a batch from before", s.SaveBatch(ctx, b), "payout.changed")
	_, err = p.SendBatch(ctx, "b1", 9, "finance-1")
	refused(t, "another version", err, "payout.changed")
	sent := got(p.SendBatch(ctx, "b1", b.Version, "finance-1"))(t)
	equal(t, "told twice", got(p.SendBatch(ctx, "b1", b.Version, "finance-1"))(t), sent)
	_, err = p.CancelBatch(ctx, "b1", sent.Version)
	refused(t, "take back what has left", err, "payout.step")

	paid := got(p.Settle(ctx, all[0].ID, payout.Outcome{Status: payout.Paid, By: claim.BySystem, PaidOn: Today, Reference: "S-1"}))(t)
	equal(t, "told twice", got(p.Settle(ctx, all[0].ID, payout.Outcome{Status: payout.Paid, By: claim.BySystem}))(t), paid)
	equal(t, "its claim", got(s.Claim(ctx, "claim-000001"))(t).Status, claim.Paid)
	list, next, err := s.Payments(ctx, store.PaymentQuery{Statuses: []payout.Status{payout.Paid}, Districts: []string{"110105"}, From: At.Add(-time.Hour), Until: At.Add(time.Hour), Limit: 1})
	if must(t, err); len(list) != 1 || next != "" || list[0].Reference != "S-1" {
		t.Errorf("%+v, %q", list, next)
	}
	wantNothingReadableIn(t, s, toPay(1, "110105", claim.BankAccount), "payments", "payout_batches")
}

// Many make batches of the same claims at the same moment: each claim is in one.
func paymentsAtOnce(t *testing.T, s Subject) {
	ctx := t.Context()
	p := payingOn(s, func() time.Time { return At }, nil)
	for n := range 12 {
		insertClaims(t, s, toPay(n+1, "110105", claim.BankAccount))
	}
	var all gosync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			_, err := p.MakeBatch(ctx, payout.NewBatch{ID: fmt.Sprintf("b%d", n), Method: payout.BankFile, Format: "bank-csv", By: "finance-1"})
			if code := fault.CodeOf(err); code != "" && code != "payout.nothing" && code != "payout.open" {
				t.Errorf("batch %d: %v", n, err)
			}
		})
	}
	all.Wait()
	for n := range 12 {
		of := got(s.PaymentsOfClaim(ctx, fmt.Sprintf("claim-%06d", n+1)))(t)
		if len(of) != 1 {
			t.Errorf("claim %d has %d payments", n+1, len(of))
		}
	}
}

// The order in which a bank writes lines, and that of its statements, says nothing: what
// came back is back, also where that is heard before it left. What leaves twice is a double,
// whether the bank numbers its lines or not.
func statementsInAnyOrder(t *testing.T, s Subject) {
	ctx := t.Context()
	p := payingOn(s, func() time.Time { return At }, nil)
	var ids []string
	for n := range 4 {
		c := toPay(n+1, "110105", claim.BankAccount)
		insertClaims(t, s, c)
		ids = append(ids, c.ID)
	}
	b := got(p.MakeBatch(ctx, payout.NewBatch{ID: "b1", Method: payout.BankFile, Format: "bank-csv", ClaimIDs: ids, By: "finance-1"}))(t)
	got(p.SendBatch(ctx, b.ID, b.Version, "finance-1"))(t)
	all := got(s.PaymentsOfBatch(ctx, b.ID))(t)
	line := func(i, day int, isBack bool, serial string) payout.Line {
		return payout.Line{Serial: serial, On: Today.AddDays(day), AmountFen: all[i].AmountFen, Incoming: isBack, Remark: all[i].Number}
	}
	take := func(id string, lines ...payout.Line) (found []payout.Finding) {
		t.Helper()
		for _, l := range got(p.TakeStatement(ctx, payout.Statement{ID: id, Digest: id, TakenBy: "finance-1"}, lines))(t).Lines {
			if l.Finding != payout.Missing {
				found = append(found, l.Finding)
			}
		}
		return found
	}
	is := func(what string, i int, want payout.Status, wants claim.Status) {
		t.Helper()
		equal(t, what, got(s.Payment(ctx, all[i].ID))(t).Status, want)
		equal(t, "claim: "+what, got(s.Claim(ctx, all[i].ClaimID))(t).Status, wants)
	}
	equal(t, "newest first", take("s1", line(0, 1, true, "S-2"), line(0, 0, false, "S-1")), []payout.Finding{payout.Returning, payout.Matched})
	is("newest first", 0, payout.Returned, claim.Failed)
	equal(t, "Tuesday's", take("s2", line(1, 1, true, "S-4")), []payout.Finding{payout.Returning})
	is("Tuesday's", 1, payout.Returned, claim.Failed)
	equal(t, "then Monday's", take("s3", line(1, 0, false, "S-3")), []payout.Finding{payout.Matched})
	is("then Monday's", 1, payout.Returned, claim.Failed)
	equal(t, "without numbers of the bank", take("s4", line(2, 0, false, "")), []payout.Finding{payout.Matched})
	equal(t, "and once more", take("s5", line(2, 1, false, "")), []payout.Finding{payout.Double})
	is("and once more", 2, payout.Paid, claim.Paid)
	c := got(s.Claim(ctx, ids[3]))(t)
	must(t, p.FailByHand(ctx, payout.Hand{ClaimID: c.ID, Version: c.Version, By: "finance-1", Note: "银行拒绝"}))
	equal(t, "of one that was taken for failed", take("s6", line(3, 1, true, "S-6")), []payout.Finding{payout.Returning})
	equal(t, "of one that was taken for failed, how it left", take("s7", line(3, 0, false, "S-5")), []payout.Finding{payout.Matched})
	is("of one that was taken for failed", 3, payout.Returned, claim.Failed)
}
