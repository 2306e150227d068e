package redemption

import (
	"context"

	"lianxin/backend/calendar"
)

// Lapse takes back a hold nobody confirmed. One that was confirmed in the same moment
// stays.
func (s Service) Lapse(ctx context.Context, id string) (Step, error) {
	return s.lapse(ctx, id, func(r Redemption) bool { return r.Status == Held })
}

// Expire takes back a voucher that nobody used in time: points and gift come back, a
// code is free again. One that was used in the same moment stays used.
func (s Service) Expire(ctx context.Context, id string) (Step, error) {
	today := calendar.Of(s.Now())
	return s.lapse(ctx, id, func(r Redemption) bool { return r.Status == Confirmed && r.StatusOn(today) == Lapsed })
}

func (s Service) lapse(ctx context.Context, id string, isDue func(Redemption) bool) (Step, error) {
	var step Step
	err := s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		if step.Redemption, err = s.Store.LockRedemption(ctx, id); err != nil || !isDue(step.Redemption) {
			return err
		}
		if step.Moved, err = s.giveBack(ctx, &step.Redemption, Lapsed); err != nil {
			return err
		}
		return s.Store.SaveRedemption(ctx, step.Redemption)
	})
	return step, err
}
