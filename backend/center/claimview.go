package center

import (
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/calendar"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
)

// namesOnce looks each member of staff up once.
func (c *Center) namesOnce() func(ctx context.Context, staffID string) (string, error) {
	known := map[string]string{"": "", claim.BySystem: ""}
	return func(ctx context.Context, staffID string) (string, error) {
		if name, ok := known[staffID]; ok {
			return name, nil
		}
		if _, ok := claim.ApplicantOf(staffID); ok {
			return "", nil
		}
		name, err := c.nameOf(ctx, staffID)
		known[staffID] = name
		return name, err
	}
}

type nameLookup = func(ctx context.Context, staffID string) (string, error)

func (c *Center) listedClaim(ctx context.Context, one claim.Claim, names nameLookup) (api.ClaimListed, error) {
	h := c.claims.Handling()
	view := api.ClaimListed{ID: one.ID, Number: one.Number, District: one.District, Status: one.Status, Version: one.Version, Channel: one.Channel,
		Donor: identity.MaskName(one.Donor.Name), Patient: identity.MaskName(one.Treated().Name), Relation: one.Relation, Hospital: one.Hospital.Name,
		BilledFen: one.BilledFen(), ClaimableFen: one.ClaimableFen(), ApprovedFen: one.Decision.AmountFen, Attachments: len(one.Attachments),
		CreatedAt: one.CreatedAt, SubmittedAt: one.SubmittedAt, EnteredAt: one.EnteredAt, DueAt: h.DueAt(one.Status, one.EnteredAt),
		Late: h.IsLate(one.Status, one.EnteredAt, c.config.Now())}
	var err error
	view.Reviewer, err = names(ctx, one.ReviewerID)
	return view, err
}

// openedClaim is a claim with all that whoever handles it needs.
func (c *Center) openedClaim(ctx context.Context, one claim.Claim, by api.Caller) (view api.ClaimOpened, err error) {
	names := c.namesOnce()
	if view.ClaimListed, err = c.listedClaim(ctx, one, names); err != nil {
		return view, err
	}
	view.Content, view.Wanted, view.Files = one.Content, append([]claim.Wanted{}, one.Wanted...), attachedFiles(one)
	if view.Steps, err = c.claimSteps(ctx, one, by); err != nil {
		return view, err
	}
	view.Barred = one.BarredBy(handOf(by), dutiesOf(by))
	view.MayChange = one.MayBeChangedBy(handOf(by)) && slices.Contains(dutiesOf(by), claim.Capture)
	if view.Documents, err = c.claims.Wants(ctx, one); err != nil {
		return view, err
	}
	view.Missing = one.Missing(c.Today(), view.Documents)
	if err := c.showOthers(ctx, &view, one, by); err != nil {
		return view, err
	}
	if view.Decision, err = decidedClaim(ctx, one, names); err != nil {
		return view, err
	}
	view.History, err = c.claimHistory(ctx, one.ID, names)
	return view, err
}

func attachedFiles(one claim.Claim) []api.ClaimAttached {
	files := make([]api.ClaimAttached, len(one.Attachments))
	for i, a := range one.Attachments {
		files[i] = api.ClaimAttached{ID: a.ID, Kind: a.Kind, Type: a.Type, Bytes: a.Bytes, Pages: a.Pages, Width: a.Width, Height: a.Height, Turns: a.Turns, AddedAt: a.AddedAt}
	}
	return files
}

func decidedClaim(ctx context.Context, one claim.Claim, names nameLookup) (d api.ClaimDecision, err error) {
	d.Decision = one.Decision
	if d.ByName, err = names(ctx, one.Decision.By); err != nil {
		return d, err
	}
	d.FirstName, err = names(ctx, one.Decision.FirstBy)
	return d, err
}

func (c *Center) claimHistory(ctx context.Context, id string, names nameLookup) ([]api.ClaimEvent, error) {
	events, err := c.store.ClaimEvents(ctx, id)
	if err != nil {
		return nil, err
	}
	history := make([]api.ClaimEvent, len(events))
	for i, e := range events {
		_, isDonor := claim.ApplicantOf(e.By)
		history[i] = api.ClaimEvent{At: e.At, Donor: isDonor, Duty: e.Duty, Step: e.Step, From: e.From, To: e.To, AmountFen: e.AmountFen, Reason: e.Reason, Note: e.Note, Wanted: e.Wanted}
		if history[i].By, err = names(ctx, e.By); err != nil {
			return nil, err
		}
	}
	return history, nil
}

// doublesShown is how many other claims are compared with one.
const doublesShown = 50

// ClaimDoubles implements api.Claims. Claims anywhere are compared; of one that is not the
// caller's to see they learn its number, so that the offices can speak to each other, and
// which of their own places are alike.
func (c *Center) ClaimDoubles(ctx context.Context, id string, by api.Caller) ([]api.ClaimDouble, error) {
	one, err := c.seenClaim(ctx, id, by)
	if err != nil {
		return nil, err
	}
	others, err := c.store.ClaimsSharing(ctx, one.DoubleMarks(), one.ID, doublesShown)
	if err != nil {
		return nil, err
	}
	list := []api.ClaimDouble{}
	for _, other := range others {
		if found := one.Alike(other); len(found) > 0 && other.Status != claim.Withdrawn {
			list = append(list, doubleOf(other, found, by))
		}
	}
	return list, c.recordClaim(ctx, by, "claim.compare", one, one)
}

func doubleOf(other claim.Claim, found []claim.Finding, by api.Caller) api.ClaimDouble {
	mine := by.MaySeeDistrict(other.District)
	view := api.ClaimDouble{Number: other.Number, District: other.District, Status: other.Status, FiledOn: calendar.Of(other.CreatedAt)}
	if mine {
		view.ID = other.ID
	}
	for _, f := range found {
		finding := api.ClaimFinding{Kind: f.Kind, Here: []string{}, There: []string{}}
		for _, p := range f.Pairs {
			if p.Here == "" {
				continue
			}
			finding.Here = append(finding.Here, p.Here)
			if mine {
				finding.There = append(finding.There, p.There)
			}
		}
		view.Findings = append(view.Findings, finding)
	}
	return view
}

// assessedClaim is what a claim is entitled to. A draft may be too bare to tell.
func (c *Center) assessedClaim(ctx context.Context, one claim.Claim) (a api.ClaimAssessment, err error) {
	a.Assessment, err = c.claims.Assess(ctx, one)
	if f := fault.From(err); err != nil && f.Kind == fault.Invalid {
		a.Assessment, a.Why, err = claim.NotAssessed(), f.Code, nil
	}
	return a, err
}
