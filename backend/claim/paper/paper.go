// Package paper writes what an applicant gets in their hand of a claim: the acceptance, the
// notice of the decision with the sum line by line and its clauses, and the proof of payment.
//
// A paper is for the applicant: names stand in it whole, numbers of documents and accounts
// masked. What it says is a snapshot that is kept; package receipt makes the PDF of it.
package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/money"
	"lianxin/backend/payout"
	"lianxin/backend/receipt"
	"lianxin/backend/relief"
)

// Facts are everything a paper is written from.
type Facts struct {
	Claim      claim.Claim
	Handling   claim.Handling
	Assessment relief.Assessment // decision
	Payment    payout.Payment    // payment: the one that arrived
	Issuer     receipt.Issuer
	Language   lang.Tag
	At         time.Time // when it is issued
}

// Write says what a paper says. Its code is put in by whoever issues it. Fault
// "claim.no_paper" when the claim is not so far.
func Write(kind receipt.ClaimKind, f Facts) (receipt.Snapshot, error) {
	s := receipt.Snapshot{Version: receipt.SnapshotVersion, Number: f.Claim.Number, Language: f.Language, Issuer: f.Issuer, IssuedAt: f.At, PrintedAt: f.At,
		Footer: wordThanks}
	if !IsFor(kind, f.Claim.Status) {
		return s, fault.New(fault.Conflict, "claim.no_paper").With("status", string(f.Claim.Status))
	}
	p := receipt.Claim{Kind: kind, Facts: f.people(), Missing: f.missing()}
	switch kind {
	case receipt.ClaimAcceptance:
		f.acceptance(&p)
	case receipt.ClaimDecision:
		f.decision(&p)
	case receipt.ClaimPayment:
		f.payment(&p)
	}
	s.Claim = &p
	return s, nil
}

// IsFor tells whether a claim of a status has a paper of a kind.
func IsFor(kind receipt.ClaimKind, s claim.Status) bool {
	switch kind {
	case receipt.ClaimAcceptance:
		return s != claim.Draft && s != claim.Withdrawn
	case receipt.ClaimDecision:
		return slices.Contains([]claim.Status{claim.Approved, claim.Rejected, claim.ToPay, claim.Paid, claim.Failed, claim.Settled}, s)
	case receipt.ClaimPayment:
		return s == claim.Paid || s == claim.Settled
	}
	return false
}

// Says is a digest of what a paper says, whenever it was issued and by which code.
func Says(s receipt.Snapshot) (string, error) {
	s.IssuedAt, s.PrintedAt = time.Time{}, time.Time{}
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("digest of a paper: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// plain is a text that is the same in both languages.
func plain(text string) lang.Text { return lang.Text{ZH: receipt.Printable(text)} }

func fact(label, value lang.Text) receipt.Fact { return receipt.Fact{Label: label, Value: value} }

func loud(label, value lang.Text) receipt.Fact {
	return receipt.Fact{Label: label, Value: value, Loud: true}
}

// people are whom the claim is of and where they were treated.
func (f Facts) people() []receipt.Fact {
	c := f.Claim
	facts := []receipt.Fact{loud(wordClaim, plain(c.Number)), fact(wordDonor, plain(c.Donor.Name))}
	if number := masked(c.Donor.Party); number != "" {
		facts = append(facts, fact(wordDocument, plain(number)))
	}
	if c.Relation != relief.Self {
		facts = append(facts, fact(wordPatient, plain(c.Patient.Name)), fact(wordRelation, claim.RelationName(c.Relation)))
	}
	if c.Agent != nil {
		facts = append(facts, fact(wordAgent, plain(c.Agent.Name)))
	}
	facts = append(facts, fact(wordHospital, plain(c.Hospital.Name)))
	if !c.Hospital.Admitted.IsZero() {
		stay := c.Hospital.Admitted.String()
		if c.Hospital.Left != c.Hospital.Admitted && !c.Hospital.Left.IsZero() {
			stay += " – " + c.Hospital.Left.String()
		}
		facts = append(facts, fact(wordStay, plain(stay)))
	}
	return append(facts, fact(wordFiled, plain(calendar.Of(c.SubmittedAt).String())))
}

func masked(p claim.Party) string {
	doc, err := p.Document()
	if err != nil {
		return ""
	}
	return doc.Masked()
}

// missing are the characters of the names that the paper cannot show.
func (f Facts) missing() []string {
	var codes []string
	for _, name := range []string{f.Claim.Donor.Name, f.Claim.Patient.Name, f.Claim.Payee.Holder} {
		for _, r := range receipt.Unprintable(name) {
			if code := fmt.Sprintf("U+%04X", r); !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

func (f Facts) acceptance(p *receipt.Claim) {
	c := f.Claim
	p.Verdict = wordAccepted
	p.Means = wordAcceptedMeans
	if due := f.Handling.DueAt(claim.InReview, c.SubmittedAt); !due.IsZero() {
		day := calendar.Of(due).String()
		p.Means = lang.Text{ZH: fmt.Sprintf("我们已收到您的申请和下列材料，预计在 %s 前作出决定。", day), EN: fmt.Sprintf("We have your claim and the documents below, and expect to decide by %s.", day)}
	}
	var kinds []claim.DocumentKind
	for _, a := range c.Attachments {
		kinds = append(kinds, a.Kind)
	}
	for _, kind := range claim.DocumentKinds() {
		if n := count(kinds, kind); n > 0 {
			p.Lines = append(p.Lines, receipt.ClaimLine{What: kind.Name(), Paid: fmt.Sprintf("%d", n)})
		}
	}
	p.Sums = []receipt.Fact{fact(wordBilled, yuanText(c.BilledFen())), fact(wordInsured, yuanText(c.BilledFen()-c.ClaimableFen())), f.payee()}
	p.Can = []lang.Text{wordAskByNumber, wordMaySupply}
}

func count(kinds []claim.DocumentKind, kind claim.DocumentKind) int {
	n := 0
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

func (f Facts) payee() receipt.Fact {
	to := f.Claim.Payee
	text := to.Holder + " ****" + to.Account[max(0, len(to.Account)-4):]
	if to.Bank != "" {
		text += " " + to.Bank
	}
	return fact(wordPayee, plain(text))
}

func (f Facts) decision(p *receipt.Claim) {
	c := f.Claim
	p.Facts = append(p.Facts, fact(wordDecided, plain(calendar.Of(c.Decision.At).String())))
	if c.Status == claim.Rejected {
		p.Verdict, p.Means = wordRejected, f.Handling.Reason(c.Decision.Reason)
		if c.Decision.Note != "" {
			p.Sums = append(p.Sums, fact(wordNote, plain(c.Decision.Note)))
		}
		p.Can = []lang.Text{wordAskWhy, wordAskReview, wordFileAgain}
		f.lines(p)
		return
	}
	p.Verdict = lang.Text{ZH: "准予报销 " + money.Yuan(c.Decision.AmountFen) + " 元", EN: "Reimbursed: CNY " + money.Yuan(c.Decision.AmountFen)}
	p.Means = wordWillBePaid
	f.lines(p)
	p.Sums = append(p.Sums, fact(wordBilled, yuanText(c.BilledFen())), fact(wordInsured, yuanText(c.BilledFen()-c.ClaimableFen())),
		loud(wordApproved, yuanText(c.Decision.AmountFen)), f.payee())
	if c.Decision.Note != "" {
		p.Sums = append(p.Sums, fact(wordNote, plain(c.Decision.Note)))
	}
	p.Can = []lang.Text{wordCheckAccount, wordAskReview}
}

// linesShown is how many lines of the bill stand on paper.
const linesShown = 40

// lines say of each line of the bill what is paid, and by which donation and clause.
func (f Facts) lines(p *receipt.Claim) {
	for i, share := range f.Assessment.Lines {
		if i >= len(f.Claim.Lines) || i == linesShown {
			break
		}
		p.Lines = append(p.Lines, f.line(f.Claim.Lines[i], share))
	}
	if more := len(f.Claim.Lines) - linesShown; more > 0 {
		p.Lines = append(p.Lines, receipt.ClaimLine{What: lang.Text{ZH: fmt.Sprintf("另有 %d 行，可在窗口查看；合计包括它们", more), EN: fmt.Sprintf("%d more lines can be seen at the office; the total includes them", more)}})
	}
	used := map[string]bool{}
	for _, share := range f.Assessment.Lines {
		for _, d := range share.Draws {
			used[d.Rule] = f.tells(d) || used[d.Rule]
		}
	}
	for _, b := range f.Assessment.Bases {
		if used[b.Rule] || f.Claim.Status == claim.Rejected && !f.isDiscreet() {
			p.Bases = append(p.Bases, receipt.Reason{Text: b.Title, Clause: b.Clause})
		}
	}
}

func (f Facts) line(l claim.Line, share relief.LineShare) receipt.ClaimLine {
	name := claim.ComponentName(l.Component)
	what := lang.Text{ZH: fmt.Sprintf("%s × %s，%s", name.ZH, receipt.Printable(l.Quantity), l.On), EN: fmt.Sprintf("%s × %s, %s", name.EN, receipt.Printable(l.Quantity), l.On)}
	if f.Claim.Status == claim.Rejected { // what it would have been is no promise
		line := receipt.ClaimLine{What: what, Paid: money.Yuan(0)}
		return f.short(line, share)
	}
	line := receipt.ClaimLine{What: what, Paid: money.Yuan(share.PayableFen)}
	sum := lang.Text{ZH: fmt.Sprintf("账单 %s 元，医保已付 %s 元", money.Yuan(share.BilledFen), money.Yuan(share.InsuranceFen)), EN: fmt.Sprintf("Billed %s, insurance paid %s", money.Yuan(share.BilledFen), money.Yuan(share.InsuranceFen))}
	if share.NeededML > 0 && !f.isDiscreet() {
		sum.ZH += fmt.Sprintf("；用血 %d mL，可抵 %d mL", share.NeededML, share.CoveredML)
		sum.EN += fmt.Sprintf("; %d mL used, %d mL covered", share.NeededML, share.CoveredML)
	}
	line.Why = append(line.Why, sum)
	for _, d := range share.Draws {
		if f.tells(d) {
			line.Why = append(line.Why, f.draw(d))
		}
	}
	return f.short(line, share)
}

// short says why not all of a line is covered.
func (f Facts) short(line receipt.ClaimLine, share relief.LineShare) receipt.ClaimLine {
	if why, ok := shortWords[share.Short]; ok && !f.isDiscreet() {
		line.Why = append(line.Why, why)
	}
	return line
}

// isDiscreet tells whether the paper says nothing of what the patient gave: a donor who files
// from a phone may name anybody, and reads their own papers.
func (f Facts) isDiscreet() bool { return f.Claim.IsFiled() && f.Claim.Relation != relief.Self }

// tells whether a draw stands on the paper.
func (f Facts) tells(d relief.Draw) bool {
	return !f.isDiscreet() || slices.ContainsFunc(f.Assessment.Entitlements, func(e relief.Entitlement) bool {
		return e.Source == d.Source && e.Relation == f.Claim.Relation
	})
}

// draw says which donation covers how much.
func (f Facts) draw(d relief.Draw) lang.Text {
	for _, e := range f.Assessment.Entitlements {
		if e.Source == d.Source && !e.GivenOn.IsZero() {
			return lang.Text{ZH: fmt.Sprintf("%s 的献血抵 %d mL，计 %s 元", e.GivenOn, d.ML, money.Yuan(d.Fen)), EN: fmt.Sprintf("Donation of %s covers %d mL, CNY %s", e.GivenOn, d.ML, money.Yuan(d.Fen))}
		}
	}
	return lang.Text{ZH: fmt.Sprintf("终身免费用血抵 %d mL，计 %s 元", d.ML, money.Yuan(d.Fen)), EN: fmt.Sprintf("Free for life: %d mL, CNY %s", d.ML, money.Yuan(d.Fen))}
}

func (f Facts) payment(p *receipt.Claim) {
	pay := f.Payment
	p.Verdict = lang.Text{ZH: "已支付 " + money.Yuan(pay.AmountFen) + " 元", EN: "Paid: CNY " + money.Yuan(pay.AmountFen)}
	p.Means = wordPaidMeans
	to := pay.Payee
	p.Sums = []receipt.Fact{loud(wordPaid, yuanText(pay.AmountFen)), fact(wordPaidOn, plain(pay.PaidOn.String())), fact(wordMethod, pay.Method.Name()),
		fact(wordPayee, plain(to.Holder+" ****"+to.Account[max(0, len(to.Account)-4):]))}
	if to.Bank != "" {
		p.Sums = append(p.Sums, fact(wordBank, plain(to.Bank)))
	}
	p.Sums = append(p.Sums, fact(wordBill, plain(pay.Number)))
	if pay.Reference != "" {
		p.Sums = append(p.Sums, fact(wordReference, plain(pay.Reference)))
	}
	p.Can = []lang.Text{wordNotArrived}
}

func yuanText(fen int64) lang.Text {
	return lang.Text{ZH: money.Yuan(fen) + " 元", EN: "CNY " + money.Yuan(fen)}
}
