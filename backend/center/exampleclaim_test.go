package center

import (
	"context"
	"fmt"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/hospital"
	"lianxin/backend/payout"
	"lianxin/backend/relief"
	"lianxin/backend/staff"
)

var claimExamples = map[string]asking{
	"create-claim": {intoPlace, func(w *world, place string, _ role) example {
		return example{body: api.ClaimNew{ID: w.next("claim", place), District: districtOf[place], Content: claimContent("8")}}
	}, "claim.district"},
	"search-claims": {ofNone, func(_ *world, place string, _ role) example {
		in := api.ClaimSearch{Limit: 100}
		if place == there { // and in words as well
			in.Districts = []string{districtOf[there]}
		}
		return example{body: in}
	}, ""},
	"get-claim": claimIn(claim.Submitted, nil),
	// Of one invoice in both places, so that comparing them would tell one office what the other knows.
	"list-claim-doubles": {ofPlace, func(w *world, place string, _ role) example {
		c := w.claimOf(real(place), claim.Submitted, role{}, func(c *claim.Content) { c.Lines[0].Invoice = "TEST-INVOICE-17" })
		return example{path: map[string]string{"id": c.ID}}
	}, ""},
	"list-claim-payments": claimIn(claim.ToPay, nil),
	"get-claim-paper": {ofPlace, func(w *world, place string, by role) example {
		c := w.claimAt(real(place), claim.Submitted, by)
		return example{path: map[string]string{"id": c.ID, "kind": "acceptance"}}
	}, ""},
	"change-claim":   claimIn(claim.Draft, func(_ *world, c api.ClaimOpened) any { return api.ClaimChange{Version: c.Version, Content: c.Content} }),
	"submit-claim":   claimIn(claim.Draft, act(false, "")),
	"withdraw-claim": claimIn(claim.Draft, act(false, "不再申请")),
	"take-claim":     claimIn(claim.Submitted, act(false, "")),
	"return-claim":   claimIn(claim.InReview, act(false, "请补充")),
	"approve-claim": claimIn(claim.InReview, func(_ *world, c api.ClaimOpened) any {
		return api.ClaimAct{Version: c.Version, AmountFen: c.ClaimableFen}
	}),
	"reject-claim":    claimIn(claim.InReview, act(true, "")),
	"reopen-claim":    claimIn(claim.Rejected, act(false, "再看一次")),
	"release-claim":   claimIn(claim.Approved, act(false, "")),
	"send-claim-back": claimIn(claim.Approved, act(false, "账号不对")),
	"confirm-claim":   claimIn(claim.ToPay, byHand),
	"fail-claim":      claimIn(claim.Paid, byHand),
	"correct-claim-payee": claimIn(claim.Failed, func(_ *world, c api.ClaimOpened) any {
		payee := c.Content.Payee
		payee.Account = "6200000000000009999"
		return api.PayeeChange{Version: c.Version, Payee: payee}
	}),
	"attach-to-claim": claimIn(claim.Draft, func(*world, api.ClaimOpened) any {
		return api.ClaimHanded{Kind: claim.OtherDocument, Content: photograph("7")}
	}, "another"),
	"detach-from-claim":       claimIn(claim.Draft, nil),
	"get-claim-attachment":    claimIn(claim.Draft, nil),
	"get-claim-preview":       claimIn(claim.Draft, nil),
	"rotate-claim-attachment": claimIn(claim.Draft, func(*world, api.ClaimOpened) any { return map[string]int{"turns": 1} }),
}

// act is a step without an amount; a reason is the first of the pack.
func act(isReasoned bool, note string) func(*world, api.ClaimOpened) any {
	return func(w *world, c api.ClaimOpened) any {
		in := api.ClaimAct{Version: c.Version, Note: note}
		if isReasoned {
			in.Reason = w.claims.Handling().Reasons[0].ID
		}
		return in
	}
}

func byHand(_ *world, c api.ClaimOpened) any {
	return api.ByHand{Version: c.Version, Reference: "R-1", Note: "银行电话确认"}
}

// claimIn asks about a claim of a place in a status.
func claimIn(status claim.Status, body func(*world, api.ClaimOpened) any, page ...string) asking {
	return asking{ofPlace, func(w *world, place string, by role) example {
		c := w.claimAt(real(place), status, by)
		e := example{path: map[string]string{"id": c.ID, "attachment_id": string(claim.Invoice)}}
		if len(page) > 0 {
			e.path["attachment_id"] = page[0]
		}
		if body != nil {
			e.body = body(w, c)
		}
		return e
	}, ""}
}

var payoutExamples = map[string]asking{
	"make-payout-batch": {ofPlace, func(w *world, place string, by role) example {
		claims := []string{"nowhere"}
		if place != nowhere {
			claims = []string{w.claimAt(place, claim.ToPay, by).ID}
		}
		return example{body: api.BatchNew{ID: w.next("batch", place), Method: payout.BankFile, Format: "bank-csv", Claims: claims}}
	}, ""},
	"get-payout-batch":       batchIn(payout.BatchOpen, false),
	"send-payout-batch":      batchIn(payout.BatchOpen, true),
	"cancel-payout-batch":    batchIn(payout.BatchOpen, true),
	"get-payout-file":        batchIn(payout.BatchSent, false),
	"search-payments":        {ofNone, func(*world, string, role) example { return example{body: api.PaymentSearch{}} }, ""},
	"get-payment":            paymentIn(payout.BatchOpen, payout.BankFile),
	"drop-payment":           paymentIn(payout.BatchOpen, payout.BankFile),
	"ask-payment":            paymentIn(payout.BatchSent, payout.WeChat),
	"take-bank-statement":    {ofCenter, func(w *world, place string, _ role) example { return example{body: w.statement(place)} }, "payout.all_districts"},
	"look-at-bank-statement": {ofCenter, func(w *world, place string, _ role) example { return example{body: w.statement(place)} }, "payout.all_districts"},
	"get-bank-statement": {ofCenter, func(w *world, place string, _ role) example {
		taken, err := w.TakeStatement(w.t.Context(), w.statement(place), caller("finance-1"))
		if err != nil {
			w.t.Fatal(err)
		}
		return example{path: map[string]string{"id": taken.ID}}
	}, ""},
}

func batchIn(status payout.BatchStatus, versioned bool) asking {
	return asking{ofPlace, func(w *world, place string, by role) example {
		b := w.batchAt(real(place), status, payout.BankFile)
		e := example{path: map[string]string{"id": b.ID}}
		if versioned {
			e.body = map[string]int{"version": b.Version}
		}
		return e
	}, ""}
}

func paymentIn(status payout.BatchStatus, method payout.Method) asking {
	return asking{ofPlace, func(w *world, place string, _ role) example {
		return example{path: map[string]string{"id": w.batchAt(real(place), status, method).Listed[0].ID}}
	}, ""}
}

// statement is another one of the center's own account.
func (w *world) statement(place string) api.StatementNew {
	id := w.next("statement", place)
	text := "交易日期,流水号,支出,收入,附言\n2026-11-20,S-" + id + ",1.00,,无关\n"
	return api.StatementNew{ID: id, Format: "bank-csv", Content: []byte(text)}
}

// batchAt is a batch of one claim of a place.
func (w *world) batchAt(place string, status payout.BatchStatus, method payout.Method) api.BatchOpened {
	w.t.Helper()
	one := w.claimOf(place, claim.ToPay, role{}, func(c *claim.Content) {
		if method == payout.WeChat {
			c.Payee = claim.Payee{Kind: claim.WeChat, Holder: c.Payee.Holder, Account: "wx-" + c.Payee.Account}
		}
	})
	in := api.BatchNew{ID: w.next("batch", place), Method: method, Claims: []string{one.ID}}
	if method == payout.BankFile {
		in.Format = "bank-csv"
	}
	b, err := w.MakeBatch(w.t.Context(), in, caller("finance-1"))
	if err == nil && status == payout.BatchSent {
		b, err = w.SendBatch(w.t.Context(), b.ID, b.Version, caller("finance-1"))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// claimAt is a whole claim of a place in a status, in the hands of by where a reviewer has it.
func (w *world) claimAt(place string, status claim.Status, by role) api.ClaimOpened {
	w.t.Helper()
	return w.claimOf(place, status, by, func(*claim.Content) {})
}

// claimOf is claimAt with a change to what the applicant says.
func (w *world) claimOf(place string, status claim.Status, by role, change func(*claim.Content)) (c api.ClaimOpened) {
	w.t.Helper()
	ctx, clerk := w.t.Context(), api.Caller{StaffID: "clerk-" + place, Role: string(staff.DistrictClerk)}
	content := claimContent("6")
	p := w.somebody()
	w.giver(p, place)
	patient := w.somebody()
	content.Donor.Name, content.Donor.Number, content.Payee.Holder = p.Name, p.Document.Text(), p.Name
	content.Patient.Name, content.Patient.Number, content.Payee.Account = patient.Name, patient.Document.Text(), fmt.Sprintf("62000000%011d", w.made)
	w.keep("claim", "patient", place, "", patient.Name)
	w.keep("claim", "account", place, "", content.Payee.Account)
	content.Lines = slices.Clone(content.Lines)
	content.Lines[0].Invoice = w.next("invoice", place)
	change(&content)
	c, err := w.CreateClaim(ctx, api.ClaimNew{ID: w.next("claim", place), District: districtOf[place], Content: content}, clerk)
	for _, kind := range c.Documents {
		if err == nil {
			c, err = w.AttachToClaim(ctx, c.ID, string(kind), api.ClaimHanded{Kind: kind, Content: photograph("6")}, clerk)
		}
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if status != claim.Draft {
		w.bring(&c, status, by)
	}
	return c
}

// bring takes a whole claim on to a status.
func (w *world) bring(c *api.ClaimOpened, to claim.Status, by role) {
	w.t.Helper()
	reviewer := "reviewer-1"
	if by.staff == staff.Reviewer && (to == claim.InReview || to == claim.Rejected) {
		reviewer = by.member.ID
	}
	ctx := context.WithoutCancel(w.t.Context())
	step := func(s claim.Step, duty claim.Duty, who string, in api.ClaimAct) {
		in.Version = c.Version
		next, err := w.StepClaim(ctx, c.ID, s, duty, in, caller(who))
		if err != nil {
			w.t.Fatalf("%s of %s: %v", s, c.ID, err)
		}
		*c = next
	}
	step(claim.Submit, claim.Capture, "clerk-"+c.District, api.ClaimAct{})
	if to == claim.Submitted {
		return
	}
	step(claim.Take, claim.Review, reviewer, api.ClaimAct{})
	switch to {
	case claim.InReview:
		return
	case claim.Rejected:
		step(claim.Reject, claim.Review, reviewer, api.ClaimAct{Reason: w.claims.Handling().Reasons[0].ID})
		return
	}
	step(claim.Approve, claim.Review, reviewer, api.ClaimAct{AmountFen: c.ClaimableFen})
	if to == claim.Approved {
		return
	}
	step(claim.Release, claim.Pay, "finance-1", api.ClaimAct{})
	if to == claim.ToPay {
		return
	}
	say := func(do func(context.Context, string, api.ByHand, api.Caller) (api.ClaimOpened, error)) {
		next, err := do(ctx, c.ID, api.ByHand{Version: c.Version, Reference: "R-1", Note: "电话"}, caller("finance-1"))
		if err != nil {
			w.t.Fatal(err)
		}
		*c = next
	}
	say(w.ConfirmClaim)
	if to == claim.Failed {
		say(w.FailClaim)
	}
}

// reliefQuestion asks what somebody is entitled to.
func (w *world) reliefQuestion(place string) api.ReliefQuestion {
	p := w.somebody()
	if place != nowhere {
		w.giver(p, place)
	}
	return api.ReliefQuestion{Donors: []api.ReliefDonor{{Kind: p.Document.Kind, Number: p.Document.Number, Relation: relief.Self}},
		Lines: []hospital.Charge{{ID: "1", Component: relief.WholeBlood, Fee: relief.BloodFee, Quantity: "200", On: w.Today(), AmountFen: 55_000}}}
}
