package checkin

import (
	"context"
	"testing"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
)

// post is a center that sends codes and issues papers.
type post struct {
	asked  chan donation.DIN
	wrong  error // what it says to a code, nil: it is right
	prints chan PaperAsk
	cards  chan YearCard
}

// Ask implements Results.
func (p *post) Ask(_ context.Context, _ string, din donation.DIN, _ lang.Tag) (Asked, error) {
	p.asked <- din
	if din == "G123499999999" {
		return Asked{}, fault.New(fault.TooMany, "result_code.too_many").With("from", "2026-11-23T09:52:00+08:00")
	}
	return Asked{Request: "asking-1", Ends: time.Now().Add(10 * time.Minute), Tries: 5}, nil
}

// Open implements Results.
func (p *post) Open(context.Context, string, string) (account.Donation, calendar.Date, error) {
	return account.Donation{ID: "donation-1"}, today, p.wrong
}

// PrintIssued implements Issued.
func (p *post) PrintIssued(_ context.Context, ask PaperAsk) Receipt {
	p.prints <- ask
	return Receipt{State: "failed", Code: "printer.jam"}
}

// PrintYearCard implements YearCards.
func (p *post) PrintYearCard(_ context.Context, card YearCard) Receipt {
	p.cards <- card
	return Receipt{State: "printed"}
}

func atPost(t *testing.T) (*kiosk, *post, *vault) {
	k, p, v := newKiosk(t), &post{asked: make(chan donation.DIN, 3), prints: make(chan PaperAsk, 3), cards: make(chan YearCard, 3)}, &vault{asked: make(chan string, 1), answer: make(chan error, 1)}
	deps := k.deps()
	deps.Accounts, deps.Results, deps.Issued, deps.YearCards = v, p, p, p
	k.service = New(deps)
	s, err := k.service.Start(t.Context(), lang.Chinese, AimAccount)
	k.at(StepIdentify, s, err)
	return k, p, v
}

func (k *kiosk) asks(din string) (Session, error) {
	p := k.guest("测试甲", "1990-05-05", "901")
	return k.service.AskResult(k.t.Context(), ResultNumbers{TypedIdentity{Kind: p.Document.Kind, Number: p.Document.Number}, din})
}

// heard waits for what the center said and returns the session then.
func (k *kiosk) heard() Session {
	k.t.Helper()
	<-k.paper.changed
	s, err := k.service.Current(k.t.Context())
	return k.at(StepResult, s, err)
}

func TestAResultByNumbersAndACode(t *testing.T) {
	k, p, _ := atPost(t)
	_, err := k.asks("G123426654321A")
	k.refused("din.check", err)
	if places := fault.From(err).Places; len(places) != 1 || places[0].Location != "body.din" {
		t.Errorf("wrong at %+v", places)
	}
	s, err := k.asks(donation.DIN("G123426654321").Printed())
	if s = k.at(StepResult, s, err); s.Result.State != "asking" || s.Donor.NameMasked != "" {
		t.Errorf("%+v", s.Result)
	}
	if s = k.heard(); s.Result.State != "code" || s.Result.Left != 5 || <-p.asked != "G123426654321" {
		t.Errorf("%+v", s.Result)
	}
	if _, err := k.service.PrintPaper(t.Context(), PaperWanted{"donation-1", paper.ResultSlip}); fault.CodeOf(err) != "paper.not_found" {
		t.Errorf("printed before it is shown: %v", err)
	}
	p.wrong = fault.New(fault.Conflict, "result_code.wrong").With("left", 4.0)
	s, err = k.service.OpenResult(t.Context(), "000000")
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "code" || !s.Result.Wrong || s.Result.Left != 4 {
		t.Errorf("%+v", s.Result)
	}
	p.wrong = fault.New(fault.Unavailable, "result_code.offline") // not judged: the same code may be typed again
	s, err = k.service.OpenResult(t.Context(), "123456")
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "code" || s.Result.Wrong || s.Result.Code != "result_code.offline" {
		t.Errorf("%+v", s.Result)
	}
	p.wrong = nil
	s, err = k.service.OpenResult(t.Context(), "123456")
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "shown" || s.Result.Donation.ID != "donation-1" {
		t.Errorf("%+v", s.Result)
	}
	_, err = k.service.PrintPaper(t.Context(), PaperWanted{"donation-1", paper.Certificate})
	k.refused("paper.card_only", err)
	s, err = k.service.PrintPaper(t.Context(), PaperWanted{"donation-1", paper.ResultSlip})
	if s = k.at(StepResult, s, err); s.Paper.State != "printing" {
		t.Errorf("%+v", s.Paper)
	}
	if s = k.heard(); s.Paper.State != "failed" || s.Paper.Code != "printer.jam" {
		t.Errorf("%+v", s.Paper)
	}
	if ask := <-p.prints; ask.Request != "asking-1" || ask.DonorKey != "" || ask.Name != "" {
		t.Errorf("the center is asked with %+v", ask)
	}
}

func TestAResultThatCannotBeAskedForNow(t *testing.T) {
	k, p, _ := atPost(t)
	s, err := k.asks("G123499999999")
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "failed" || s.Result.From == "" {
		t.Errorf("%+v", s.Result)
	}
	<-p.asked
	s, err = k.service.Back(t.Context())
	if s = k.at(StepIdentify, s, err); s.Result != nil || s.Donor != nil {
		t.Errorf("going back left %+v", s)
	}
	s, err = k.asks("G123426654321")
	k.at(StepResult, s, err)
	k.heard()
	p.wrong = fault.New(fault.Conflict, "result_code.over")
	s, err = k.service.OpenResult(t.Context(), "123456")
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "over" {
		t.Errorf("%+v", s.Result)
	}
	s, err = k.service.Continue(t.Context()) // another code
	k.at(StepResult, s, err)
	if s = k.heard(); s.Result.State != "code" {
		t.Errorf("%+v", s.Result)
	}
}

// With the card the certificate has the card's name; what the center says after
// somebody left is for nobody.
func TestPapersWithACard(t *testing.T) {
	k, p, v := atPost(t)
	who := k.guest("测试甲", "1990-05-05", "901")
	v.given = []account.Donation{{ID: "donation-7"}}
	s, err := k.service.IdentifyCard(t.Context(), who)
	k.at(StepAccount, s, err)
	<-v.asked
	v.answer <- nil
	<-k.paper.changed
	_, err = k.service.PrintPaper(t.Context(), PaperWanted{"donation-8", paper.Certificate})
	k.refused("paper.not_found", err)
	s, err = k.service.PrintPaper(t.Context(), PaperWanted{"donation-7", paper.Certificate})
	k.at(StepAccount, s, err)
	if ask := <-p.prints; ask.Name != who.Name || ask.DonorKey != k.key(who.Document) || ask.Request != "" {
		t.Errorf("the center is asked with %+v", ask)
	}
	<-k.paper.changed
	k.must(k.service.End(t.Context()))
	k.service.Wait()
}
