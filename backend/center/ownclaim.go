package center

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/site"
	"lianxin/backend/store"
)

// filesOfDonor is how often a donor may hand in a file: a claim's papers at once, and then
// more slowly than decoding them could keep the center busy.
var filesOfDonor = allowance{"/files", 60, 20 * time.Second}

// handOf is the name under which somebody has a hand in a claim.
func handOf(by api.Caller) string {
	if by.DonorID != "" {
		return claim.Applicant(by.DonorID)
	}
	return by.StaffID
}

// maySeeClaim tells whether a claim is of the caller's districts, or was filed by the
// caller, under whichever of their documents.
func maySeeClaim(one claim.Claim, by api.Caller) bool {
	if by.DonorID == "" {
		return by.MaySeeDistrict(one.District)
	}
	filedBy, ok := claim.ApplicantOf(one.CreatedBy)
	return ok && slices.Contains(by.Person, filedBy)
}

// takesClaims tells whether a claim of the caller may be filed in a district: staff file in
// their own, donors wherever there is an office.
func (c *Center) takesClaims(district string, by api.Caller) bool {
	if by.DonorID == "" {
		return by.MaySeeDistrict(district)
	}
	return slices.ContainsFunc(site.Districts().Districts, func(d site.District) bool { return d.Code == district })
}

// filedClaim is what the caller says of a claim, as it is kept: staff write down what they
// are told, a donor speaks for nobody else.
func (c *Center) filedClaim(ctx context.Context, said claim.Content, before claim.Claim, by api.Caller) (claim.Content, error) {
	if by.DonorID == "" {
		return said, nil
	}
	if before.Version == 0 {
		if err := c.mayDraft(ctx, before.ID, by); err != nil {
			return said, err
		}
	}
	own, err := c.store.Donor(ctx, by.DonorID)
	if err != nil {
		return said, err
	}
	person, err := c.personOf(ctx, own, own.Key)
	if err != nil {
		return said, err
	}
	return said.Filed(own.Person.DisplayName(), documentsOf(person), before.Content)
}

func documentsOf(person []donor.Donor) []identity.Document {
	documents := make([]identity.Document, len(person))
	for i, d := range person {
		documents[i] = d.Person.Document
	}
	return documents
}

// mayDraft bounds what one donor can leave lying about; fault "claim.too_many_drafts". A
// claim that is told again is none more.
func (c *Center) mayDraft(ctx context.Context, id string, by api.Caller) error {
	drafts, _, err := c.store.ListClaims(ctx, store.ClaimQuery{Marks: applicantMarks(by), Statuses: []claim.Status{claim.Draft}, Limit: claim.MaxDrafts})
	if err != nil || len(drafts) < claim.MaxDrafts || slices.ContainsFunc(drafts, func(d claim.Claim) bool { return d.ID == id }) {
		return err
	}
	return fault.New(fault.Conflict, "claim.too_many_drafts").With("most", claim.MaxDrafts)
}

// applicantMarks are those of all claims the caller has filed as a donor.
func applicantMarks(by api.Caller) []claim.Mark {
	marks := []claim.Mark{}
	for _, id := range by.Person {
		marks = append(marks, claim.ApplicantMark(id))
	}
	return marks
}

// mayHandIn counts a file of a donor; fault "claim.too_many_files" with the time from which
// on the next one is taken.
func (c *Center) mayHandIn(ctx context.Context, by api.Caller) error {
	if by.DonorID == "" {
		return nil
	}
	from, err := c.store.TakeFrom(ctx, handOf(by)+filesOfDonor.purse, c.config.Now(), filesOfDonor.atOnce, filesOfDonor.every)
	if err == nil && !from.IsZero() {
		err = fault.New(fault.TooMany, "claim.too_many_files").With("from", from.Add(time.Second).Truncate(time.Second).Format(time.RFC3339))
	}
	return err
}

// showOthers fills in what a claim tells of others' donations and stays. A donor who names a
// stranger as a relative would learn by it what that person gave and where they lay: to them
// it says what their own donations cover, while they may still change it. That a hospital has
// waived a line they are told when they hand the claim in, which they sign.
func (c *Center) showOthers(ctx context.Context, view *api.ClaimOpened, one claim.Claim, by api.Caller) (err error) {
	if by.DonorID == "" {
		if err := c.showWaived(ctx, view, one); err != nil {
			return err
		}
		view.Assessment, err = c.assessedClaim(ctx, one)
		return err
	}
	view.Waived = []api.ClaimWaived{}
	if !one.MayChange() {
		view.Assessment.Assessment = claim.NotAssessed()
		return nil
	}
	view.Assessment, err = c.assessedClaim(ctx, one.ByDonorAlone())
	return err
}
