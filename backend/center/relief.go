package center

import (
	"context"

	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/relief"
)

// Relief says what somebody is entitled to and keeps account of it.
func (c *Center) Relief() relief.Service {
	return relief.Service{Store: c.store, Rules: c.packs.Relief, Honours: c.honoursEarned}
}

// honoursEarned are the grades somebody has reached by what they gave, the lowest first.
func (c *Center) honoursEarned(given []donor.Donation, on calendar.Date) ([]string, error) {
	if len(given) == 0 {
		return nil, nil
	}
	rules, err := c.packs.Honours(on)
	if err != nil {
		return nil, err
	}
	counted := make([]award.Given, len(given))
	for i, g := range given {
		counted[i] = award.Given{Product: g.Product, VolumeML: g.VolumeML, Units: g.Units}
	}
	reached := rules.ProgressOf(counted).Count
	var earned []string
	for _, g := range rules.Grades {
		if g.At <= reached {
			earned = append(earned, g.ID)
		}
	}
	return earned, nil
}

// lapseVolumes gives back what was reserved and neither confirmed nor released in time.
// Each is a transaction of its own, so two instances at it do no harm.
func (c *Center) lapseVolumes(ctx context.Context) error {
	_, err := c.Relief().Lapse(ctx, c.config.Now(), lapsedAtOnce)
	return err
}
