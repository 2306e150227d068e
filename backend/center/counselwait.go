package center

import (
	"context"

	"lianxin/backend/audit"
	"lianxin/backend/counsel"
)

// counselLimits are how long donors may wait today.
func (c *Center) counselLimits() (counsel.Limits, error) {
	rules, err := c.packs.Counsel(c.Today())
	if err != nil {
		return counsel.Limits{}, err
	}
	return rules.Limits, nil
}

// escalateCases puts what has been tried or has waited too long before a senior.
func (c *Center) escalateCases(ctx context.Context) error {
	limits, err := c.counselLimits()
	if err != nil {
		return err
	}
	for after := ""; ; {
		some, err := c.store.Cases(ctx, nil, false, after, casesShown)
		if err != nil || len(some) == 0 {
			return err
		}
		for _, one := range some {
			if limits.MustEscalate(one, c.config.Now()) {
				if err := c.escalateCase(ctx, limits, one.ID); err != nil {
					return err
				}
			}
		}
		after = some[len(some)-1].ID
	}
}

func (c *Center) escalateCase(ctx context.Context, limits counsel.Limits, id string) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		one, err := c.store.LockCase(ctx, id)
		if err != nil || !limits.MustEscalate(one, c.config.Now()) { // somebody was faster
			return err
		}
		if one, err = one.Escalate(c.config.Now()); err != nil {
			return err
		}
		if err := c.store.SaveCase(ctx, one); err != nil {
			return err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: bySystem, Role: bySystem, Action: "counsel.escalate",
			Object: audit.Object{Noun: caseNoun, ID: id}, Where: audit.Where{Site: one.SiteID}})
		return err
	})
}
