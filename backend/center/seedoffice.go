package center

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/sample"
	"lianxin/backend/screening"
	"lianxin/backend/staff"
)

// officeSetting marks a database whose made-up staff have work.
const officeSetting = "center.demo_office"

// OfficeFigures are what SeedOffice made.
type OfficeFigures struct{ Staff, Claims, Batches, Stays int }

// reliefUnitML is what a unit by apheresis is reckoned at where somebody is looked for who
// gave much; what a claim is entitled to, the rules say.
const reliefUnitML = 400

// SeedOffice makes the staff of a demo and the work of a month and a half on their desks,
// through the services everything goes through: each step is taken by who may take it, at
// its own time, which is the past. It is all there or not at all. Faults "seed.not_demo",
// "seed.already", and "seed.few_donors" where too few of the sample have given enough.
func (c *Center) SeedOffice(ctx context.Context, seed uint64) (figures OfficeFigures, err error) {
	now := c.config.Now()
	clock := now
	config := c.config
	config.Now = func() time.Time { return clock }
	past, err := Open(ctx, config) // the same center, with a clock that can be set back
	if err != nil {
		return figures, err
	}
	defer func() {
		if closed := past.Close(); err == nil {
			err = closed
		}
	}()
	err = past.store.InTx(ctx, func(ctx context.Context) error {
		if err := past.mayHaveOffice(ctx); err != nil {
			return err
		}
		givers, err := past.givers(ctx)
		if err != nil {
			return err
		}
		o, err := sample.MakeOffice(sample.Options{Seed: seed, Today: c.Today(), Now: now}, givers)
		if err != nil {
			return err
		}
		w := &officework{Center: past, office: o, clock: &clock, camera: sample.NewCamera(), members: map[string]staff.Member{}, claims: map[string]api.ClaimOpened{}}
		if err := w.happens(ctx); err != nil {
			return err
		}
		figures = OfficeFigures{Staff: len(w.members), Claims: len(o.Errands), Batches: len(o.Runs), Stays: len(o.Stays)}
		clock = now
		return past.store.SaveSetting(ctx, officeSetting, true)
	})
	return figures, err
}

// mayHaveOffice tells whether there is sample data without an office.
func (c *Center) mayHaveOffice(ctx context.Context) error {
	var has bool
	isDemo, err := c.IsDemo(ctx)
	if err == nil {
		_, err = c.store.Setting(ctx, officeSetting, &has)
	}
	switch {
	case err != nil:
		return err
	case !isDemo:
		return fault.New(fault.Conflict, "seed.not_demo")
	case has:
		return fault.New(fault.Conflict, "seed.already")
	}
	return nil
}

// giversAtOnce is how many donors are looked at together.
const giversAtOnce = 200

// givers are donors of the sample around whom claims can be made, as many as are needed.
func (c *Center) givers(ctx context.Context) (found []sample.Giver, err error) {
	for after := ""; ; {
		some, err := c.store.DonorsAfter(ctx, after, giversAtOnce)
		if err != nil || len(some) == 0 {
			return found, err
		}
		ids := make([]string, len(some))
		for i, d := range some {
			ids[i] = d.ID
		}
		given, err := c.store.DonationsOfAll(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, d := range some {
			g := sample.Giver{Person: d.Person, Phone: d.Phone}
			for _, one := range given[d.ID] {
				ml := one.VolumeML
				if one.Product == donation.Apheresis {
					ml = one.Units * reliefUnitML
				}
				g.Given = append(g.Given, sample.Volume{On: one.On, ML: int64(ml)})
			}
			if g.Fits(c.Today()) {
				found = append(found, g)
			}
			if len(found) == sample.GiversNeeded() {
				return found, nil
			}
		}
		after = some[len(some)-1].ID
	}
}

// officework lets happen what an office of the sample says, in its order of time.
type officework struct {
	*Center
	office  sample.Office
	clock   *time.Time
	camera  *sample.Camera
	members map[string]staff.Member
	claims  map[string]api.ClaimOpened // by ID, as each is now
	batches []api.BatchOpened          // of the office's runs
	ward    string                     // device of the hospital
}

// deed is something that happens at a time.
type deed struct {
	at   time.Time
	what string
	do   func(ctx context.Context) error
}

func (w *officework) happens(ctx context.Context) error {
	deeds := []deed{{w.office.Opened, "staff", w.hire}, {w.office.Opened.Add(time.Hour), "hospital", w.letIn}}
	for _, e := range w.office.Errands {
		deeds = append(deeds, w.errand(e)...)
	}
	w.batches = make([]api.BatchOpened, len(w.office.Runs))
	for i, r := range w.office.Runs {
		deeds = append(deeds, w.run(i, r)...)
	}
	for _, s := range w.office.Stays {
		deeds = append(deeds, w.stay(s)...)
	}
	deeds = append(deeds, deed{w.office.Locked, "lock", w.lock})
	slices.SortStableFunc(deeds, func(a, b deed) int { return a.at.Compare(b.at) })
	for _, d := range deeds {
		*w.clock = d.at
		if err := d.do(ctx); err != nil {
			return fmt.Errorf("sample office, %s of %s: %w", d.what, d.at.Format(time.RFC3339), err)
		}
	}
	return nil
}

func (w *officework) hire(ctx context.Context) error {
	for _, who := range sample.Colleagues() {
		m, err := w.addDemoMember(ctx, who, "seed")
		if err != nil {
			return err
		}
		w.members[who.Login] = m
	}
	return nil
}

// as is somebody at a desk.
func (w *officework) as(login string) api.Caller {
	m := w.members[login]
	return api.Caller{StaffID: m.ID, Role: string(m.Role), Districts: m.Scope.Districts}
}

func (w *officework) lock(ctx context.Context) error {
	_, err := w.LockSettlements(ctx, api.SettlementLock{Month: w.office.Month}, w.as("demo.treasurer"))
	return err
}

// steps are what is done with a claim until it has a status, after it was typed.
var steps = map[claim.Status][]claim.Step{
	claim.Draft:        {},
	claim.Submitted:    {claim.Submit},
	claim.Withdrawn:    {claim.Submit, claim.Withdraw},
	claim.InReview:     {claim.Submit, claim.Take},
	claim.Returned:     {claim.Submit, claim.Take, claim.Return},
	claim.Rejected:     {claim.Submit, claim.Take, claim.Reject},
	claim.SecondReview: {claim.Submit, claim.Take, claim.Approve},
	claim.Approved:     {claim.Submit, claim.Take, claim.Approve},
	claim.ToPay:        {claim.Submit, claim.Take, claim.Approve, claim.Release},
}

func (w *officework) errand(e sample.Errand) []deed {
	path := steps[e.To]
	deeds := []deed{{e.At(0, len(path)), "claim", func(ctx context.Context) error { return w.typed(ctx, e) }}}
	for i, s := range path {
		deeds = append(deeds, deed{e.At(i+1, len(path)), string(s) + " of a claim", func(ctx context.Context) error { return w.step(ctx, e, s) }})
	}
	return deeds
}

// filer is who files a claim and hands it in: online the donor, else a clerk.
func (w *officework) filer(ctx context.Context, e sample.Errand) (api.Caller, error) {
	if e.Content.Channel != claim.Online {
		return w.as(e.By), nil
	}
	doc, err := e.Content.Donor.Document()
	if err != nil {
		return api.Caller{}, err
	}
	d, err := w.store.DonorByKey(ctx, screening.Key(w.gateKey(), doc))
	if err != nil {
		return api.Caller{}, err
	}
	return w.asDonor(ctx, d.ID)
}

// typed makes the claim, with its pages.
func (w *officework) typed(ctx context.Context, e sample.Errand) error {
	by, err := w.filer(ctx, e)
	if err != nil {
		return err
	}
	c, err := w.CreateClaim(ctx, api.ClaimNew{ID: e.ID, District: e.District, Content: e.Content}, by)
	if err != nil {
		return err
	}
	for i, kind := range c.Documents {
		switch {
		case e.IsBare && i > 0, kind == claim.CommitmentPaper && e.Content.Commitment.Way == claim.SignedHere:
			continue
		}
		page := sample.Sheet(kind, e)
		if e.Pictures || kind == claim.Invoice {
			if page, err = w.camera.Photograph(kind, e); err != nil {
				return err
			}
		}
		if c, err = w.AttachToClaim(ctx, e.ID, string(kind), api.ClaimHanded{Kind: kind, Content: page}, by); err != nil {
			return err
		}
	}
	w.claims[e.ID] = c
	return nil
}

// step takes one as who takes it. What is above the limit of one reviewer another approves
// as well, unless that is where the claim waits.
func (w *officework) step(ctx context.Context, e sample.Errand, s claim.Step) error {
	in, duty, by := api.ClaimAct{Version: w.claims[e.ID].Version}, claim.Review, w.as("demo.reviewer")
	switch s {
	case claim.Submit, claim.Withdraw:
		filer, err := w.filer(ctx, e)
		if err != nil {
			return err
		}
		if duty, by = claim.Capture, filer; s == claim.Withdraw {
			in.Note = e.Note
		}
	case claim.Return, claim.Reject:
		in.Note, in.Wanted, in.Reason = e.Note, e.Wanted, e.Reason
	case claim.Approve:
		in.AmountFen = w.claims[e.ID].Assessment.Totals.PayableFen
	case claim.Release:
		duty, by = claim.Pay, w.as("demo.finance")
	}
	next, err := w.StepClaim(ctx, e.ID, s, duty, in, by)
	if err == nil && next.Status == claim.SecondReview && e.To != claim.SecondReview {
		*w.clock = w.clock.Add(30 * time.Minute)
		next, err = w.StepClaim(ctx, e.ID, claim.Approve, duty, api.ClaimAct{Version: next.Version}, w.as("demo.second"))
	}
	w.claims[e.ID] = next
	return err
}
