package center

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/correction"
	"lianxin/backend/device"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/sync"
)

// correctionsShown is how many requests one answer lists.
const correctionsShown = 200

func (c *Center) applyCorrection(ctx context.Context, from device.Device, op outbox.Operation) ([]sync.Mark, error) {
	by, err := c.author(ctx, from, op)
	if err != nil {
		return nil, err
	}
	return nil, correction.Applier{Store: c.store, Owns: c.ownsDonation}.Apply(ctx, by.ID, by.SiteID, op)
}

func (c *Center) ownsDonation(ctx context.Context, donorKey, donationID string) (bool, error) {
	d, err := c.store.DonorByKey(ctx, donorKey)
	if fault.From(err).Kind == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	given, err := c.store.DonationsOf(ctx, d.ID)
	return slices.ContainsFunc(given, func(g donor.Donation) bool { return g.ID == donationID }), err
}

// Corrections implements api.Corrections. Who looked is written down, since people
// are named in it.
func (c *Center) Corrections(ctx context.Context, state correction.State, by api.Caller) ([]api.Correction, error) {
	found, err := c.store.CorrectionsAt(ctx, by.Sites, state, correctionsShown)
	if err != nil {
		return nil, err
	}
	list := make([]api.Correction, 0, len(found))
	for _, r := range found {
		view, err := c.correctionView(ctx, r)
		if err != nil {
			return nil, err
		}
		list = append(list, view)
	}
	return list, c.record(ctx, by.StaffID, "correction.list", "correction", "")
}

func (c *Center) correctionView(ctx context.Context, r correction.Request) (api.Correction, error) {
	view := api.Correction{ID: r.ID, Subject: r.Subject, State: r.State, About: r.About, SiteID: r.SiteID, AskedAt: r.At,
		AnsweredAt: r.AnsweredAt, AnsweredBy: r.AnsweredBy}
	if r.Person != nil {
		view.Donor = r.Person.Masked()
		return view, nil
	}
	d, err := c.store.DonorByKey(ctx, r.DonorKey)
	if fault.From(err).Kind == fault.NotFound {
		return view, nil
	}
	if err != nil {
		return view, err
	}
	view.Donor = d.Person.Masked()
	given, err := c.store.DonationsOf(ctx, d.ID)
	if i := slices.IndexFunc(given, func(g donor.Donation) bool { return g.ID == r.DonationID }); i >= 0 {
		onFile := donationOnFile(given[i])
		view.Donation = &onFile
	}
	return view, err
}

func donationOnFile(g donor.Donation) api.DonationOnFile {
	return api.DonationOnFile{DIN: g.DIN, On: g.On, SiteID: g.SiteID, Product: g.Product, VolumeML: g.VolumeML, Units: g.Units}
}

// AnswerCorrection implements api.Corrections. What is another site's is not there.
func (c *Center) AnswerCorrection(ctx context.Context, id string, as correction.State, by api.Caller) error {
	return c.InTx(ctx, func(ctx context.Context) error {
		before, err := c.store.LockCorrection(ctx, id)
		if err != nil {
			return err
		}
		if !by.MaySee(before.SiteID) {
			return fault.New(fault.NotFound, "correction.not_found")
		}
		after, err := before.Answer(as, by.StaffID, c.config.Now())
		if err != nil || after.State == before.State {
			return err
		}
		if err := c.store.SaveCorrection(ctx, after); err != nil {
			return err
		}
		return c.recordAt(ctx, after.SiteID, by.StaffID, "correction.answer."+string(as), "correction", id)
	})
}
