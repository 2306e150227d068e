package center

import (
	"context"

	"lianxin/backend/sample"
)

// Seed fills the center with clearly fake sample data, the same for the same
// seed and day.
func (c *Center) Seed(ctx context.Context, seed uint64, donors int, progress func(done int)) (sample.Figures, error) {
	today := c.Today()
	definition, err := c.packs.Questionnaire(today)
	if err != nil {
		return sample.Figures{}, err
	}
	return sample.Make(ctx, c, sample.Options{Seed: seed, Donors: donors, Today: today, GateKey: c.gateKey(),
		Questionnaire: definition, Progress: progress})
}
