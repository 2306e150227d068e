package center

import (
	"net/http"
	"slices"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/payout"
	"lianxin/backend/settlement"
	"lianxin/backend/staff"
)

// promoted gives somebody another role and lets them log in anew.
func (b *bench) promoted(p person, role staff.Role) (bearer string) {
	b.t.Helper()
	if _, err := b.ChangeMember(b.t.Context(), p.ID, staff.Changes{Name: "测试员", Role: role}, "terminal"); err != nil {
		b.t.Fatal(err)
	}
	return b.bears(b.enter(p))
}

// People change posts, and a claim remembers what they have done with it: who captured it
// lets no batch of it go, and who made a batch, or let it go, corrects no account in it.
func TestWhoPaysHasNoOtherPart(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		clerk, maker, sender := b.hire("first.clerk", staff.DistrictClerk, everywhere), b.hire("maker", staff.Finance, everywhere), b.hire("sender", staff.Finance, everywhere)
		captures, makes, sends := b.enter(clerk), b.enter(maker), b.enter(sender)
		o := newOffices(b, everywhere)[0]
		o.clerk = b.bears(captures)
		o.releases("claim-1", "110105", "3")
		var made, sent api.BatchOpened
		o.want("make", http.MethodPost, "/payouts/batches", b.bears(makes), api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"}, &made, "")
		version := map[string]int{"version": made.Version}
		o.want("who captured it sends", http.MethodPost, "/payouts/batches/batch-1/send", b.promoted(clerk, staff.Finance), version, nil, "payout.same_person")
		o.want("another sends", http.MethodPost, "/payouts/batches/batch-1/send", b.bears(sends), version, &sent, "")
		o.finance = b.bears(sends)
		o.statement("statement-1", "2026-11-26,S-1,410.00,,,"+sent.Listed[0].Number, "2026-11-27,S-2,,410.00,,退汇 "+sent.Listed[0].Number)
		right := claimContent("3").Payee
		right.Account = "6200000000000009999"
		for who, p := range map[string]person{"who made the batch": maker, "who let it go": sender} {
			is := b.promoted(p, staff.DistrictClerk)
			o.want(who+" corrects the account", http.MethodPut, "/claims/claim-1/payee", is, api.PayeeChange{Version: o.version("claim-1"), Payee: right}, nil, "claim.same_person")
		}
	})
}

// version is a claim's, as the store has it.
func (o office) version(id string) int {
	o.t.Helper()
	c, err := o.store.Claim(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c.Version
}

// payment is the first of claim-1.
func (o office) payment() payout.Payment {
	o.t.Helper()
	p, err := o.store.Payment(o.t.Context(), payout.PaymentID("claim-1", 1))
	if err != nil {
		o.t.Fatal(err)
	}
	return p
}

// arrivesElsewhere sends claim-1 back as its payment failed, and then the payment arrives.
func (o office) arrivesElsewhere() {
	o.t.Helper()
	o.releases("claim-1", "110105", "3")
	made := o.batch("make", http.MethodPost, "", api.BatchNew{ID: "batch-1", Method: payout.BankFile, Format: "bank-csv"})
	sent := o.batch("send", http.MethodPost, "/batch-1/send", map[string]int{"version": made.Version})
	o.do("fail", http.MethodPost, "/claim-1/fail", o.finance, api.ByHand{Version: o.version("claim-1"), Note: "银行拒绝"})
	back := o.do("send back", http.MethodPost, "/claim-1/send-back", o.finance, api.ClaimAct{Version: o.version("claim-1"), Note: "账户已注销"})
	late := o.statement("statement-1", "2026-11-26,S-1,410.00,,,"+sent.Listed[0].Number)
	if back.Status != claim.Returned || findings(late) != "elsewhere 1" || late.Lines[0].Payment.Status != payout.Paid || late.Lines[0].Payment.Reason != "payout.elsewhere" {
		o.t.Fatalf("%s, %s: %+v", back.Status, findings(late), late.Lines)
	}
}

// What arrived while its claim is with the applicant came back: finance says so where the
// claim is, with no other part in it and how they know, and who said it is written down.
// The claim may then end.
func TestMoneyComesBackWhileItsClaimIsElsewhere(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		clerk := b.hire("first.clerk", staff.DistrictClerk, everywhere)
		captures, second := b.enter(clerk), b.enter(b.hire("second.clerk", staff.DistrictClerk, everywhere))
		o := newOffices(b, everywhere)[0]
		o.clerk = b.bears(captures)
		o.arrivesElsewhere()
		isBack := api.ByHand{Version: o.version("claim-1"), Note: "银行已追回"}
		promoted := b.promoted(clerk, staff.Finance)
		if c := o.do("look", http.MethodGet, "/claim-1", promoted, nil); slices.Contains(c.Steps, claim.Fail) {
			t.Errorf("who captured it is offered %v", c.Steps)
		}
		o.want("who captured it says so", http.MethodPost, "/claims/claim-1/fail", promoted, isBack, nil, "claim.same_person")
		o.want("without a word", http.MethodPost, "/claims/claim-1/fail", o.finance, api.ByHand{Version: isBack.Version, Note: "  "}, nil, "claim.reason_missing")
		if p := o.payment(); p.Status != payout.Paid {
			t.Fatalf("refused, it is %s", p.Status)
		}
		if c := o.look("claim-1"); !slices.Contains(c.Steps, claim.Fail) {
			t.Errorf("finance is offered %v", c.Steps)
		}
		c := o.do("it came back", http.MethodPost, "/claim-1/fail", o.finance, isBack)
		if p := o.payment(); c.Status != claim.Returned || slices.Contains(c.Steps, claim.Fail) || p.Status != payout.Returned || p.Note != isBack.Note {
			t.Errorf("%s, %v: %+v", c.Status, c.Steps, p)
		}
		o.wantAudited(o.payment().ID, "payment.fail")
		o.do("withdraw", http.MethodPost, "/claim-1/withdraw", b.bears(second), api.ClaimAct{Version: c.Version, Note: "申请人放弃"})
	})
}

// A payment that was taken for failed arrives while its claim is with the applicant again:
// nobody ends the claim as if nothing had been paid, nobody pays it a second time, and
// approved anew with that amount it is paid, in the books as well.
func TestMoneyArrivesAfterItsClaimWentBack(t *testing.T) {
	onEach(t, func(t *testing.T, b *bench) {
		o := newOffices(b, everywhere)[0]
		o.arrivesElsewhere()
		act := func(step, who string, in api.ClaimAct, code string) (c api.ClaimOpened) {
			t.Helper()
			in.Version = o.version("claim-1")
			if code == "" {
				return o.do(step, http.MethodPost, "/claim-1/"+step, who, in)
			}
			o.want(step, http.MethodPost, "/claims/claim-1/"+step, who, in, nil, code)
			return c
		}
		act("withdraw", o.clerk, api.ClaimAct{Note: "申请人放弃"}, "payout.arrived")
		act("submit", o.clerk, api.ClaimAct{}, "")
		act("take", o.reviewer, api.ClaimAct{}, "")
		act("reject", o.reviewer, api.ClaimAct{Reason: claim.BuiltIn().Reasons[0].ID, Note: "不符"}, "payout.arrived")
		act("approve", o.reviewer, api.ClaimAct{AmountFen: 40_000}, "")
		act("release", o.finance, api.ClaimAct{}, "payout.arrived")
		act("send-back", o.finance, api.ClaimAct{Note: "与已到账金额不同"}, "")
		act("submit", o.clerk, api.ClaimAct{}, "")
		act("take", o.reviewer, api.ClaimAct{}, "")
		act("approve", o.reviewer, api.ClaimAct{AmountFen: 41_000}, "")
		if c := act("release", o.finance, api.ClaimAct{}, ""); c.Status != claim.Paid {
			t.Errorf("released it is %s", c.Status)
		}
		if p := o.payment(); p.Status != payout.Paid || p.Reason != "" {
			t.Errorf("of what is paid and settled people read %q: %+v", p.Reason, p)
		}
		o.want("pay again", http.MethodPost, "/payouts/batches", o.finance, api.BatchNew{ID: "batch-2", Method: payout.BankFile, Format: "bank-csv", Claims: []string{"claim-1"}}, nil, "payout.open")
		var heads []settlement.Head
		o.want("sums", http.MethodGet, "/settlements?month=2026-11", o.finance, nil, &heads, "")
		if len(heads) != 1 || heads[0].TotalFen != 41_000 {
			t.Errorf("advanced: %+v", heads)
		}
		if r, err := b.SettlementReport(t.Context()); err != nil || r.Check != nil {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
