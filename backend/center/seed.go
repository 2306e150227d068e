package center

import (
	"context"

	"lianxin/backend/sample"
)

// demoSetting marks a database that holds made-up people; only such a one is wiped.
const demoSetting = "center.demo"

// IsDemo tells whether the database was ever seeded.
func (c *Center) IsDemo(ctx context.Context) (bool, error) {
	var isDemo bool
	_, err := c.store.Setting(ctx, demoSetting, &isDemo)
	return isDemo, err
}

// Seed fills the center with clearly fake sample data, the same for the same
// seed and day.
func (c *Center) Seed(ctx context.Context, seed uint64, donors int, progress func(done int)) (sample.Figures, error) {
	if err := c.store.SaveSetting(ctx, demoSetting, true); err != nil {
		return sample.Figures{}, err
	}
	today := c.Today()
	definition, err := c.packs.Questionnaire(today)
	if err != nil {
		return sample.Figures{}, err
	}
	return sample.Make(ctx, c, sample.Options{Seed: seed, Donors: donors, Today: today, GateKey: c.gateKey(),
		Questionnaire: definition, Progress: progress})
}
