package center

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/payout"
	"lianxin/backend/payout/bankfile"
)

// What the audit log calls batches, payments and statements.
const (
	batchNoun     = "payout_batch"
	paymentNoun   = "payment"
	statementNoun = "bank_statement"
)

// paidClaims is what paying asks of claims: every step is in the audit log, whoever takes it.
type paidClaims struct{ *Center }

// LockClaim implements payout.Claims.
func (p paidClaims) LockClaim(ctx context.Context, id string) (claim.Claim, error) {
	return p.store.LockClaim(ctx, id)
}

// Do implements payout.Claims.
func (p paidClaims) Do(ctx context.Context, id string, a claim.Act) (claim.Claim, error) {
	before, err := p.store.LockClaim(ctx, id)
	if err != nil {
		return before, err
	}
	after, err := p.claims.Do(ctx, id, a)
	if err != nil {
		return after, err
	}
	if err := p.revokeClaimPapers(ctx, before, after); err != nil {
		return after, err
	}
	return after, p.recordClaim(ctx, api.Caller{StaffID: a.By}, "claim."+string(a.Step), before, after)
}

func (c *Center) newPayouts() payout.Service {
	s := payout.Service{Store: c.store, Claims: paidClaims{c}, Now: c.config.Now, Formats: func() payout.Formats { return c.packs.Banks(c.Today()) }, Drivers: map[payout.Method]payout.Driver{},
		SecondFen: func() int64 { return c.claims.Handling().SecondReleaseFen }}
	if c.config.WeChat != nil {
		s.Drivers[payout.WeChat] = c.config.WeChat
	}
	return s
}

// payoutsAtOnce is how many payments one look takes to their driver; payoutJob is the work
// of one instance at a time.
const (
	payoutJob     = "payout.work"
	payoutLease   = 5 * time.Minute
	payoutsAtOnce = 50
)

// workPayouts takes payments to their drivers and asks what became of those that left,
// unless another instance is at it.
func (c *Center) workPayouts(ctx context.Context) error {
	if len(c.payouts.Drivers) == 0 {
		return nil
	}
	if mine, err := c.lease(ctx, payoutJob, payoutLease); err != nil || !mine {
		return err
	}
	_, err := c.payouts.Work(ctx, payout.WeChat, payoutsAtOnce)
	return err
}

// PayoutWords implements api.Payouts.
func (c *Center) PayoutWords() api.PayoutWords {
	words := api.PayoutWords{Words: payout.AllWords(), WeChat: c.config.WeChat != nil, MaxBatch: payout.MaxBatch, MaxBytes: bankfile.MaxBytes,
		SecondFen: c.payouts.SecondFen(), Formats: []api.PayoutFormat{}}
	for _, f := range c.payouts.Formats() {
		words.Formats = append(words.Formats, api.PayoutFormat{ID: f.ID, Title: f.Title, Kind: string(f.Kind)})
	}
	return words
}

// toPayShown is how many claims a page has.
const toPayShown = 100

// ClaimsToPay implements api.Payouts.
func (c *Center) ClaimsToPay(ctx context.Context, in api.ToPayQuery, by api.Caller) (api.ToPay, error) {
	out := api.ToPay{Claims: []api.ToPayListed{}}
	if err := c.record(ctx, by.StaffID, "payout.list", claimNoun, ""); err != nil {
		return out, err
	}
	page, next, err := c.store.ClaimsToPay(ctx, by.Districts, in.After, toPayShown)
	if err != nil {
		return out, err
	}
	out.Next = next
	h := c.claims.Handling()
	for _, one := range page {
		method := payout.MethodFor(one.Payee.Kind)
		if in.Method != "" && in.Method != method {
			continue
		}
		earlier, err := c.store.PaymentsOfClaim(ctx, one.ID)
		if err != nil {
			return out, err
		}
		out.Claims = append(out.Claims, api.ToPayListed{ID: one.ID, Number: one.Number, District: one.District, Method: method, Holder: identity.MaskName(one.Payee.Holder),
			Account: lastFour(one.Payee.Account), Bank: one.Payee.Bank, AmountFen: one.Decision.AmountFen, Since: one.EnteredAt,
			Late: h.IsLate(one.Status, one.EnteredAt, c.config.Now()), Unfit: payout.Unfit(one.Payee), Attempts: len(earlier)})
	}
	return out, nil
}

func lastFour(account string) string { return account[max(0, len(account)-4):] }

// listedPayment is a payment without what whoever pays need not read.
func listedPayment(p payout.Payment) api.PaymentListed {
	return api.PaymentListed{ID: p.ID, Number: p.Number, ClaimID: p.ClaimID, Claim: p.Claim, District: p.District, BatchID: p.BatchID, Method: p.Method,
		Status: p.Status, AmountFen: p.AmountFen, Holder: identity.MaskName(p.Payee.Holder), Account: lastFour(p.Payee.Account), Bank: p.Payee.Bank,
		MadeAt: p.MadeAt, SentAt: p.SentAt, EndedAt: p.EndedAt, PaidOn: p.PaidOn, Asked: p.Asked, Reference: p.Reference, Reason: p.Reason, Note: p.Note, Waits: p.Confirm != ""}
}

func listedPayments(all []payout.Payment) []api.PaymentListed {
	list := make([]api.PaymentListed, len(all))
	for i, p := range all {
		list[i] = listedPayment(p)
	}
	return list
}

// recordPayout writes what somebody did with a batch, payment or statement to the audit
// log; before and after say how it was, "" where it did not change.
func (c *Center) recordPayout(ctx context.Context, by api.Caller, action, noun, id, before, after string) error {
	role, err := c.roleOf(ctx, by.StaffID)
	if err != nil {
		return err
	}
	_, err = c.audit.Record(ctx, audit.Entry{Who: by.StaffID, Role: role, Action: action, Object: audit.Object{Noun: noun, ID: id}, Before: before, After: after})
	return err
}

// ListPayments implements api.Payouts.
func (c *Center) ListPayments(ctx context.Context, in api.PaymentSearch, by api.Caller) (api.PaymentList, error) {
	out := api.PaymentList{Payments: []api.PaymentListed{}}
	if err := c.record(ctx, by.StaffID, "payment.list", paymentNoun, ""); err != nil {
		return out, err
	}
	if in.Limit == 0 {
		in.Limit = claimsShown
	}
	found, next, err := c.store.Payments(ctx, paymentQuery(in, by))
	if err != nil {
		return out, err
	}
	out.Payments, out.Next = listedPayments(found), next
	return out, nil
}

// seenPayment finds a payment of the caller's districts; one of another's is not there.
func (c *Center) seenPayment(ctx context.Context, id string, by api.Caller) (payout.Payment, error) {
	p, err := c.store.Payment(ctx, id)
	if err == nil && !by.MaySeeDistrict(p.District) {
		err = fault.New(fault.NotFound, "payout.not_found")
	}
	return p, err
}

// OpenPayment implements api.Payouts.
func (c *Center) OpenPayment(ctx context.Context, id string, by api.Caller) (api.PaymentListed, error) {
	return c.workPayment(ctx, id, "payment.read", by, c.store.Payment)
}

// DropPayment implements api.Payouts.
func (c *Center) DropPayment(ctx context.Context, id string, by api.Caller) (api.PaymentListed, error) {
	return c.workPayment(ctx, id, "payment.drop", by, c.payouts.Drop)
}

// AskPayment implements api.Payouts. The driver is asked outside of any transaction.
func (c *Center) AskPayment(ctx context.Context, id string, by api.Caller) (api.PaymentListed, error) {
	before, err := c.seenPayment(ctx, id, by)
	if err != nil {
		return api.PaymentListed{}, err
	}
	after, err := c.payouts.AskNow(ctx, id)
	if err != nil {
		return api.PaymentListed{}, err
	}
	return listedPayment(after), c.recordPayout(ctx, by, "payment.ask", paymentNoun, auditID(id), auditedPayment(before), auditedPayment(after))
}

// workPayment does something with a payment of the caller's districts and writes down who did.
func (c *Center) workPayment(ctx context.Context, id, action string, by api.Caller, do func(context.Context, string) (payout.Payment, error)) (out api.PaymentListed, err error) {
	before, err := c.seenPayment(ctx, id, by)
	if err != nil {
		return out, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		after, err := do(ctx, id)
		if err != nil {
			return err
		}
		out = listedPayment(after)
		if before.Version == after.Version {
			return c.recordPayout(ctx, by, action, paymentNoun, auditID(id), "", "")
		}
		return c.recordPayout(ctx, by, action, paymentNoun, auditID(id), auditedPayment(before), auditedPayment(after))
	})
	return out, err
}

// auditID is a payment's ID as the audit log takes it; the claim's part may be as long as
// that of any other object.
func auditID(id string) string {
	if audit.IsID(id) {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}

func auditedPayment(p payout.Payment) string {
	return fmt.Sprintf(`{"district":%q,"status":%q,"version":%d}`, p.District, p.Status, p.Version)
}

// PaymentsOfClaim implements api.Payouts.
func (c *Center) PaymentsOfClaim(ctx context.Context, claimID string, by api.Caller) ([]api.PaymentListed, error) {
	one, err := c.seenClaim(ctx, claimID, by)
	if err != nil {
		return nil, err
	}
	all, err := c.store.PaymentsOfClaim(ctx, claimID)
	if err != nil {
		return nil, err
	}
	return listedPayments(all), c.recordClaim(ctx, by, "claim.read_payments", one, one)
}

// CorrectPayee implements api.Payouts.
func (c *Center) CorrectPayee(ctx context.Context, claimID string, in api.PayeeChange, by api.Caller) (api.ClaimOpened, error) {
	return c.workClaim(ctx, claimID, "claim.change_payee", by, func(ctx context.Context) (claim.Claim, error) {
		return c.claims.CorrectPayee(ctx, claimID, in.Version, in.Payee, by.StaffID)
	})
}

// seesAll tells whether somebody sees all of some districts.
func seesAll(by api.Caller, districts []string) bool {
	return !slices.ContainsFunc(districts, func(d string) bool { return !by.MaySeeDistrict(d) })
}
