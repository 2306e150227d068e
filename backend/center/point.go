package center

import (
	"context"
	"maps"
	"slices"

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
	histories, err := c.store.DonationsOfAll(ctx, []string{d.ID})
	if err != nil {
		return err
	}
	changed := noChanges()
	credits := make([]point.Credit, len(recorded))
	for i, given := range recorded {
		changed.since(given)
		if credits[i], err = c.creditAlone(d, given, histories[d.ID]); err != nil {
			return err
		}
	}
	if err := c.ledger().Give(ctx, c.config.Now(), credits...); err != nil {
		return err
	}
	due, err := c.recounted(ctx, histories, changed)
	if err != nil {
		return err
	}
	return c.ledger().Correct(ctx, c.config.Now(), correctedRecord, due...)
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

// creditAlone is what a donation gives whatever others there are: the rest is counted with
// them, so that what moves to it from another keeps its day.
func (c *Center) creditAlone(d donor.Donor, given donor.Donation, history []donor.Donation) (point.Credit, error) {
	credit, err := c.creditFor(d, given, history, c.Today())
	if err != nil {
		return credit, err
	}
	ordinal, err := c.ordinal(given.On)
	return credit.Except(ordinal), err
}

// ordinal are the rules of a day that ask which of a person's donations one is.
func (c *Center) ordinal(on calendar.Date) ([]string, error) {
	rules, err := c.packs.Points(on)
	if fault.CodeOf(err) == "pack.none_in_force" {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rules.Ordinal(), nil
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

// changes are what just changed of some donors' donations.
type changes struct {
	from     map[string]calendar.Date // by donor: which donation is which may be another from here on
	credited map[string]bool          // donations that are counted already
}

func noChanges() changes {
	return changes{from: map[string]calendar.Date{}, credited: map[string]bool{}}
}

// since writes down that a donation came, changed or went.
func (c changes) since(d donor.Donation) {
	if from, ok := c.from[d.DonorID]; !ok || d.On.Before(from) {
		c.from[d.DonorID] = d.On
	}
}

// recounted are the donations of people whose history changed that may have become another
// one of theirs, with what the rules that ask for that give now: an earlier donation that is
// heard of later takes the place of the first. histories are those of the donors in changed.
func (c *Center) recounted(ctx context.Context, histories map[string][]donor.Donation, changed changes) ([]point.Due, error) {
	var due []point.Due
	people := map[string]donor.Donor{} // read once, however many donations of theirs are counted
	for _, id := range slices.Sorted(maps.Keys(changed.from)) {
		for _, given := range histories[id] {
			if given.On.Before(changed.from[id]) || changed.credited[given.ID] {
				continue
			}
			changed.credited[given.ID] = true
			one, err := c.ordinalDue(ctx, given, histories[id], people)
			if err != nil {
				return nil, err
			}
			if one.Rules != nil {
				due = append(due, one)
			}
		}
	}
	return due, nil
}

// ordinalDue is what the rules that ask which of a person's donations one is give for it; it
// has no Rules where none does. Donors that are read are kept in people.
func (c *Center) ordinalDue(ctx context.Context, given donor.Donation, history []donor.Donation, people map[string]donor.Donor) (point.Due, error) {
	ordinal, err := c.ordinal(given.On)
	if err != nil || len(ordinal) == 0 {
		return point.Due{}, err
	}
	d, isKnown := people[given.DonorID]
	if !isKnown {
		if d, err = c.store.Donor(ctx, given.DonorID); err != nil {
			return point.Due{}, err
		}
		people[given.DonorID] = d
	}
	credit, err := c.creditFor(d, given, history, c.Today())
	return point.Due{Credit: credit.Only(ordinal), Rules: ordinal}, err
}

// recountPeople counts anew which donation is which of everybody, after it was decided who is one
// person.
func (c *Center) recountPeople(ctx context.Context, ids []string) error {
	histories, err := c.store.DonationsOfAll(ctx, ids)
	if err != nil {
		return err
	}
	changed := noChanges()
	for _, id := range ids {
		changed.from[id] = calendar.Date{}
	}
	due, err := c.recounted(ctx, histories, changed)
	if err != nil {
		return err
	}
	return c.ledger().Correct(ctx, c.config.Now(), recountedPerson, due...)
}

// recountedPerson is why points are taken back: who gave was found to be, or not to be,
// somebody else as well, and so which of their donations one is.
const recountedPerson = "donation.recounted"
