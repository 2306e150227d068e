package intake

import (
	"context"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
)

// Applier writes checked records down, each once.
type Applier struct {
	Store Store
	NewID func() string
	Now   time.Time
	By    string                             // who brought them: a device, or somebody at the center's machine
	Key   func(doc identity.Document) string // keyed hash by which a donor is found
	// IsOurs tells whether a site is of the station that reports.
	IsOurs func(ctx context.Context, siteID string) (bool, error)
	// Digest is a keyed hash: what a record says has too few possibilities to hash it bare.
	Digest func(text string) string
}

// GroupDiffers is why a record is refused whose blood group is not the donor's. It is the one
// thing a station is told of somebody who may be known from elsewhere, so it is written down.
const GroupDiffers = "intake.group_differs"

// Outcome is what became of one record.
type Outcome struct {
	RecordID   string
	Fate       Fate
	Field      Field  // refused: what is wrong
	Code       string // refused: why
	DonationID string
	DonorID    string         // refused: whose group is another one, see GroupDiffers
	SiteID     string         // where the donation was given
	Before     donor.Donation // corrected: what was recorded
	// FailsOtherwise: what failed in the tests is not what failed before, see result.Markers.FailsLike.
	FailsOtherwise bool
}

// Done is what became of all records of a batch, in their order.
type Done struct {
	Outcomes []Outcome
	// Donors are those something changed of, and where each was kept before, "" for nowhere.
	Donors map[string]Moved
}

// Moved is a donor with the site that had them before.
type Moved struct {
	Donor  donor.Donor
	Before string // site ID
}

// Apply writes records of a station down. ctx carries a transaction in which no
// other batch is applied; an error is of the whole batch.
func (a Applier) Apply(ctx context.Context, stationID string, records []Record) (Done, error) {
	b, err := a.load(ctx, stationID, records)
	if err != nil {
		return Done{}, err
	}
	done := Done{Outcomes: make([]Outcome, len(records))}
	for i, r := range records {
		if done.Outcomes[i], err = b.apply(ctx, r); err != nil {
			return Done{}, err
		}
	}
	done.Donors = b.moved()
	return done, b.save(ctx)
}

// apply decides on one record in the memory of the batch.
func (b *batch) apply(ctx context.Context, r Record) (Outcome, error) {
	if r.IsReport() {
		return b.applyReport(ctx, r)
	}
	out := Outcome{RecordID: r.ID, SiteID: r.Donation.SiteID}
	text, err := r.canonical()
	if err != nil {
		return out, err
	}
	digest := b.Digest(text)
	known, isKnown := b.known[r.ID]
	if isKnown && known.Digest == digest {
		out.Fate, out.DonationID, out.DonorID = AlreadyApplied, known.DonationID, known.DonorID
		return out, nil
	}
	if f, code := b.refuses(r, known); code != "" {
		out.Fate, out.Field, out.Code = Refused, f, code
		if code == GroupDiffers {
			out.DonorID = b.keys[b.Key(r.Person.Document)]
		}
		return out, nil
	}
	out.Fate = Applied
	if isKnown {
		out.Fate, out.Before = Corrected, b.donations[known.DonationID]
		old, err := b.supersede(ctx, known)
		if err != nil {
			return out, err
		}
		out.FailsOtherwise = r.Result != nil && !r.Result.Markers.FailsLike(old)
	} else {
		known.DonationID = b.NewID()
	}
	d := b.donorOf(r, isKnown)
	b.give(r, d, known.DonationID)
	if from := known.DonorID; isKnown && from != d.ID {
		if err := b.leave(ctx, from, r); err != nil {
			return out, err
		}
	}
	out.DonationID, out.DonorID = known.DonationID, d.ID
	b.know(Known{RecordID: r.ID, Digest: digest, DonorID: d.ID, DonationID: known.DonationID, At: b.Now})
	return out, nil
}

// refuses says why a record cannot be applied to what is recorded. known is the record it
// corrects, the zero value for none.
func (b *batch) refuses(r Record, known Known) (Field, string) {
	if other, taken := b.numbers[r.Donation.DIN]; taken && other != known.DonationID && !b.moving[other] {
		return DIN, "intake.din_taken"
	}
	if known.DonationID != "" && b.hasResult(known.DonationID) && r.Result == nil {
		return Verdict, "intake.result_withdrawn"
	}
	d := b.donors[b.keys[b.Key(r.Person.Document)]]
	if known.DonationID != "" && d.ID == known.DonorID {
		return 0, "" // whoever corrects a record may correct its typing
	}
	return differs(d, r.Group)
}

// differs compares a blood group with the one a donor has; either may be unknown.
func differs(d donor.Donor, g donation.Group) (Field, string) {
	switch {
	case d.ABO != "" && g.ABO != "" && d.ABO != g.ABO:
		return ABO, GroupDiffers
	case d.RhD != "" && g.RhD != "" && d.RhD != g.RhD:
		return RhD, GroupDiffers
	}
	return 0, ""
}
