package checkin

import (
	"slices"
	"testing"

	"lianxin/backend/account"
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

func TestTheCardOfAYear(t *testing.T) {
	given := []account.Donation{
		{On: calendar.MustParse("2026-06-01"), Product: donation.WholeBlood, VolumeML: 400},
		{On: calendar.MustParse("2026-02-01"), Product: donation.Apheresis, VolumeML: 250, Units: 1},
		{On: calendar.MustParse("2025-12-31"), Product: donation.WholeBlood, VolumeML: 300},
	}
	for year, want := range map[int]YearCard{
		2026: {WholeBloodML: 400, Units: 1, Given: []donation.Product{donation.Apheresis, donation.WholeBlood}},
		0:    {WholeBloodML: 700, Units: 1, Given: []donation.Product{donation.WholeBlood, donation.Apheresis, donation.WholeBlood}},
		2024: {},
	} {
		got := CardOf(given, year)
		if got.Year != year || got.WholeBloodML != want.WholeBloodML || got.Units != want.Units || !slices.Equal(got.Given, want.Given) {
			t.Errorf("%d: %+v, want %+v", year, got, want)
		}
	}
}

// Whoever's account is shown may print the card of a year in which they gave, and is told how it went.
func TestACardIsPrinted(t *testing.T) {
	k, p, v := atPost(t)
	v.given = []account.Donation{{ID: "donation-7", On: calendar.MustParse("2025-12-31"), Product: donation.WholeBlood, VolumeML: 300}}
	_, err := k.service.PrintYearCard(t.Context(), YearCardWanted{2025})
	k.refused("checkin.other_step", err)
	s, err := k.service.IdentifyCard(t.Context(), k.guest("测试甲", "1990-05-05", "901"))
	k.at(StepAccount, s, err)
	<-v.asked
	v.answer <- nil
	<-k.paper.changed
	_, err = k.service.PrintYearCard(t.Context(), YearCardWanted{2024})
	k.refused("paper.not_found", err)
	s, err = k.service.PrintYearCard(t.Context(), YearCardWanted{2025})
	if s = k.at(StepAccount, s, err); s.YearCard == nil || s.YearCard.Year != 2025 {
		t.Fatalf("%+v", s.YearCard)
	}
	if card := <-p.cards; card.WholeBloodML != 300 || card.Language != lang.Chinese || len(card.Given) != 1 {
		t.Errorf("%+v", card)
	}
	<-k.paper.changed
	s, err = k.service.Current(t.Context())
	if s = k.at(StepAccount, s, err); s.YearCard.State != "printed" {
		t.Errorf("%+v", s.YearCard)
	}
	k.must(k.service.End(t.Context()))
	k.service.Wait()
}
