package intake

import (
	"cmp"
	"context"
	"slices"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
)

// renumber finds the corrections of a batch that give a donation another number, and so
// free the one it had for others of the batch: labels that were swapped come right only
// together. Those are left out whose own number somebody has who does not let go of it, or
// that may be refused for something else.
func (b *batch) renumber(records []Record) map[string]bool {
	times, wanted := map[string]int{}, map[donation.DIN]int{}
	for _, r := range records {
		if !r.IsReport() {
			times[r.ID]++
			wanted[r.Donation.DIN]++
		}
	}
	next := map[string]donation.DIN{}
	for _, r := range records {
		k, isKnown := b.known[r.ID]
		if !isKnown || r.IsReport() || times[r.ID] > 1 || wanted[r.Donation.DIN] > 1 {
			continue
		}
		isSure := b.keys[b.Key(r.Person.Document)] == k.DonorID && (r.Result != nil || !b.hasResult(k.DonationID) && !b.reports[b.donations[k.DonationID].DIN])
		if isSure && b.donations[k.DonationID].DIN != r.Donation.DIN {
			next[k.DonationID] = r.Donation.DIN
		}
	}
	for isStable := false; !isStable; {
		isStable = true
		for id, number := range next {
			if holder, taken := b.numbers[number]; taken && holder != id && next[holder] == "" {
				delete(next, id)
				isStable = false
			}
		}
	}
	moving := map[string]bool{}
	for id := range next {
		moving[id] = true
	}
	return moving
}

// leave takes from a donor what a record told of them that turned out to be another's: the
// blood group is what their own donations say, and the phone is not theirs.
func (b *batch) leave(ctx context.Context, donorID string, r Record) error {
	d := b.donors[donorID]
	var own []donor.Donation
	for id, g := range b.donations {
		isTheirs := slices.Contains(b.given[donorID], id) || b.changedDonations[id]
		if isTheirs && g.DonorID == donorID {
			own = append(own, g)
		}
	}
	slices.SortFunc(own, func(a, b donor.Donation) int { return cmp.Or(b.On.Compare(a.On), cmp.Compare(b.ID, a.ID)) })
	group, err := b.groupOf(ctx, own)
	if err != nil {
		return err
	}
	d.ABO, d.RhD = group.ABO, group.RhD
	if d.Phone == r.Phone {
		d.Phone = ""
	}
	delete(b.last, donorID)
	if len(own) > 0 {
		d.SiteID, b.last[donorID] = own[0].SiteID, own[0].On
	}
	b.donors[donorID], b.changedDonors[donorID] = d, true
	return nil
}

// groupOf is what the results of some donations say of the blood group, the newest first.
func (b *batch) groupOf(ctx context.Context, own []donor.Donation) (g donation.Group, err error) {
	ids := make([]string, len(own))
	for i, d := range own {
		ids[i] = d.ID
	}
	kept, err := b.Store.Results(ctx, ids)
	if err != nil {
		return g, err
	}
	for _, id := range ids {
		r, ok := b.results[id]
		if !ok {
			r = kept[id]
		}
		g.ABO, g.RhD = cmp.Or(g.ABO, r.Group.ABO), cmp.Or(g.RhD, r.Group.RhD)
	}
	return g, nil
}
