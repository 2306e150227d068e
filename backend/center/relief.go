package center

import (
	"context"
	"fmt"

	"lianxin/backend/api"
	"lianxin/backend/award"
	"lianxin/backend/calendar"
	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/identity"
	"lianxin/backend/relief"
	"lianxin/backend/screening"
)

// Relief says what somebody is entitled to and keeps account of it.
func (c *Center) Relief() relief.Service {
	return relief.Service{Store: c.store, Rules: c.packs.Relief, Honours: c.honoursEarned}
}

// honoursEarned are the grades somebody has reached by what they gave, the lowest first.
func (c *Center) honoursEarned(given []donor.Donation, on calendar.Date) ([]string, error) {
	if len(given) == 0 {
		return nil, nil
	}
	rules, err := c.packs.Honours(on)
	if err != nil {
		return nil, err
	}
	counted := make([]award.Given, len(given))
	for i, g := range given {
		counted[i] = award.Given{Product: g.Product, VolumeML: g.VolumeML, Units: g.Units}
	}
	reached := rules.ProgressOf(counted).Count
	var earned []string
	for _, g := range rules.Grades {
		if g.At <= reached {
			earned = append(earned, g.ID)
		}
	}
	return earned, nil
}

// lapseVolumes gives back what was reserved and neither confirmed nor released in time.
// Each is a transaction of its own, so two instances at it do no harm.
func (c *Center) lapseVolumes(ctx context.Context) error {
	_, err := c.Relief().Lapse(ctx, c.config.Now().UTC(), lapsedAtOnce)
	return err
}

// AssessRelief implements api.Relief. Who looked at whose donations is written down
// before anything is shown.
func (c *Center) AssessRelief(ctx context.Context, in api.ReliefQuestion, by api.Caller) (api.ReliefAnswer, error) {
	if err := c.freshPacks(ctx); err != nil {
		return api.ReliefAnswer{}, err
	}
	bill, err := hospital.Bill("body.lines", in.Lines, in.InsuranceFen)
	if err != nil {
		return api.ReliefAnswer{}, err
	}
	q := relief.Question{Region: in.Region, On: c.Today(), Bill: bill}
	known, err := c.donorsNamed(ctx, in.Donors)
	if err != nil {
		return api.ReliefAnswer{}, err
	}
	answer := api.ReliefAnswer{Donors: []api.KnownDonor{}}
	for i, d := range known {
		if err := c.record(ctx, by.StaffID, "relief.assess", "donor", d.ID); err != nil {
			return api.ReliefAnswer{}, err
		}
		q.Name(d.Head(), in.Donors[i].Relation)
		answer.Donors = append(answer.Donors, api.KnownDonor{DonorID: d.ID, Name: identity.MaskName(d.Person.DisplayName()), Document: d.Person.Document.Masked()})
	}
	answer.Assessment, err = c.Relief().Assess(ctx, q)
	return answer, err
}

// donorsNamed finds donors by their documents; fault "donor.not_found" with those nobody knows.
func (c *Center) donorsNamed(ctx context.Context, named []api.ReliefDonor) ([]donor.Donor, error) {
	missing := fault.New(fault.NotFound, "donor.not_found")
	var known []donor.Donor
	for i, n := range named {
		at := fmt.Sprintf("body.donors[%d]", i)
		document, err := identity.ParseOn(n.Kind, n.Number, c.Today())
		if err != nil {
			wrong := fault.From(err)
			return nil, fault.New(wrong.Kind, wrong.Code).At(at+".number", wrong.Code, "")
		}
		d, err := c.store.DonorByKey(ctx, screening.Key(c.gateKey(), document))
		switch {
		case fault.CodeOf(err) == "donor.not_found":
			missing.At(at, "donor.not_found", "")
		case err != nil:
			return nil, err
		}
		known = append(known, d)
	}
	if len(missing.Places) > 0 {
		return nil, missing
	}
	return known, nil
}
