package center

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/attachment"
	"lianxin/backend/audit"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/site"
	"lianxin/backend/staff"
	"lianxin/backend/store"
)

// claimNoun is what the audit log calls a claim.
const claimNoun = "claim"

// dutiesOf are the duties of somebody's role. One claim takes only one of them from a person.
func dutiesOf(by api.Caller) []claim.Duty {
	if by.DonorID != "" {
		return []claim.Duty{claim.Capture}
	}
	var duties []claim.Duty
	for _, d := range []struct {
		duty claim.Duty
		need staff.Permission
	}{{claim.Capture, staff.ClaimCapture}, {claim.Review, staff.ClaimReview}, {claim.Pay, staff.PayoutApprove}} {
		if staff.Role(by.Role).Can(d.need) {
			duties = append(duties, d.duty)
		}
	}
	return duties
}

// ClaimWords implements api.Claims.
func (c *Center) ClaimWords(_ context.Context, by api.Caller) (api.ClaimWords, error) {
	h := c.claims.Handling()
	words := api.ClaimWords{Words: claim.AllWords(), SecondApprovalFen: h.SecondApprovalFen, Reasons: h.Reasons, MaxBytes: attachment.MaxBytes,
		MaxAttachments: claim.MaxAttachments, Districts: []api.District{}, WaitsDays: map[string]int{}}
	for status, days := range h.Waits {
		words.WaitsDays[string(status)] = days
	}
	for _, d := range site.Districts().Districts {
		if by.DonorID != "" || by.MaySeeDistrict(d.Code) {
			words.Districts = append(words.Districts, api.District{Code: d.Code, Name: d.Name})
		}
	}
	var err error
	words.Needs, err = c.claimNeeds()
	return words, err
}

// OpenClaim implements api.Claims. The reading is written down before anything is shown.
func (c *Center) OpenClaim(ctx context.Context, id string, by api.Caller) (view api.ClaimOpened, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		one, err := c.seenClaim(ctx, id, by)
		if err != nil {
			return err
		}
		if err := c.recordClaim(ctx, by, "claim.read", one, one); err != nil {
			return err
		}
		view, err = c.openedClaim(ctx, one, by)
		return err
	})
	return view, err
}

// seenClaim finds a claim of the caller's districts, or one the caller has filed as a donor;
// one of another's is not there.
func (c *Center) seenClaim(ctx context.Context, id string, by api.Caller) (claim.Claim, error) {
	one, err := c.store.Claim(ctx, id)
	if err != nil {
		return one, err
	}
	may, err := c.maySeeClaim(ctx, one, by)
	if err == nil && !may {
		err = fault.New(fault.NotFound, "claim.not_found")
	}
	return one, err
}

// CreateClaim implements api.Claims.
func (c *Center) CreateClaim(ctx context.Context, in api.ClaimNew, by api.Caller) (view api.ClaimOpened, err error) {
	if !c.takesClaims(in.District, by) {
		return view, fault.New(fault.Invalid, "claim.district").At("body.district", "claim.district", "")
	}
	if !audit.IsID(in.ID) {
		return view, fault.New(fault.Invalid, "claim.malformed").At("body.id", "claim.malformed", "not an id")
	}
	before, err := c.store.Claim(ctx, in.ID) // told again
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return view, err
	}
	if before.ID != "" {
		if may, err := c.maySeeClaim(ctx, before, by); err != nil || !may {
			return view, cmp.Or(err, error(fault.New(fault.Conflict, "claim.exists")))
		}
	}
	return c.changedClaim(ctx, by, "claim.create", before, func(ctx context.Context) (claim.Claim, error) {
		content := before.Content
		if before.ID == "" {
			if content, err = c.begunClaim(ctx, in.Content, by); err != nil {
				return claim.Claim{}, err
			}
		}
		return c.claims.Create(ctx, claim.New{ID: in.ID, District: in.District, By: handOf(by), Content: content})
	})
}

// ChangeClaim implements api.Claims.
func (c *Center) ChangeClaim(ctx context.Context, id string, in api.ClaimChange, by api.Caller) (api.ClaimOpened, error) {
	before, err := c.seenClaim(ctx, id, by)
	if err != nil {
		return api.ClaimOpened{}, err
	}
	content, err := c.filedClaim(ctx, in.Content, before, by)
	if err != nil {
		return api.ClaimOpened{}, err
	}
	version, isTold, err := c.asKnown(ctx, before, by, in.Version, claim.Change)
	switch {
	case err != nil:
		return api.ClaimOpened{}, err
	case isTold && reflect.DeepEqual(before.Content, content.Trimmed()):
		return c.openedClaim(ctx, before, by)
	case isTold:
		return api.ClaimOpened{}, fault.New(fault.Conflict, "claim.changed")
	}
	return c.changedClaim(ctx, by, "claim.change", before, func(ctx context.Context) (claim.Claim, error) {
		return c.claims.Change(ctx, id, version, content, handOf(by))
	})
}

// workClaim does something with a claim the caller may see and shows it as it is then.
func (c *Center) workClaim(ctx context.Context, id, action string, by api.Caller, do func(context.Context) (claim.Claim, error)) (api.ClaimOpened, error) {
	before, err := c.seenClaim(ctx, id, by)
	if err != nil {
		return api.ClaimOpened{}, err
	}
	return c.changedClaim(ctx, by, action, before, do)
}

// changedClaim does something with a claim and writes down who did, in one transaction.
// What was told a second time and changed nothing is no second entry.
func (c *Center) changedClaim(ctx context.Context, by api.Caller, action string, before claim.Claim, do func(context.Context) (claim.Claim, error)) (view api.ClaimOpened, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		after, err := do(ctx)
		if err != nil {
			return err
		}
		if after.Version != before.Version {
			if err := c.recordClaim(ctx, by, action, before, after); err != nil {
				return err
			}
			if err := c.revokeClaimPapers(ctx, before, after); err != nil {
				return err
			}
		}
		view, err = c.openedClaim(ctx, after, by)
		return err
	})
	return view, err
}

// recordClaim writes what somebody did with a claim to the audit log. The head of the log
// and the entry belong to one transaction: a desk looks at many pages at once.
func (c *Center) recordClaim(ctx context.Context, by api.Caller, action string, before, after claim.Claim) error {
	return c.store.InTx(ctx, func(ctx context.Context) error {
		who := handOf(by)
		role, err := c.roleOf(ctx, who)
		if err != nil {
			return err
		}
		e := audit.Entry{Who: who, Role: role, Action: action, Object: audit.Object{Noun: claimNoun, ID: after.ID}, Where: whereOf(ctx, "")}
		if before.Version != after.Version {
			e.Before, e.After = auditedClaim(before), auditedClaim(after)
		}
		_, err = c.audit.Record(ctx, e)
		return err
	})
}

// auditedClaim is what of a claim the audit log may hold; "" for one that was not there.
func auditedClaim(one claim.Claim) string {
	if one.ID == "" {
		return ""
	}
	return fmt.Sprintf(`{"district":%q,"status":%q,"version":%d}`, one.District, one.Status, one.Version)
}

// claimsShown is how many claims a page has where nothing is said.
const claimsShown = 50

// SearchClaims implements api.Claims. A list is one entry in the audit log.
func (c *Center) SearchClaims(ctx context.Context, in api.ClaimSearch, by api.Caller) (api.ClaimList, error) {
	list := api.ClaimList{Claims: []api.ClaimListed{}}
	if err := c.record(ctx, handOf(by), "claim.list", claimNoun, ""); err != nil {
		return list, err
	}
	found, next, err := c.store.ListClaims(ctx, claimQuery(in, by))
	if err != nil {
		return list, err
	}
	list.Next = next
	if found, err = c.onlySeen(ctx, found, by); err != nil {
		return list, err
	}
	names := c.namesOnce()
	for _, one := range found {
		view, err := c.listedClaim(ctx, one, names)
		if err != nil {
			return api.ClaimList{}, err
		}
		list.Claims = append(list.Claims, view)
	}
	return list, nil
}

func claimQuery(in api.ClaimSearch, by api.Caller) store.ClaimQuery {
	q := store.ClaimQuery{Districts: by.Districts, Statuses: in.Statuses, Channel: in.Channel, Number: in.Number, From: in.From, Until: in.Until,
		Newest: in.Order == "newest" || in.Order == "" && (len(in.Statuses) == 0 || !in.From.IsZero() || !in.Until.IsZero()), After: in.After, Limit: in.Limit}
	if len(in.Districts) > 0 {
		q.Districts = slices.DeleteFunc(slices.Clone(in.Districts), func(d string) bool { return !by.MaySeeDistrict(d) })
	}
	if by.DonorID != "" {
		q.Districts, q.Marks = nil, applicantMarks(by)
	}
	if in.Text != "" {
		q.Marks = append([]claim.Mark{}, claim.SearchMarks(in.Text)...)
	}
	if in.Mine {
		q.ReviewerID = by.StaffID
	}
	if q.Limit == 0 {
		q.Limit = claimsShown
	}
	return q
}

// CountClaims implements api.Claims.
func (c *Center) CountClaims(ctx context.Context, by api.Caller) ([]api.ClaimCount, error) {
	now, h := c.config.Now(), c.claims.Handling()
	lateBefore := map[claim.Status]time.Time{}
	for status, days := range h.Waits {
		lateBefore[status] = now.AddDate(0, 0, -days)
	}
	counts, err := c.store.CountClaims(ctx, by.Districts, lateBefore)
	list := make([]api.ClaimCount, len(counts))
	for i, n := range counts {
		list[i] = api.ClaimCount{Status: n.Status, Count: n.Count, Late: n.Late}
	}
	return list, err
}
