package center

import (
	"context"
	"fmt"
	"slices"

	"lianxin/backend/api"
	"lianxin/backend/claim"
	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/lang"
)

// refuseWaived is a fault with the lines of a claim that a hospital has waived, where there
// are any.
func (c *Center) refuseWaived(ctx context.Context, one claim.Claim, as *fault.Fault) error {
	cases, err := c.store.HospitalCasesFor(ctx, one.LineMarks())
	if err != nil {
		return err
	}
	waived := hospital.Waived(one.Content, cases, c.config.Now())
	if len(waived) == 0 {
		return nil
	}
	as.Places = placesOf(waived)
	return as.With("count", len(waived))
}

// placesOf are the lines that were waived, as what keeps a claim from going on.
func placesOf(waived []hospital.Waiver) []fault.Place {
	places := []fault.Place{}
	for _, w := range waived {
		places = append(places, fault.Place{Location: fmt.Sprintf("lines[%d]", w.Place), Code: "claim.waived"})
	}
	return places
}

// barring are the steps that a waived line is in the way of; a draft is told what is missing.
var barring = []claim.Step{claim.Approve, claim.Reopen}

// showWaived puts beside a claim's lines what hospitals asked its patient less for. A claim
// that has been paid or was withdrawn has nobody who would look.
func (c *Center) showWaived(ctx context.Context, view *api.ClaimOpened, one claim.Claim) error {
	view.Waived = []api.ClaimWaived{}
	if !one.MayBePaid() {
		return nil
	}
	cases, err := c.store.HospitalCasesFor(ctx, one.PatientMarks())
	if err != nil {
		return err
	}
	now := c.config.Now()
	waived, doubtful := hospital.Waived(one.Content, cases, now), hospital.Doubtful(one.Content, cases, now)
	if len(waived) > 0 {
		view.Missing = append(view.Missing, placesOf(waived)...)
		view.Steps = slices.DeleteFunc(view.Steps, func(s claim.Step) bool { return slices.Contains(barring, s) })
	}
	names := map[string]lang.Text{}
	for i, w := range slices.Concat(waived, doubtful) {
		name, ok := names[w.Case.HospitalID]
		if !ok {
			h, err := c.store.Hospital(ctx, w.Case.HospitalID)
			if err != nil {
				return err
			}
			name = h.Name
			names[w.Case.HospitalID] = name
		}
		view.Waived = append(view.Waived, api.ClaimWaived{Line: w.Place, Same: i < len(waived), Case: w.Case.Reference, Hospital: name, Charge: w.Charge, WaivedFen: w.WaivedFen})
	}
	return nil
}
