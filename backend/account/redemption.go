package account

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
	"lianxin/backend/redemption"
)

// RedemptionsShown is how many redemptions are shown at once.
const RedemptionsShown = 50

// AllRedemptions is more than one person can have made.
const AllRedemptions = 100_000

// Redemption is one gift somebody asked for, as they see it.
type Redemption struct {
	ID          string            `json:"id"`
	GiftID      string            `json:"gift_id"`
	Name        lang.Text         `json:"name"`
	Picture     string            `json:"picture"`
	Colour      string            `json:"colour"`
	Codes       bool              `json:"codes" doc:"The voucher carries a code; there is nothing to pick up"`
	Points      int64             `json:"points"`
	SiteID      string            `json:"site_id" doc:"Where to pick it up; empty for codes"`
	Status      redemption.Status `json:"status" enum:"held,confirmed,picked_up,cancelled,lapsed,refused" doc:"picked_up: handed over, or its code was shown"`
	Queued      bool              `json:"queued,omitempty" doc:"Asked for without a line, decided later"`
	Reason      string            `json:"reason,omitempty" doc:"refused: why, a fault code"`
	AskedAt     time.Time         `json:"asked_at"`
	ConfirmedAt time.Time         `json:"confirmed_at,omitzero"`
	PickedUpAt  time.Time         `json:"picked_up_at,omitzero"`
	ClosedAt    time.Time         `json:"closed_at,omitzero" doc:"When it was cancelled, lapsed or refused"`
	MayCancel   bool              `json:"may_cancel"`
	CancelUntil calendar.Date     `json:"cancel_until,omitzero" doc:"Last day on which it may be cancelled"`
	PickUpUntil calendar.Date     `json:"pick_up_until,omitzero" doc:"Last day on which its voucher is good; absent for always"`
}

// redemptions lists what the person asked for, newest first.
func (r Reader) redemptions(ctx context.Context, people []string, today calendar.Date) ([]Redemption, error) {
	found, err := r.Records.RedemptionsOf(ctx, people, RedemptionsShown)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.GiftID
	}
	gifts, err := r.Records.GiftsByIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	shown := make([]Redemption, len(found))
	for i, one := range found {
		g := gifts[one.GiftID]
		shown[i] = Redemption{ID: one.ID, GiftID: one.GiftID, Name: g.Name, Picture: g.Picture, Colour: g.Colour, Codes: g.Codes, Points: one.Points,
			SiteID: one.SiteID, Status: one.StatusOn(today), Queued: one.Queued, Reason: one.Reason, AskedAt: one.AskedAt, ConfirmedAt: one.ConfirmedAt,
			PickedUpAt: one.PickedUpAt, ClosedAt: one.ClosedAt, PickUpUntil: one.PickUpUntil}
		if shown[i].CancelUntil, err = r.Redeeming.CancelUntil(one); err != nil {
			return nil, err
		}
		shown[i].MayCancel = one.Status == redemption.Held || shown[i].Status == redemption.Confirmed && !today.After(shown[i].CancelUntil)
	}
	return shown, nil
}
