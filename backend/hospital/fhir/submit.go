package fhir

import (
	"context"

	"lianxin/backend/fault"
	"lianxin/backend/hospital"
	"lianxin/backend/relief"
)

// Desk is the service as one hospital's client has it.
type Desk interface {
	Reserve(ctx context.Context, o hospital.Order) (hospital.View, error)
	Find(ctx context.Context, number string) (hospital.View, error)
	Confirm(ctx context.Context, id string) (hospital.View, error)
	Release(ctx context.Context, id string) (hospital.View, error)
	Correct(ctx context.Context, id string, c hospital.Correction) (hospital.View, error)
}

// Submit does what a claim says: a preauthorization sets aside, a claim confirms (and sets
// aside first what was not), one that is related to a prior one corrects it, a cancelled
// one gives back. Faults are "hospital.fhir" and those of hospital.Service.
func Submit(ctx context.Context, c Claim, at Desk) (hospital.View, error) {
	if c.Status == "cancelled" {
		return cancel(ctx, c, at)
	}
	o, err := c.Order()
	if err != nil {
		return hospital.View{}, err
	}
	if c.isCorrection() {
		return correct(ctx, c, o, at)
	}
	v, err := at.Reserve(ctx, o)
	if err != nil || c.Use == "preauthorization" {
		return v, err
	}
	return at.Confirm(ctx, v.ID)
}

func correct(ctx context.Context, c Claim, o hospital.Order, at Desk) (hospital.View, error) {
	v, err := at.Find(ctx, o.Number)
	if err != nil {
		return v, err
	}
	reason := hospital.Reason(c.Extension.of(ExtensionReason).ValueCode)
	if version := c.Extension.of(ExtensionVersion).ValueInteger; version > 0 && reason.Valid() {
		return at.Correct(ctx, v.ID, hospital.Correction{Version: version, Reason: reason, Instead: &o.Inquiry})
	}
	f := fault.New(fault.Invalid, "hospital.fhir")
	return hospital.View{}, f.At(c.ResourceType+".extension", "hospital.fhir", "a correction has "+ExtensionVersion+" and "+ExtensionReason)
}

func cancel(ctx context.Context, c Claim, at Desk) (hospital.View, error) {
	v, err := at.Find(ctx, c.number())
	switch {
	case err != nil:
		return v, err
	case v.State != relief.Confirmed:
		return at.Release(ctx, v.ID)
	}
	reason := hospital.Reason(c.Extension.of(ExtensionReason).ValueCode)
	if !reason.Valid() {
		reason = hospital.NotUsed
	}
	return at.Correct(ctx, v.ID, hospital.Correction{Version: v.Version, Reason: reason})
}
