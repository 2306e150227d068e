package center

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	claimpaper "lianxin/backend/claim/paper"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
	"lianxin/backend/payout"
	"lianxin/backend/receipt"
	"lianxin/backend/site"
)

// claimPaperKinds are what issued papers of a claim are kept as.
var claimPaperKinds = map[receipt.ClaimKind]paper.Kind{
	receipt.ClaimAcceptance: paper.ClaimAcceptance, receipt.ClaimDecision: paper.ClaimDecision, receipt.ClaimPayment: paper.ClaimPayment,
}

// ClaimPaper implements api.Claims. What a paper says is kept with it: printed again it is
// the same, to the byte, until it would say something else.
func (c *Center) ClaimPaper(ctx context.Context, id string, in api.ClaimPaperAsk, by api.Caller) (out api.ClaimPrint, err error) {
	kind := receipt.ClaimKind(in.Kind)
	if _, ok := claimPaperKinds[kind]; !ok {
		return out, fault.New(fault.Invalid, "claim.paper_kind").At("path.kind", "claim.paper_kind", "")
	}
	var snapshot receipt.Snapshot
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		one, err := c.seenClaim(ctx, id, by)
		if err != nil {
			return err
		}
		var issued paper.Paper
		if snapshot, issued, err = c.issuedForClaim(ctx, kind, one, in.Language); err != nil {
			return err
		}
		out.Code = issued.Code
		return c.recordClaim(ctx, by, "claim.print", one, one)
	})
	if err != nil {
		return out, err
	}
	out.Name = fmt.Sprintf("%s-%s.pdf", snapshot.Number, in.Kind)
	out.Content, err = receipt.Render(snapshot, receipt.Layout(in.Layout))
	return out, err
}

// issuedForClaim is what a paper says, and the paper as it was issued.
func (c *Center) issuedForClaim(ctx context.Context, kind receipt.ClaimKind, one claim.Claim, language lang.Tag) (s receipt.Snapshot, issued paper.Paper, err error) {
	facts, err := c.paperFacts(ctx, kind, one, language)
	if err != nil {
		return s, issued, err
	}
	if s, err = claimpaper.Write(kind, facts); err != nil {
		return s, issued, err
	}
	says, err := claimpaper.Says(s)
	if err != nil {
		return s, issued, err
	}
	number := ""
	if doc, err := one.Donor.Document(); err == nil {
		number = doc.Masked()
	}
	issued, err = c.issued(ctx, one.ID, paper.Paper{Kind: claimPaperKinds[kind], Language: language, Issuer: s.Issuer.Name, Phone: s.Issuer.Phone, Says: says,
		Donor: paper.Donor{Name: identity.MaskName(one.Donor.Name), Document: one.Donor.Kind, Number: number}})
	if err != nil {
		return s, issued, err
	}
	text, ok, err := c.store.ReceiptOf(ctx, issued.ID)
	if err != nil {
		return s, issued, err
	}
	if ok {
		s = receipt.Snapshot{}
		if err := json.Unmarshal(text, &s); err != nil {
			return s, issued, fmt.Errorf("what a paper says: %w", err)
		}
		return s, issued, nil
	}
	s.IssuedAt, s.PrintedAt = issued.IssuedAt, issued.IssuedAt
	s.Claim.Code, s.Claim.Written = receipt.Code{Payload: issued.Check, Caption: wordCheckPaper}, writtenCode(issued.Code)
	if text, err = json.Marshal(s); err != nil {
		return s, issued, fmt.Errorf("what a paper says: %w", err)
	}
	return s, issued, c.store.SaveReceipt(ctx, issued.ID, issued.ID, issued.IssuedAt, text)
}

var wordCheckPaper = lang.Text{ZH: "扫码核验真伪：网页只回答“真”或“不真”，不显示您的任何信息。", EN: "Scan to check: the page only says genuine or not, and shows nothing about you."}

// writtenCode is a code in groups of four, for who types it.
func writtenCode(code string) string {
	var groups []string
	for len(code) > 4 {
		groups, code = append(groups, code[:4]), code[4:]
	}
	return strings.Join(append(groups, code), " ")
}

func (c *Center) paperFacts(ctx context.Context, kind receipt.ClaimKind, one claim.Claim, language lang.Tag) (f claimpaper.Facts, err error) {
	f = claimpaper.Facts{Claim: one, Handling: c.claims.Handling(), Language: language, At: c.config.Now().UTC().Truncate(time.Second)}
	if f.Issuer, err = c.claimIssuer(ctx, one.District); err != nil {
		return f, err
	}
	switch kind {
	case receipt.ClaimDecision:
		assessed, err := c.assessedClaim(ctx, one)
		f.Assessment = assessed.Assessment
		return f, err
	case receipt.ClaimPayment:
		all, err := c.store.PaymentsOfClaim(ctx, one.ID)
		for _, p := range all {
			if p.Status == payout.Paid {
				f.Payment = p
			}
		}
		if err == nil && f.Payment.ID == "" && claimpaper.IsFor(kind, one.Status) {
			err = fault.New(fault.Conflict, "claim.no_paper").With("status", string(one.Status))
		}
		return f, err
	}
	return f, nil
}

// claimIssuer is the center, with the telephone of a site in the district.
func (c *Center) claimIssuer(ctx context.Context, district string) (receipt.Issuer, error) {
	station, _ := site.FindStation(site.Beijing)
	issuer := receipt.Issuer{Name: station.Name}
	all, err := c.store.Sites(ctx)
	if err != nil {
		return issuer, err
	}
	other := ""
	for _, s := range all {
		switch {
		case s.District == district && s.Phone != "":
			issuer.Phone = cmp.Or(issuer.Phone, s.Phone)
		case s.Station == site.Beijing:
			other = cmp.Or(other, s.Phone)
		}
	}
	issuer.Phone = cmp.Or(issuer.Phone, other)
	return issuer, nil
}

// revokeClaimPapers takes papers back that a claim has no more where it is now: what they
// say is not so any longer.
func (c *Center) revokeClaimPapers(ctx context.Context, before, after claim.Claim) error {
	if before.ID == "" || before.Status == after.Status {
		return nil
	}
	issued, err := c.store.PapersAbout(ctx, after.ID)
	if err != nil {
		return err
	}
	for _, p := range issued {
		for kind, as := range claimPaperKinds {
			if as != p.Kind || claimpaper.IsFor(kind, after.Status) {
				continue
			}
			if _, err := c.store.RevokePaper(ctx, c.config.Now(), p.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
