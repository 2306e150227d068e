package checkin

import (
	"context"
	"slices"

	"lianxin/backend/account"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// YearCardWanted names the picture card of a year, or of all years.
type YearCardWanted struct {
	Year int `json:"year" minimum:"0" maximum:"9999" doc:"0 for all years"`
}

// YearCardView is how the print of a picture card stands.
type YearCardView struct {
	YearCardWanted
	State string `json:"state" enum:"printing,printed,failed,unknown"`
	Code  string `json:"code,omitempty" doc:"Fault code of the printer"`
}

// YearCard is what a picture card says. It names nobody.
type YearCard struct {
	YearCardWanted
	Language     lang.Tag
	WholeBloodML int
	Units        int                // by apheresis
	Given        []donation.Product // each time, the earliest first
}

// CardOf sums up what was given in a year, in all of them for 0.
func CardOf(given []account.Donation, year int) YearCard {
	card := YearCard{YearCardWanted: YearCardWanted{year}}
	byDay := slices.Clone(given)
	slices.SortStableFunc(byDay, func(a, b account.Donation) int { return a.On.Compare(b.On) })
	for _, g := range byDay {
		if year != 0 && g.On.Year() != year {
			continue
		}
		card.Given = append(card.Given, g.Product)
		if g.Product == donation.Apheresis {
			card.Units += g.Units
		} else {
			card.WholeBloodML += g.VolumeML
		}
	}
	return card
}

// YearCards prints picture cards. It may take long.
type YearCards interface {
	PrintYearCard(ctx context.Context, card YearCard) Receipt
}

// PrintYearCard prints the picture card of a year of whose account is shown. Fault
// "paper.not_found" when nothing was given in it.
func (s *Service) PrintYearCard(ctx context.Context, in YearCardWanted) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepAccount || c.account.Account == nil {
			return errStep(c.step)
		}
		card := CardOf(c.account.Account.Donations, in.Year)
		if card.Language = c.language; len(card.Given) == 0 {
			return fault.New(fault.NotFound, "paper.not_found")
		}
		if c.yearCard == nil || c.yearCard.State != "printing" {
			s.printYearCard(c, card)
		}
		return nil
	})
}

func (s *Service) printYearCard(c *session, card YearCard) {
	view := &YearCardView{YearCardWanted: card.YearCardWanted, State: "printing"}
	c.yearCard = view
	s.alongside(c, printTime, func(ctx context.Context) func(*session) bool {
		r := s.deps.YearCards.PrintYearCard(ctx, card)
		return func(c *session) bool {
			view.State, view.Code = r.State, r.Code
			return s.touches(c, c.yearCard == view)
		}
	})
}
