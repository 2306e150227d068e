package center

import (
	"cmp"
	"context"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/counsel"
	"lianxin/backend/fault"
	"lianxin/backend/result"
	"lianxin/backend/staff"
)

// caseNoun is what the audit log calls a case. Entries name neither donor nor donation:
// that there is a case says how a test came out.
const caseNoun = "counsel_case"

// casesShown is how many cases a page of the list has.
const casesShown = 100

// CounselCases implements api.Counsel.
func (c *Center) CounselCases(ctx context.Context, in api.CounselQuery, by api.Caller) (api.CounselList, error) {
	list := api.CounselList{Cases: []api.CounselCase{}}
	if err := c.record(ctx, by.StaffID, "counsel.list", caseNoun, ""); err != nil {
		return list, err
	}
	found, err := c.store.Cases(ctx, by.Sites, in.Closed, in.After, casesShown+1)
	if err != nil {
		return list, err
	}
	if len(found) > casesShown {
		found = found[:casesShown]
		list.Next = found[casesShown-1].ID
	}
	for _, one := range found {
		view, err := c.caseView(ctx, one)
		if err != nil {
			return api.CounselList{}, err
		}
		list.Cases = append(list.Cases, view.CounselCase)
	}
	return list, nil
}

// CounselCase implements api.Counsel. The reading is written down before anything is shown.
func (c *Center) CounselCase(ctx context.Context, id string, by api.Caller) (api.CounselOpened, error) {
	return c.workCase(ctx, id, "counsel.read", by, func(context.Context, *counsel.Case) error { return nil })
}

// AssignCase implements api.Counsel.
func (c *Center) AssignCase(ctx context.Context, id, to string, by api.Caller) (api.CounselOpened, error) {
	if to == "" {
		to = by.StaffID
	}
	return c.workCase(ctx, id, "counsel.assign", by, func(ctx context.Context, one *counsel.Case) (err error) {
		if err := c.mayLookAfter(ctx, to, one.SiteID); err != nil {
			return err
		}
		*one, err = one.Assign(to, c.config.Now())
		return err
	})
}

// mayLookAfter checks that a case is given to a counsellor who may see it; fault
// "counsel.not_counsellor".
func (c *Center) mayLookAfter(ctx context.Context, staffID, siteID string) error {
	m, err := c.store.Member(ctx, staffID)
	if err != nil && fault.CodeOf(err) != "staff.not_found" {
		return err
	}
	sites, sitesErr := c.sitesOf(ctx, m)
	if sitesErr != nil {
		return sitesErr
	}
	if err != nil || !m.Active || !m.Role.Can(staff.CallWork) || sites != nil && !slices.Contains(sites, siteID) {
		return fault.New(fault.Conflict, "counsel.not_counsellor")
	}
	return nil
}

// TryCase implements api.Counsel.
func (c *Center) TryCase(ctx context.Context, id string, in api.CounselTry, by api.Caller) (api.CounselOpened, error) {
	action := "counsel.try"
	if in.Outcome == counsel.Told {
		action = "counsel.told"
	}
	return c.workCase(ctx, id, action, by, func(ctx context.Context, one *counsel.Case) error {
		right, err := c.rightWay(ctx, *one)
		if err != nil {
			return err
		}
		*one, err = one.Try(counsel.Attempt{At: c.config.Now().UTC(), By: by.StaffID, Way: in.Way, Outcome: in.Outcome}, right)
		return err
	})
}

// EscalateCase implements api.Counsel.
func (c *Center) EscalateCase(ctx context.Context, id string, by api.Caller) (api.CounselOpened, error) {
	return c.workCase(ctx, id, "counsel.escalate", by, func(_ context.Context, one *counsel.Case) (err error) {
		*one, err = one.Escalate(c.config.Now())
		return err
	})
}

// GiveUpCase implements api.Counsel.
func (c *Center) GiveUpCase(ctx context.Context, id string, by api.Caller) (api.CounselOpened, error) {
	return c.workCase(ctx, id, "counsel.give_up", by, func(_ context.Context, one *counsel.Case) error {
		limits, err := c.counselLimits()
		if err == nil {
			*one, err = one.GiveUp(by.StaffID, c.config.Now(), limits)
		}
		return err
	})
}

// workCase does something with a case of the caller's sites, writes down who did, and
// shows it as it is then. A case of another site is not there.
func (c *Center) workCase(ctx context.Context, id, action string, by api.Caller, do func(context.Context, *counsel.Case) error) (view api.CounselOpened, err error) {
	limits, err := c.counselLimits()
	if err != nil {
		return view, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		one, err := c.store.LockCase(ctx, id)
		if err != nil {
			return err
		}
		if !by.MaySee(one.SiteID) {
			return fault.New(fault.NotFound, "counsel.not_found")
		}
		if err := do(ctx, &one); err != nil {
			return err
		}
		if limits.MustEscalate(one, c.config.Now()) && action != "counsel.read" {
			one.EscalatedAt = c.config.Now().UTC()
		}
		if err := c.store.SaveCase(ctx, one); err != nil {
			return err
		}
		if err := c.recordAt(ctx, one.SiteID, by.StaffID, action, caseNoun, id); err != nil {
			return err
		}
		view, err = c.caseView(ctx, one)
		return err
	})
	return view, err
}

// CaseMarkers opens the values behind a case, at the center's own machine, for a
// counsellor who has proved who they are there. It is no part of the API: values
// never leave the center. The reading is written down first.
func (c *Center) CaseMarkers(ctx context.Context, id string, m staff.Member, by api.Caller) (result.Markers, error) {
	leave, err := result.LeaveForCalls(m)
	if err != nil {
		return result.Markers{}, err
	}
	one, err := c.store.Case(ctx, id)
	if err != nil {
		return result.Markers{}, err
	}
	if !by.MaySee(one.SiteID) {
		return result.Markers{}, fault.New(fault.NotFound, "counsel.not_found")
	}
	if err := c.recordAt(ctx, one.SiteID, m.ID, "counsel.values", caseNoun, id); err != nil {
		return result.Markers{}, err
	}
	if isTheirs, err := c.isTheirs(ctx, one); err != nil || !isTheirs {
		return result.Markers{}, cmp.Or(err, error(fault.New(fault.NotFound, "result.not_found")))
	}
	return c.store.Markers(ctx, leave, one.DonationID)
}

// CounsellorAtMachine lets a counsellor in at the center's own machine, with password
// and code as at a desk. Faults: those of staff.Service.Login, "counsel.not_counsellor".
func (c *Center) CounsellorAtMachine(ctx context.Context, a staff.Attempt) (staff.Member, api.Caller, error) {
	people, err := c.staff()
	if err != nil {
		return staff.Member{}, api.Caller{}, err
	}
	a.From = atMachine
	m, err := people.Login(ctx, a)
	if err != nil {
		return m, api.Caller{}, c.loginRefused(ctx, a.Login, err)
	}
	if !m.Role.Can(staff.CallWork) {
		return m, api.Caller{}, fault.New(fault.Forbidden, "counsel.not_counsellor")
	}
	sites, err := c.sitesOf(ctx, m)
	return m, api.Caller{StaffID: m.ID, Sites: sites}, err
}

// rightWay is how the donor of a case may be told. The values are not shown to anybody.
// That a donation was not theirs may be told by telephone: nothing was found in theirs.
func (c *Center) rightWay(ctx context.Context, one counsel.Case) (counsel.Way, error) {
	if isTheirs, err := c.isTheirs(ctx, one); err != nil || !isTheirs {
		return counsel.Phone, err
	}
	values, err := c.store.Markers(ctx, result.LeaveToKeep(), one.DonationID)
	if fault.CodeOf(err) == "result.not_found" {
		return counsel.FaceToFace, nil // the careful way
	}
	return counsel.RightWay(values), err
}

// caseView names people and place. What is gone has no name; the case is shown all the same.
func (c *Center) caseView(ctx context.Context, one counsel.Case) (view api.CounselOpened, err error) {
	limits, err := c.counselLimits()
	if err != nil {
		return view, err
	}
	here, err := c.store.Site(ctx, one.SiteID)
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return view, err
	}
	d, err := c.store.Donor(ctx, one.DonorID)
	if err != nil && fault.From(err).Kind != fault.NotFound {
		return view, err
	}
	given, err := c.store.DonationsByIDs(ctx, []string{one.DonationID})
	if err != nil {
		return view, err
	}
	view.CounselCase = api.CounselCase{ID: one.ID, SiteID: one.SiteID, SiteName: here.Name, NameMasked: d.Person.Masked().Name, Status: one.Status,
		Reason: one.Reason, OpenedAt: one.OpenedAt, Tries: len(one.Tries), Late: limits.LateAt(one, c.config.Now()),
		Escalated: !one.EscalatedAt.IsZero(), Ending: one.Ending}
	if n := len(one.Tries); n > 0 {
		view.LastTry = one.Tries[n-1].Outcome
	}
	if view.AssignedTo, err = c.nameOf(ctx, one.AssignedTo); err != nil {
		return view, err
	}
	view.Name, view.Phone, view.Born, view.Attempts = d.Person.DisplayName(), d.Phone, d.Person.Born, append([]counsel.Attempt{}, one.Tries...)
	view.GivenOn, view.Product = given[one.DonationID].On, given[one.DonationID].Product
	view.Way, err = c.rightWay(ctx, one)
	return view, err
}

// failsOtherwise compares what failed with what is kept of the same donation until now.
func (c *Center) failsOtherwise(ctx context.Context, r result.Result) (bool, error) {
	values, err := c.store.Markers(ctx, result.LeaveToKeep(), r.DonationID)
	return !values.FailsLike(r.Markers), err
}

// isTheirs tells whether the donation of a case is still its donor's, under whichever of
// their documents. One that is gone counts as theirs.
func (c *Center) isTheirs(ctx context.Context, one counsel.Case) (bool, error) {
	given, err := c.store.DonationsByIDs(ctx, []string{one.DonationID})
	if d, ok := given[one.DonationID]; err == nil && ok {
		return c.isSamePerson(ctx, one.DonorID, d.DonorID)
	}
	return true, err
}

// isSamePerson tells whether two donors are counted as one person.
func (c *Center) isSamePerson(ctx context.Context, one, other string) (bool, error) {
	if one == other {
		return true, nil
	}
	found, err := c.store.DonorsByIDs(ctx, []string{one, other})
	return len(found) == 2 && found[one].Head() == found[other].Head(), err
}

// nameOf is the name of a member of staff, their ID when they are gone.
func (c *Center) nameOf(ctx context.Context, staffID string) (string, error) {
	if staffID == "" {
		return "", nil
	}
	m, err := c.store.Member(ctx, staffID)
	if fault.CodeOf(err) == "staff.not_found" {
		return staffID, nil
	}
	return m.Name, err
}
