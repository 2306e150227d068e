package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/correction"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/site"
)

// asking makes people who said at a kiosk that something on file of them is not right, one
// at each site. It draws from a source of its own, so that everybody else is the same with and without it.
type asking struct {
	*maker
	sites map[string]bool // where somebody asked
}

func (m *maker) newAsking() *asking {
	return &asking{maker: &maker{Options: m.Options, random: rand.New(rand.NewPCG(m.Seed, 0x61736b73))}, sites: map[string]bool{}}
}

// askedFrom is the kiosk of the sample that took the requests in; no such device was enrolled.
const askedFrom = "sample"

// says lets somebody who gave lately ask for a correction, unless another one did at their site. given is
// what they gave, the newest first.
func (a *asking) says(ctx context.Context, to Sink, d donor.Donor, home site.Site, given []donor.Donation) error {
	if a.sites[home.ID] || len(given) == 0 {
		return nil
	}
	a.sites[home.ID] = true
	n := len(a.sites)
	on := a.Today.AddDays(-1 - n%6)
	r := correction.Request{ID: a.id(), DonorKey: d.Key, DonationID: given[0].ID, SiteID: home.ID, DeviceID: askedFrom, State: correction.Open,
		At: time.Date(on.Year(), on.Month(), on.Day(), 9+n%8, a.random.IntN(60), 0, 0, calendar.Beijing)}
	switch subjects := []correction.Subject{correction.Amount, correction.Missing, correction.Day, correction.Place, correction.NotMine}; subjects[n%len(subjects)] {
	case correction.Missing: // somewhere else, on a day they remember roughly
		r.Subject, r.DonationID, r.About = correction.Missing, "", given[len(given)-1].On.AddMonths(-8)
	case correction.Amount:
		r.Subject = correction.Amount
		if given[0].Product != donation.WholeBlood {
			r.Subject = correction.Product
		}
	default:
		r.Subject = subjects[n%len(subjects)]
	}
	if err := to.SaveCorrection(ctx, r); err != nil {
		return fmt.Errorf("sample correction at %s: %w", home.ID, err)
	}
	a.figures.Corrections++
	return nil
}
