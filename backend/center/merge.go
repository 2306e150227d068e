package center

import (
	"cmp"
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/paper"
	"lianxin/backend/policy"
	"lianxin/backend/sync"
)

// mergeNoun is what the audit log calls a pair.
const mergeNoun = "merge"

// mergeActions are what the audit log calls each decision.
var mergeActions = map[donor.MergeStatus]string{donor.Merged: "donor.merge", donor.NotTheSame: "donor.keep_apart", donor.MergeUndone: "donor.unmerge"}

// Merges lists pairs of donors who may be one person, for the center's own machine.
func (c *Center) Merges(ctx context.Context, q donor.MergeQuery, by string) ([]donor.Merge, error) {
	if err := c.record(ctx, by, "merge.list", mergeNoun, ""); err != nil {
		return nil, err
	}
	return c.store.Merges(ctx, q)
}

// DecideMerge implements api.Merges. One person: from now on the two are counted together,
// with whoever is the same person as one of them. Nothing that belongs to either changes
// hands, so that it can be undone. Who is one person also decides whom the gate holds back,
// so the list is brought up to date for those together before and for those together after.
func (c *Center) DecideMerge(ctx context.Context, id string, d donor.Decision, by api.Caller) (view api.MergeOpened, err error) {
	rules, err := c.packs.Selection(c.Today())
	if err != nil {
		return view, err
	}
	if err := seesBoth(by); err != nil {
		return view, err
	}
	err = c.tell(ctx, func(ctx context.Context) ([]sync.Mark, error) {
		if err := c.takeTurn(ctx, turnOfPeople); err != nil {
			return nil, err
		}
		before, err := c.store.LockMerge(ctx, id)
		if err != nil {
			return nil, err
		}
		after, err := before.Decide(d, by.StaffID, c.config.Now())
		if err != nil {
			return nil, err
		}
		marks, err := c.counted(ctx, rules, before, after, d.KeptID, by)
		if err == nil {
			view, err = c.mergeView(ctx, after)
		}
		return marks, err
	})
	return view, err
}

// seesBoth keeps out who has limits: the two of a pair are of two stations, and who may not
// see both cannot compare them. A pair is not there for them; fault "merge.not_found".
func seesBoth(by api.Caller) error {
	if by.Sites != nil {
		return fault.New(fault.NotFound, "merge.not_found")
	}
	return nil
}

// counted saves a decision, counts everybody concerned by it, and writes down how it was
// before and how it is after.
func (c *Center) counted(ctx context.Context, rules *policy.Pack, before, after donor.Merge, keptID string, by api.Caller) ([]sync.Mark, error) {
	concerned, err := c.store.Together(ctx, []string{after.DonorID, after.OtherID})
	if err != nil {
		return nil, err
	}
	was, err := c.mergeState(ctx, before)
	if err != nil {
		return nil, err
	}
	if err := c.store.SaveMerge(ctx, after); err != nil {
		return nil, err
	}
	if err := c.regroup(ctx, cmp.Or(keptID, was.FirstUnder), concerned); err != nil {
		return nil, err
	}
	if after.Status == donor.MergeUndone {
		if err := c.revokeStrangers(ctx, concerned); err != nil {
			return nil, err
		}
		// A code may have gone to the phone of who is somebody else after all.
		if err := c.store.EndDonorSessionsOf(ctx, concerned); err != nil {
			return nil, err
		}
	}
	held, err := c.refreshDonors(ctx, rules, concerned)
	if err != nil {
		return nil, err
	}
	is, err := c.mergeState(ctx, after)
	if err != nil {
		return nil, err
	}
	return gateMarks(held), c.recordChange(ctx, "", by.StaffID, mergeActions[after.Status], audit.Object{Noun: mergeNoun, ID: after.ID}, was, is)
}

// mergeState is what the audit log holds of a pair: what was said, and under whom each of the two is counted.
type mergeState struct {
	Status     donor.MergeStatus `json:"status"`
	FirstUnder string            `json:"first_counted_under"`
	OtherUnder string            `json:"other_counted_under"`
}

func (c *Center) mergeState(ctx context.Context, m donor.Merge) (mergeState, error) {
	first, err := c.store.Donor(ctx, m.DonorID)
	if err != nil {
		return mergeState{}, err
	}
	other, err := c.store.Donor(ctx, m.OtherID)
	return mergeState{Status: m.Status, FirstUnder: first.Head(), OtherUnder: other.Head()}, err
}

// regroup counts donors together by the pairs that are merged now, each person under kept
// if that is one of them.
func (c *Center) regroup(ctx context.Context, kept string, concerned []string) error {
	merged, err := c.store.MergedAmong(ctx, concerned)
	if err != nil {
		return err
	}
	slices.SortFunc(concerned, func(a, b string) int {
		return cmp.Or(cmp.Compare(order(a == kept), order(b == kept)), cmp.Compare(a, b))
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
	if err := c.recountPeople(ctx, concerned); err != nil {
		return err
	}
	return c.settleRedemptions(ctx, persons)
}

// revokeStrangers takes back papers that name somebody who is not the donor after all:
// while two were counted as one, each could print those of the other's donations.
func (c *Center) revokeStrangers(ctx context.Context, concerned []string) error {
	for _, id := range concerned {
		person, err := c.store.Together(ctx, []string{id})
		if err != nil {
			return err
		}
		known, err := c.store.DonorsByIDs(ctx, person)
		if err != nil {
			return err
		}
		given, err := c.store.DonationsOfAll(ctx, []string{id})
		if err != nil {
			return err
		}
		for _, g := range ownDonations(given, id) {
			if err := c.revokeUnless(ctx, g.ID, known); err != nil {
				return err
			}
		}
	}
	return nil
}

// revokeUnless takes back papers about a donation that name none of some donors.
func (c *Center) revokeUnless(ctx context.Context, donationID string, known map[string]donor.Donor) error {
	issued, err := c.store.PapersAbout(ctx, donationID)
	if err != nil {
		return err
	}
	for _, p := range issued {
		if isNamed(p.Donor, known) {
			continue
		}
		if _, err := c.store.RevokePaper(ctx, c.config.Now(), p.ID); err != nil {
			return err
		}
	}
	return nil
}

// isNamed tells whether a paper names one of some donors.
func isNamed(on paper.Donor, known map[string]donor.Donor) bool {
	for _, d := range known {
		mask := d.Person.Masked()
		if on.Document == mask.Kind && on.Number == mask.Number && (on.Name == mask.Name || on.Name == d.Person.DisplayName()) {
			return true
		}
	}
	return false
}

// order puts what is so first.
func order(isSo bool) int {
	if isSo {
		return 0
	}
	return 1
}
