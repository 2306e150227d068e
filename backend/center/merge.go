package center

import (
	"cmp"
	"context"
	"slices"

	"lianxin/backend/audit"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/sync"
)

// Merges lists the pairs of donors who may be one person, by what was decided.
func (c *Center) Merges(ctx context.Context, status donor.MergeStatus, limit int, by string) ([]donor.Merge, error) {
	found, err := c.store.Merges(ctx, status, limit)
	if err != nil {
		return nil, err
	}
	return found, c.record(ctx, by, "merge.list", "merge", "")
}

// MergeDonors counts the two donors of a pair as one person from now on, with
// whoever is the same person as one of them. Nothing that belongs to either changes
// hands, so it can be undone. Faults "merge.not_found", "merge.decided".
func (c *Center) MergeDonors(ctx context.Context, id, by string) error {
	return c.decideMerge(ctx, id, by, "donor.merge", func(m *donor.Merge) error {
		if m.Status == donor.Merged {
			return fault.New(fault.Conflict, "merge.decided")
		}
		m.Status = donor.Merged
		return nil
	})
}

// UnmergeDonors takes a merge back: the two are one person no more, unless other
// merges say so. Faults "merge.not_found", "merge.not_merged".
func (c *Center) UnmergeDonors(ctx context.Context, id, by string) error {
	return c.decideMerge(ctx, id, by, "donor.unmerge", func(m *donor.Merge) error {
		if m.Status != donor.Merged {
			return fault.New(fault.Conflict, "merge.not_merged")
		}
		m.Status = donor.MergeUndone
		return nil
	})
}

// KeepDonorsApart notes that a pair is not one person. Faults "merge.not_found", "merge.decided".
func (c *Center) KeepDonorsApart(ctx context.Context, id, by string) error {
	return c.decideMerge(ctx, id, by, "donor.keep_apart", func(m *donor.Merge) error {
		if m.Status == donor.Merged {
			return fault.New(fault.Conflict, "merge.decided")
		}
		m.Status = donor.NotTheSame
		return nil
	})
}

// regroup counts donors together by the pairs that are merged now. Whom the first of
// pair was counted with stays who they are counted with.
func (c *Center) regroup(ctx context.Context, pair donor.Merge, concerned []string) error {
	first, err := c.store.Donor(ctx, pair.DonorID)
	if err != nil {
		return err
	}
	merged, err := c.store.MergedAmong(ctx, concerned)
	if err != nil {
		return err
	}
	slices.SortFunc(concerned, func(a, b string) int {
		return cmp.Or(cmp.Compare(order(a == first.Head()), order(b == first.Head())), cmp.Compare(a, b))
	})
	persons := donor.Persons(concerned, merged)
	for _, person := range persons {
		if err := c.store.MergeInto(ctx, "", person[0]); err != nil {
			return err
		}
		if err := c.store.MergeInto(ctx, person[0], person[1:]...); err != nil {
			return err
		}
	}
	return c.settleRedemptions(ctx, persons)
}

// order puts what is so first.
func order(isSo bool) int {
	if isSo {
		return 0
	}
	return 1
}

// decideMerge writes a decision down with whom it concerns: who counts as one person
// decides whom the gate holds back, so the list is brought up to date for those
// together before and for those together after.
func (c *Center) decideMerge(ctx context.Context, id, by, action string, decide func(m *donor.Merge) error) error {
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return err
	}
	return c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if err := c.takeTurn(ctx, turnOfPeople); err != nil {
			return nil, err
		}
		m, err := c.store.LockMerge(ctx, id)
		if err != nil {
			return nil, err
		}
		concerned, err := c.store.Together(ctx, []string{m.DonorID, m.OtherID})
		if err != nil {
			return nil, err
		}
		if err := decide(&m); err != nil {
			return nil, err
		}
		m.DecidedAt, m.DecidedBy = c.config.Now(), by
		if err := c.store.SaveMerge(ctx, m); err != nil {
			return nil, err
		}
		if err := c.regroup(ctx, m, concerned); err != nil {
			return nil, err
		}
		held, err := c.refreshDonors(ctx, rules, concerned)
		if err != nil {
			return nil, err
		}
		role, err := c.roleOf(ctx, by)
		if err != nil {
			return nil, err
		}
		_, err = c.audit.Record(ctx, audit.Entry{Who: by, Role: role, Action: action, Object: audit.Object{Noun: "merge", ID: id}})
		return gateMarks(held), err
	})
}
