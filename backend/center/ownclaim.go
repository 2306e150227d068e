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
	"lianxin/backend/relief"
	"lianxin/backend/site"
	"lianxin/backend/store"
)

// What a donor may do how often: begin claims, and hand in files, a claim's papers at once and
// then more slowly than decoding them could keep the center busy.
var (
	claimsOfDonor = allowance{"/claims", 10, time.Hour}
	filesOfDonor  = allowance{"/files", 60, 20 * time.Second}
)

// handOf is the name under which somebody has a hand in a claim.
func handOf(by api.Caller) string {
	if by.DonorID != "" {
		return claim.Applicant(by.DonorID)
	}
	return by.StaffID
}

// maySeeClaim tells whether a claim is of the caller's districts, or was filed by the
// caller, under whichever of their documents. What they filed while they were counted as
// somebody else as well, under that one's document, is theirs no more when they are not.
func (c *Center) maySeeClaim(ctx context.Context, one claim.Claim, by api.Caller) (bool, error) {
	seen, err := c.onlySeen(ctx, []claim.Claim{one}, by)
	return len(seen) > 0, err
}

// onlySeen are those of some claims the caller may see, as maySeeClaim tells.
func (c *Center) onlySeen(ctx context.Context, claims []claim.Claim, by api.Caller) ([]claim.Claim, error) {
	if by.DonorID == "" {
		return slices.DeleteFunc(claims, func(one claim.Claim) bool { return !by.MaySeeDistrict(one.District) }), nil
	}
	person, err := c.store.DonorsByIDs(ctx, by.Person)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, d := range person {
		keys = append(keys, d.Person.Document.Key())
	}
	return slices.DeleteFunc(claims, func(one claim.Claim) bool {
		filedBy, isFiled := claim.ApplicantOf(one.CreatedBy)
		key := one.Donor.Key()
		return !isFiled || !slices.Contains(by.Person, filedBy) || key == "" || !slices.Contains(keys, key)
	}), nil
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

// begunClaim is what the caller says of a new claim. What one donor can leave lying about is
// bounded; faults "claim.too_many_drafts", and "claim.too_many_claims" with the time from
// which on the next one is taken. Counting it first makes two that come at once wait for each other.
func (c *Center) begunClaim(ctx context.Context, said claim.Content, by api.Caller) (claim.Content, error) {
	if by.DonorID == "" {
		return said, nil
	}
	if err := c.mayDo(ctx, claimsOfDonor, "claim.too_many_claims", by); err != nil {
		return said, err
	}
	drafts, err := c.ownClaims(ctx, by, claim.Draft)
	if err != nil {
		return said, err
	}
	if len(drafts) >= claim.MaxDrafts {
		return said, fault.New(fault.Conflict, "claim.too_many_drafts").With("most", claim.MaxDrafts)
	}
	return c.filedClaim(ctx, said, claim.Claim{}, by)
}

// ownClaims are those a donor has filed that are in some statuses, as many as are looked at.
func (c *Center) ownClaims(ctx context.Context, by api.Caller, statuses ...claim.Status) ([]claim.Claim, error) {
	found, _, err := c.store.ListClaims(ctx, store.ClaimQuery{Marks: applicantMarks(by), Statuses: statuses, Limit: 100})
	if err != nil {
		return nil, err
	}
	return c.onlySeen(ctx, found, by)
}

// asKnown is the claim's version for the one a caller names. Donors count what their side
// has done, for the claim's own counts what reviewers do too. isTold tells that they have
// done just this at that version: an answer that was lost is asked for again. Fault "claim.changed".
func (c *Center) asKnown(ctx context.Context, one claim.Claim, by api.Caller, said int, step claim.Step) (version int, isTold bool, err error) {
	if by.DonorID == "" {
		return said, false, nil
	}
	events, err := c.store.ClaimEvents(ctx, one.ID)
	if err != nil {
		return 0, false, err
	}
	n, last := 0, claim.Event{}
	for _, e := range events {
		if e.Duty == claim.Capture {
			n, last = n+1, e
		}
	}
	if n == said {
		return one.Version, false, nil
	}
	if _, isDonor := claim.ApplicantOf(last.By); n == said+1 && isDonor && last.Step == step {
		return one.Version, true, nil
	}
	return 0, false, fault.New(fault.Conflict, "claim.changed")
}

// applicantMarks are those of all claims the caller has filed as a donor.
func applicantMarks(by api.Caller) []claim.Mark {
	marks := []claim.Mark{}
	for _, id := range by.Person {
		marks = append(marks, claim.ApplicantMark(id))
	}
	return marks
}

// mayDo counts what a donor does; the fault has the time from which on it may be done again.
func (c *Center) mayDo(ctx context.Context, of allowance, code string, by api.Caller) error {
	if by.DonorID == "" {
		return nil
	}
	person := claim.Applicant(slices.Min(by.Person)) // whichever document they came in by
	return c.pay(ctx, filled{of, person + of.purse}, c.config.Now(), code)
}

// showOthers fills in what a claim tells of others' donations and stays. A donor who names a
// stranger as a relative would learn by it what that person gave and where they lay: to them
// it says what their own donations cover, while they may still change it. That a hospital has
// waived a line, whoever reviews the claim tells them. While a claim for a relative is under
// review even that is not said: what it holds of their own would tell what the relative gave.
func (c *Center) showOthers(ctx context.Context, view *api.ClaimOpened, one claim.Claim, by api.Caller) (err error) {
	if by.DonorID == "" {
		if err := c.showWaived(ctx, view, one); err != nil {
			return err
		}
		view.Assessment, err = c.assessedClaim(ctx, one)
		return err
	}
	view.Waived = []api.ClaimWaived{}
	reviewed, err := c.ownClaims(ctx, by, claim.InReview, claim.SecondReview)
	if err != nil {
		return err
	}
	isHeld := slices.ContainsFunc(reviewed, func(r claim.Claim) bool { return r.Relation != relief.Self })
	if isHeld || !one.MayChange() {
		view.Assessment.Assessment = claim.NotAssessed()
		if isHeld && one.MayChange() {
			view.Assessment.Why = "claim.under_review"
		}
		return nil
	}
	view.Assessment, err = c.assessedClaim(ctx, one.ByDonorAlone())
	return err
}
