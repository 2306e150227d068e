package center

import (
	"context"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/sample"
	"lianxin/backend/token"
)

// letIn registers the hospital and lets a system of it in. Its key is thrown away: nobody
// speaks with it again, and a demo that wants to lets in another.
func (w *officework) letIn(ctx context.Context) error {
	if err := w.SaveHospital(ctx, w.office.Hospital, "seed"); err != nil {
		return err
	}
	_, invitation, err := w.Invite(ctx, "HIS", device.Hospital, w.office.Hospital.ID, "seed", time.Minute)
	if err != nil {
		return err
	}
	key, err := token.NewKey(w.config.Random)
	if err != nil {
		return err
	}
	view, err := w.Claim(ctx, api.EnrolmentClaim{Code: string(invitation.Code), PublicKey: key.Public().Bytes(), Proof: token.ProvePossession(key, invitation.Code), Version: w.Version()})
	if err != nil {
		return err
	}
	d, err := w.Approve(ctx, view.ID, view.Fingerprint, "seed")
	if err != nil {
		return err
	}
	w.ward = d.ID
	return w.closeGrant(ctx, d.ID)
}

// stay sets aside what a patient uses, and waives it at discharge.
func (w *officework) stay(s sample.Stay) []deed {
	by, id := func() api.Caller { return api.Caller{DeviceID: w.ward} }, ""
	deeds := []deed{{s.Reserved, "stay", func(ctx context.Context) error {
		made, err := w.ReserveRelief(ctx, s.Order, by())
		id = made.ID
		return err
	}}}
	if !s.Confirmed.IsZero() {
		deeds = append(deeds, deed{s.Confirmed, "discharge", func(ctx context.Context) error {
			_, err := w.ConfirmRelief(ctx, id, by())
			return err
		}})
	}
	return deeds
}
