package center

import (
	"context"
	"time"

	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// claimRelief answers what claims ask of entitlement and its ledger.
type claimRelief struct{ *Center }

// claimHolds is for how long a claim's millilitres stay set aside while it is handled. A
// claim that waits for longer is late many times over; approved then, it is told that
// nothing is set aside.
const claimHolds = 365 * 24 * time.Hour

// Documents implements claim.Documents by the center's own rules of today.
func (c claimRelief) Documents(_ context.Context, one claim.Claim) ([]claim.DocumentKind, error) {
	needs, err := c.claimNeeds()
	return one.Asked(needs), err
}

// claimNeeds are the documents the center's own rules of today ask for.
func (c *Center) claimNeeds() ([]claim.Need, error) {
	rules, err := c.packs.Relief("", c.Today())
	if err != nil {
		return nil, err
	}
	needs := make([]claim.Need, len(rules.Documents.Needs))
	for i, row := range rules.Documents.Needs {
		needs[i] = claim.Need{Kind: claim.DocumentKind(row.ID), Relations: row.For, Agent: row.Agent}
	}
	return needs, nil
}

// Assess implements claim.Relief.
func (c claimRelief) Assess(ctx context.Context, one claim.Claim) (relief.Assessment, error) {
	if one.Reservation != "" {
		held, err := c.store.Reservation(ctx, one.Reservation)
		return held.Assessment, err
	}
	q, err := c.question(ctx, one)
	if err != nil {
		return relief.Assessment{}, err
	}
	return c.Relief().Assess(ctx, q)
}

// question asks for the patient of a claim: by the donor's donations, and by their own
// when they gave. Whoever is not on file as a donor covers nothing.
func (c claimRelief) question(ctx context.Context, one claim.Claim) (relief.Question, error) {
	q := relief.Question{On: c.Today(), Bill: one.ReliefBill(), Donors: []relief.Related{}}
	for _, who := range []struct {
		party    claim.Party
		relation relief.Relation
	}{{one.Patient, relief.Self}, {one.Donor.Party, one.Relation}} {
		doc, err := who.party.Document()
		if err != nil || !who.relation.Valid() {
			continue
		}
		id, err := c.donorIDOf(ctx, doc)
		if err != nil {
			return q, err
		}
		q.Name(id, who.relation)
	}
	return q, nil
}

// Reserve implements claim.Relief. A claim a donor has filed is taken with a line that was
// waived: a reviewer sees it and sends the claim back, and no donor tries out what a hospital
// did for somebody.
func (c claimRelief) Reserve(ctx context.Context, one claim.Claim) (bool, error) {
	q, err := c.question(ctx, one)
	if err != nil {
		return false, err
	}
	now := c.config.Now().UTC()
	_, err = c.Relief().Reserve(ctx, relief.Order{ID: one.Reservation, For: one.ID, Channel: relief.Reimbursed, PlaceID: one.District, Question: q, At: now, Until: now.Add(claimHolds)})
	isEmpty := fault.CodeOf(err) == "relief.nothing_left"
	if err != nil && !isEmpty {
		return false, err
	}
	if one.IsFiled() {
		return !isEmpty, nil
	}
	// Now, for the donors are held: a hospital that asks for less at this moment waits.
	err = c.refuseWaived(ctx, one, fault.New(fault.Invalid, "claim.incomplete"))
	return !isEmpty && err == nil, err
}

// Confirm implements claim.Relief. What a hospital waived is looked for once more.
func (c claimRelief) Confirm(ctx context.Context, one claim.Claim) error {
	if one.Reservation == "" {
		return fault.New(fault.Conflict, "relief.nothing_left")
	}
	if _, err := c.Relief().Confirm(ctx, one.Reservation, c.config.Now().UTC()); err != nil {
		return err
	}
	// A case and a claim that name different donors wait for nobody: who came second shows here.
	return c.refuseWaived(ctx, one, fault.New(fault.Conflict, "claim.waived"))
}

// Release implements claim.Relief.
func (c claimRelief) Release(ctx context.Context, one claim.Claim) error {
	now := c.config.Now().UTC()
	_, err := c.Relief().Release(ctx, one.Reservation, now)
	if fault.CodeOf(err) == "relief.confirmed" {
		_, err = c.Relief().Reverse(ctx, one.Reservation, "claim_"+string(one.Status), now)
	}
	return err
}
