package checkin

import (
	"context"

	"lianxin/backend/account"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/paper"
)

// PaperWanted is a paper somebody wants of one of the donations they are shown.
type PaperWanted struct {
	DonationID string     `json:"donation_id" minLength:"1" maxLength:"40"`
	Kind       paper.Kind `json:"kind" enum:"result_slip,certificate"`
}

// PaperView is how a paper stands that was asked for.
type PaperView struct {
	PaperWanted
	State string `json:"state" enum:"printing,printed,failed,unknown"`
	Code  string `json:"code,omitempty" doc:"Fault code of the center or the printer"`
}

// PaperAsk is what the center is asked with.
type PaperAsk struct {
	PaperWanted
	Language lang.Tag
	DonorKey string // of the card that was read
	Name     string // on that card
	Request  string // without a card: the asking whose code was right
}

// Issued has the center issue a paper and prints it. It may take long.
type Issued interface {
	PrintIssued(ctx context.Context, ask PaperAsk) Receipt
}

// PrintPaper prints the slip or certificate of a donation that is shown. Faults
// "paper.not_found", and "paper.card_only" for a certificate without a card.
func (s *Service) PrintPaper(ctx context.Context, in PaperWanted) (Session, error) {
	return s.do(ctx, func(c *session) error {
		ask := PaperAsk{PaperWanted: in, Language: c.language}
		switch {
		case !c.shows(in.DonationID):
			return fault.New(fault.NotFound, "paper.not_found")
		case c.step == StepAccount:
			ask.DonorKey, ask.Name = c.donorKey, c.person.DisplayName()
		case in.Kind == paper.Certificate:
			return fault.New(fault.Forbidden, "paper.card_only")
		default:
			ask.Request = c.request
		}
		if c.paper == nil || c.paper.State != "printing" {
			s.printIssued(c, ask)
		}
		return nil
	})
}

// shows tells whether a donation is on the screen.
func (c *session) shows(donationID string) bool {
	var shown []account.Donation
	switch {
	case c.step == StepAccount && c.account.Account != nil:
		shown = c.account.Account.Donations
	case c.step == StepResult && c.result.Donation != nil:
		shown = []account.Donation{*c.result.Donation}
	}
	for _, d := range shown {
		if d.ID == donationID {
			return true
		}
	}
	return false
}

func (s *Service) printIssued(c *session, ask PaperAsk) {
	view := &PaperView{PaperWanted: ask.PaperWanted, State: "printing"}
	c.paper = view
	s.alongside(c, printTime, func(ctx context.Context) func(*session) bool {
		r := s.deps.Issued.PrintIssued(ctx, ask)
		return func(c *session) bool {
			view.State, view.Code = r.State, r.Code
			return s.touches(c, c.paper == view)
		}
	})
}

// touches begins the idle time anew when a paper that is still asked for came out.
func (s *Service) touches(c *session, isShown bool) bool {
	if isShown {
		c.touched = s.deps.Clock.Now()
	}
	return isShown
}
