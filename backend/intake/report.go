package intake

import (
	"cmp"
	"context"

	"lianxin/backend/donor"
	"lianxin/backend/result"
)

// applyReport writes down what a laboratory reported of a donation that is known.
func (b *batch) applyReport(ctx context.Context, r Record) (Outcome, error) {
	given, isKnown := b.donations[b.numbers[r.Donation.DIN]]
	out := Outcome{DonationID: given.ID, DonorID: given.DonorID, SiteID: given.SiteID}
	if isKnown {
		var err error
		if isKnown, err = b.IsOurs(ctx, given.SiteID); err != nil {
			return out, err
		}
	}
	if f, code := b.refusesReport(r, given, isKnown); code != "" {
		refused := Outcome{Fate: Refused, Field: f, Code: code}
		if code == GroupDiffers {
			refused.DonorID = given.DonorID
		}
		return refused, nil
	}
	next, d := *r.Result, b.donors[given.DonorID]
	next.DonationID = given.ID
	old, hadResult := b.results[given.ID]
	out.Fate = Applied
	if hadResult {
		before, err := b.resultWithValues(ctx, old)
		if err != nil {
			return out, err
		}
		if before == next {
			out.Fate = AlreadyApplied
			return out, nil
		}
		out.Fate, out.Before, out.FailsOtherwise = Corrected, given, !next.Markers.FailsLike(before.Markers)
		b.superseded = append(b.superseded, Superseded{ID: b.NewID(), Person: d.Person, Phone: d.Phone, Donation: given, Result: &before, At: b.Now, By: b.By})
	}
	b.results[given.ID], b.changedResults[given.ID] = next, true
	d.ABO, d.RhD = cmp.Or(r.Group.ABO, d.ABO), cmp.Or(r.Group.RhD, d.RhD)
	b.donors[d.ID], b.changedDonors[d.ID] = d, true
	return out, nil
}

// refusesReport says why a result cannot be of the donation with its number.
func (b *batch) refusesReport(r Record, given donor.Donation, isKnown bool) (Field, string) {
	switch {
	case !isKnown:
		return DIN, "intake.din_unknown"
	case r.Result.ReportedOn.Before(given.On):
		return ReportedOn, "intake.too_early"
	}
	return differs(b.donors[given.DonorID], r.Group)
}

// resultWithValues completes a result that was read from the store, without its values.
func (b *batch) resultWithValues(ctx context.Context, r result.Result) (result.Result, error) {
	if b.changedResults[r.DonationID] {
		return r, nil
	}
	var err error
	r.Markers, err = b.Store.Markers(ctx, result.LeaveToKeep(), r.DonationID)
	return r, err
}
