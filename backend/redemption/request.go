package redemption

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/gift"
)

// Request decides on what somebody asked for without a line: it is granted with a
// voucher, or refused with the reason kept for them. A fault is no decision. instead is
// the hold that was asked for before the line broke and may or may not be here, "" for
// none. What the person still has set aside at the same kiosk from before they asked is
// given back as well: nobody else stood there, and its points might be missing. What they
// had said yes to stays theirs, but for the same gift, which they do not want twice.
func (s Service) Request(ctx context.Context, ask Ask, instead string, at time.Time) (Step, error) {
	open, err := s.openAt(ctx, ask, at)
	if err != nil {
		return Step{}, err
	}
	switch isKept, err := s.isKept(ctx, instead, ask.GiftID); {
	case err != nil:
		return Step{}, err
	case instead != "" && !isKept && !slices.Contains(open, instead):
		open = append(open, instead)
	}
	var moved []gift.Stock
	for _, id := range open {
		given, err := s.Cancel(ctx, id, ask.DonorID)
		if err != nil && fault.From(err).Kind != fault.Conflict && fault.CodeOf(err) != "redemption.not_found" {
			return given, err
		}
		moved = append(moved, given.Moved...)
	}
	step, err := s.request(ctx, ask, at)
	step.Moved = append(moved, step.Moved...)
	return step, err
}

// isKept tells whether a redemption was confirmed though nobody heard it, of another gift.
func (s Service) isKept(ctx context.Context, id, giftID string) (bool, error) {
	r, err := s.Store.Redemption(ctx, id)
	if fault.CodeOf(err) == "redemption.not_found" {
		return false, nil
	}
	return r.Status == Confirmed && r.GiftID != giftID, err
}

// recentShown is among how many redemptions of a person those are looked for that are
// still held: a hold lasts minutes.
const recentShown = 50

// openAt are the holds of who asks, at the same kiosk from before they asked.
func (s Service) openAt(ctx context.Context, ask Ask, at time.Time) ([]string, error) {
	people, err := s.Store.Together(ctx, []string{ask.DonorID})
	if err != nil {
		return nil, err
	}
	recent, err := s.Store.RedemptionsOf(ctx, people, recentShown)
	var open []string
	for _, r := range recent {
		if r.Status == Held && r.ID != ask.ID && r.DeviceID != "" && r.DeviceID == ask.Device && !r.AskedAt.After(at) {
			open = append(open, r.ID)
		}
	}
	return open, err
}

func (s Service) request(ctx context.Context, ask Ask, at time.Time) (Step, error) {
	step, err := s.Hold(ctx, ask)
	if err == nil {
		held := step
		if step, err = s.Confirm(ctx, ask.ID, ask.DonorID); err == nil {
			step.Moved = held.Moved
			return s.queued(ctx, step, at)
		}
	}
	if f := fault.From(err); f.Kind != fault.Conflict && f.Kind != fault.NotFound || f.Code == "redemption.id_reused" || f.Code == "donor.not_found" {
		return step, err
	}
	return s.refuse(ctx, ask, fault.CodeOf(err), at)
}

// queued notes that a granted redemption was asked for earlier, without a line.
func (s Service) queued(ctx context.Context, step Step, at time.Time) (Step, error) {
	if step.Redemption.Queued {
		return step, nil
	}
	step.Redemption.Queued, step.Redemption.AskedAt = true, at
	return step, s.Store.SaveRedemption(ctx, step.Redemption)
}

func (s Service) refuse(ctx context.Context, ask Ask, reason string, at time.Time) (Step, error) {
	now := s.Now()
	r := Redemption{ID: ask.ID, DonorID: ask.DonorID, GiftID: ask.GiftID, SiteID: ask.SiteID, Points: ask.Points, Status: Refused,
		Year: calendar.Of(now).Year(), Queued: true, Reason: reason, Lang: ask.Lang, DeviceID: ask.Device, AskedAt: at, ClosedAt: now}
	known, err := s.Store.Redemption(ctx, ask.ID)
	if err == nil { // held before the line was lost, and nobody confirmed it in time
		return Step{Redemption: known}, nil
	}
	if fault.CodeOf(err) != "redemption.not_found" {
		return Step{}, err
	}
	return Step{Redemption: r}, s.Store.SaveRedemption(ctx, r)
}
