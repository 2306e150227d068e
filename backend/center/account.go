package center

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lianxin/backend/account"
	"lianxin/backend/audit"
	"lianxin/backend/device"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
)

// Account implements api.Accounts. That it was shown is written down, whatever is
// in it; who asks for people who are not known shows in the log as with lookups.
func (c *Center) Account(ctx context.Context, deviceID string, in account.Request) (account.Account, error) {
	var out account.Account
	rules, err := c.accountRules(ctx)
	if err != nil {
		return out, err
	}
	found := true
	err = c.askedBy(ctx, deviceID, accounts, func(ctx context.Context, from device.Device) error {
		d, err := c.accountOf(ctx, in)
		if fault.From(err).Kind == fault.NotFound {
			found = false
			return c.recordLookup(ctx, from, nil)
		}
		if err != nil {
			return err
		}
		if _, err := c.audit.Record(ctx, audit.Entry{Who: from.ID, Role: atDevice, Action: "account.shown",
			Object: audit.Object{Noun: "donor", ID: d.ID}, Where: audit.Where{Site: from.SiteID}}); err != nil {
			return err
		}
		out, err = account.Reader{Records: c.store, Ledger: c.ledger(), Redeeming: c.redeeming()}.Read(ctx, d, rules, c.Today())
		if err == nil {
			out.Suggestions, err = c.suggestionsFor(ctx, d, from.SiteID)
		}
		return err
	})
	if err == nil && !found {
		err = fault.New(fault.NotFound, "account.not_found")
	}
	return out, err
}

// accountOf finds whose account is asked for: of somebody known under several
// documents, the one they are counted under.
func (c *Center) accountOf(ctx context.Context, in account.Request) (donor.Donor, error) {
	d, err := c.store.DonorByKey(ctx, in.DonorKey)
	if err != nil || d.MergedInto == "" {
		return d, err
	}
	return c.store.Donor(ctx, d.MergedInto)
}

// personOf are all donors who are the same person as d: the one of a document first, then
// d, then the others in the order of their IDs.
func (c *Center) personOf(ctx context.Context, d donor.Donor, donorKey string) ([]donor.Donor, error) {
	ids, err := c.store.Together(ctx, []string{d.ID})
	if err != nil {
		return nil, err
	}
	found, err := c.store.DonorsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	found[d.ID] = d
	return slices.SortedFunc(maps.Values(found), func(a, b donor.Donor) int {
		return cmp.Or(cmp.Compare(order(a.Key == donorKey), order(b.Key == donorKey)), cmp.Compare(order(a.ID == d.ID), order(b.ID == d.ID)), cmp.Compare(a.ID, b.ID))
	}), nil
}

func (c *Center) accountRules(ctx context.Context) (rules account.Rules, err error) {
	if err := c.freshPacks(ctx); err != nil {
		return rules, err
	}
	today := c.Today()
	if rules.Selection, err = c.packs.Selection(today); err != nil {
		return rules, err
	}
	if rules.Honours, err = c.packs.Honours(today); err != nil {
		return rules, err
	}
	rules.Points, err = c.packs.Points(today)
	return rules, err
}
