package storetest

import (
	"testing"
	"time"

	"lianxin/backend/correction"
)

func corrections(t *testing.T, s Subject) {
	ctx := t.Context()
	asked := func(n int, subject correction.Subject) correction.Request {
		return correction.Request{ID: Visit(n).ID, DonorKey: DonorKey(n), DonationID: Donation(n).ID, Subject: subject, SiteID: Site,
			DeviceID: DeviceID, At: At.Add(time.Duration(n) * time.Minute), State: correction.Open}
	}
	amount, product := asked(1, correction.Amount), asked(2, correction.Product)
	missing, stranger := asked(3, correction.Missing), Person(3)
	missing.DonationID, missing.About, missing.Person, missing.SiteID = "", Today.AddDays(-40), &stranger, "elsewhere"
	for _, r := range []correction.Request{missing, product, amount} {
		must(t, s.SaveCorrection(ctx, r))
	}
	equal(t, "as written, the person too", got(s.LockCorrection(ctx, missing.ID))(t), missing)
	equal(t, "oldest first, everywhere", got(s.CorrectionsAt(ctx, nil, correction.Open, 10))(t), []correction.Request{amount, product, missing})
	equal(t, "of a site, some", got(s.CorrectionsAt(ctx, []string{Site}, correction.Open, 1))(t), []correction.Request{amount})
	equal(t, "of no site", got(s.CorrectionsAt(ctx, []string{}, correction.Open, 10))(t), []correction.Request{})

	answered := got(amount.Answer(correction.Corrected, "staff-1", At))(t)
	must(t, s.SaveCorrection(ctx, answered))
	equal(t, "answered", got(s.CorrectionsAt(ctx, nil, correction.Corrected, 10))(t), []correction.Request{answered})
	_, err := s.LockCorrection(ctx, "nothing")
	refused(t, "none", err, "correction.not_found")

	saveDonations(t, s, 1, 2)
	equal(t, "of one donor", got(s.CorrectionsOfDonor(ctx, Donor(2).ID, 10))(t), []correction.Request{product})
	must(t, s.MergeInto(ctx, Donor(1).ID, Donor(2).ID))
	equal(t, "of somebody known twice, newest first", got(s.CorrectionsOfDonor(ctx, Donor(2).ID, 10))(t), []correction.Request{product, answered})
	equal(t, "of documents nobody is known under", got(s.CorrectionsOf(ctx, []string{DonorKey(3)}, 10))(t), []correction.Request{missing})
}
