package center

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/site"
)

// mergesShown is how many pairs a page of the list has.
const mergesShown = 100

// MergePairs implements api.Merges.
func (c *Center) MergePairs(ctx context.Context, in api.MergesQuery, by api.Caller) (api.MergeList, error) {
	list := api.MergeList{Pairs: []api.MergePair{}}
	if by.Sites != nil {
		return list, nil
	}
	q := donor.MergeQuery{Statuses: []donor.MergeStatus{donor.MergeOpen}, After: in.After, Limit: mergesShown + 1}
	if in.Decided {
		q.Statuses, q.Latest = donor.Decided(), true
	}
	found, err := c.Merges(ctx, q, by.StaffID)
	if err != nil {
		return list, err
	}
	if len(found) > mergesShown {
		found = found[:mergesShown]
		list.Next = found[mergesShown-1].ID
	}
	var ids []string
	for _, m := range found {
		ids = append(ids, m.DonorID, m.OtherID)
	}
	people, err := c.store.DonorsByIDs(ctx, ids)
	if err != nil {
		return list, err
	}
	for _, m := range found {
		pair, err := c.mergePair(ctx, m, people)
		if err != nil {
			return api.MergeList{}, err
		}
		list.Pairs = append(list.Pairs, pair)
	}
	return list, nil
}

// MergePair implements api.Merges. The reading is written down before anything is shown.
func (c *Center) MergePair(ctx context.Context, id string, by api.Caller) (api.MergeOpened, error) {
	if err := seesBoth(by); err != nil {
		return api.MergeOpened{}, err
	}
	m, err := c.store.Merge(ctx, id)
	if err != nil {
		return api.MergeOpened{}, err
	}
	if err := c.record(ctx, by.StaffID, "merge.read", mergeNoun, id); err != nil {
		return api.MergeOpened{}, err
	}
	return c.mergeView(ctx, m)
}

// mergePair is a pair as the list shows it. Who is gone has no name.
func (c *Center) mergePair(ctx context.Context, m donor.Merge, people map[string]donor.Donor) (pair api.MergePair, err error) {
	one, other := people[m.DonorID], people[m.OtherID]
	pair = api.MergePair{ID: m.ID, Reason: m.Reason, Status: m.Status, FoundAt: m.FoundAt, DecidedAt: m.DecidedAt,
		IsOne: one.Head() == other.Head(), Donors: make([]api.MergeDonor, 2)}
	for i, d := range []donor.Donor{one, other} {
		at, _ := site.FindStation(site.StationID(d.StationID))
		pair.Donors[i] = api.MergeDonor{DonorID: d.ID, Mask: d.Person.Masked(), StationName: at.Name, Kept: pair.IsOne && d.Head() == d.ID}
	}
	pair.DecidedBy, err = c.nameOf(ctx, m.DecidedBy)
	return pair, err
}

// mergeView is a pair with all that is compared.
func (c *Center) mergeView(ctx context.Context, m donor.Merge) (view api.MergeOpened, err error) {
	everybody, err := c.store.Together(ctx, []string{m.DonorID, m.OtherID})
	if err != nil {
		return view, err
	}
	people, err := c.store.DonorsByIDs(ctx, everybody)
	if err != nil {
		return view, err
	}
	if view.MergePair, err = c.mergePair(ctx, m, people); err != nil {
		return view, err
	}
	view.Alike, view.Others, view.UndoneFor = donor.Compare(people[m.DonorID], people[m.OtherID]), len(everybody)-2, m.UndoneFor
	given, err := c.store.DonationsOfAll(ctx, everybody)
	if err != nil {
		return view, err
	}
	for _, id := range everybody {
		view.Donations += len(ownDonations(given, id))
	}
	for _, id := range []string{m.DonorID, m.OtherID} {
		file, err := c.mergeFile(ctx, people[id], ownDonations(given, id))
		if err != nil {
			return view, err
		}
		view.Files = append(view.Files, file)
	}
	view.PointsTogether, _, err = c.ledger().Balance(ctx, c.Today(), everybody...)
	return view, err
}

// ownDonations are those recorded as one donor's, without those of the same person.
func ownDonations(given map[string][]donor.Donation, id string) []donor.Donation {
	return slices.DeleteFunc(slices.Clone(given[id]), func(g donor.Donation) bool { return g.DonorID != id })
}

func (c *Center) mergeFile(ctx context.Context, d donor.Donor, given []donor.Donation) (api.MergeFile, error) {
	file := api.MergeFile{Name: d.Person.DisplayName(), LatinName: d.Person.LatinName, Born: d.Person.Born, Phone: identity.MaskMiddle(d.PhoneForm(), 0, 4),
		BloodGroup: donation.Group{ABO: d.ABO, RhD: d.RhD}.String(), Donations: make([]api.DonationOnFile, len(given))}
	for i, g := range given {
		file.Donations[i] = donationOnFile(g)
	}
	var err error
	file.Points, _, err = c.ledger().Balance(ctx, c.Today(), d.ID)
	return file, err
}
