package center

import (
	"context"
	"errors"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/result"
	"lianxin/backend/sample"
)

// demoSetting marks a database that holds made-up people; only such a one is wiped.
const demoSetting = "center.demo"

// unfinishedSetting stands from before the first made-up person until after the last.
const unfinishedSetting = "center.demo_unfinished"

// IsDemo tells whether the database was ever seeded.
func (c *Center) IsDemo(ctx context.Context) (bool, error) {
	var isDemo bool
	_, err := c.store.Setting(ctx, demoSetting, &isDemo)
	return isDemo, err
}

// Seed fills the center with clearly fake sample data, the same for the same
// seed and day; before seven in the morning the time counts too, for nobody has
// answered a questionnaire later than now. A second seed would meet the sites and
// people of the first: faults "seed.already", and "seed.unfinished" when the first
// was cut short. A seed is no one transaction, which would keep a serving center from writing meanwhile.
func (c *Center) Seed(ctx context.Context, seed uint64, donors int, progress func(done int)) (sample.Figures, error) {
	now := c.config.Now()
	today := calendar.Of(now)
	definition, err := c.packs.Questionnaire(today)
	if err != nil {
		return sample.Figures{}, err
	}
	if err := c.beginSeed(ctx); err != nil {
		return sample.Figures{}, err
	}
	figures, err := sample.Make(ctx, seeding{c}, sample.Options{Seed: seed, Donors: donors, Today: today, Now: now, GateKey: c.gateKey(),
		Questionnaire: definition, Progress: progress})
	if err == nil {
		err = c.store.SaveSetting(ctx, unfinishedSetting, false)
	}
	return figures, err
}

// beginSeed marks the database before anything made-up is in it, so that what a
// seed leaves behind on a full disk can be wiped.
func (c *Center) beginSeed(ctx context.Context) error {
	return c.InTx(ctx, func(ctx context.Context) error {
		isDemo, err := c.IsDemo(ctx)
		if err != nil {
			return err
		}
		if !isDemo {
			return errors.Join(c.store.SaveSetting(ctx, demoSetting, true), c.store.SaveSetting(ctx, unfinishedSetting, true))
		}
		var unfinished bool
		if _, err := c.store.Setting(ctx, unfinishedSetting, &unfinished); err != nil {
			return err
		}
		if unfinished {
			return fault.New(fault.Conflict, "seed.unfinished")
		}
		return fault.New(fault.Conflict, "seed.already")
	})
}

// ResultTrial is, of made-up people only, somebody with a result that can be asked for
// without a card: the number of their document and of their last donation; "" when
// there is nobody.
func (c *Center) ResultTrial(ctx context.Context) (number, din string, err error) {
	if isDemo, err := c.IsDemo(ctx); err != nil || !isDemo || !c.config.Demo || c.config.Messages == nil {
		return "", "", err
	}
	some, err := c.store.DonorsAfter(ctx, "", trialsLookedAt)
	if err != nil {
		return "", "", err
	}
	for _, d := range some {
		given, err := c.store.DonationsOf(ctx, d.ID)
		if err != nil {
			return "", "", err
		}
		if len(given) > 0 && d.Phone != "" && d.Person.Document.Kind == identity.ResidentID && given[0].On.AddDays(result.ShownAfter).Before(c.Today()) {
			return d.Person.Document.Number, given[0].DIN.Printed(), nil
		}
	}
	return "", "", nil
}

// trialsLookedAt is among how many made-up people one for a trial is looked for.
const trialsLookedAt = 50
