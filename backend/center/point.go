package center

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/point"
)

func (c *Center) ledger() point.Ledger { return point.Ledger{Store: c.store, NewID: c.config.NewID} }

// Points is what the person who is a donor may spend today.
func (c *Center) Points(ctx context.Context, donorID string) (int64, []point.Lot, error) {
	people, err := c.store.Together(ctx, []string{donorID})
	if err != nil {
		return 0, nil, err
	}
	return c.ledger().Balance(ctx, c.Today(), people...)
}

// creditDonations gives a donor the points for donations that were just recorded,
// by the rules that were in force when they were given. Told twice, a donation
// gives once.
func (c *Center) creditDonations(ctx context.Context, d donor.Donor, recorded []donor.Donation) error {
	if len(recorded) == 0 {
		return nil
	}
	history, err := c.store.DonationsOf(ctx, d.ID)
	if err != nil {
		return err
	}
	credits := make([]point.Credit, len(recorded))
	for i, given := range recorded {
		if credits[i], err = c.creditFor(d, given, history, c.Today()); err != nil {
			return err
		}
	}
	return c.ledger().Give(ctx, c.config.Now(), credits...)
}

// creditFor is what one donation of a history gives its donor on a day; no awards when
// it was given before there were points. The points are whose the donation is, also of
// somebody who is counted under another donor: a merge that is undone finds them there.
func (c *Center) creditFor(d donor.Donor, given donor.Donation, history []donor.Donation, credited calendar.Date) (point.Credit, error) {
	credit := point.Credit{DonorID: d.ID, Cause: given.ID}
	rules, err := c.packs.Points(given.On)
	if fault.CodeOf(err) == "pack.none_in_force" {
		return credit, nil
	}
	if err != nil {
		return credit, err
	}
	credit.Awards = rules.ForDonation(point.Donation{On: given.On, Product: given.Product, VolumeML: given.VolumeML, Units: given.Units,
		Nth: nth(history, given), Born: d.Person.Born}, credited)
	return credit, nil
}

// nth is which donation of the history one is, from 1.
func nth(history []donor.Donation, given donor.Donation) int {
	n := 1
	for _, other := range history {
		if other.ID != given.ID && (other.On.Before(given.On) || other.On == given.On && other.ID < given.ID) {
			n++
		}
	}
	return n
}
