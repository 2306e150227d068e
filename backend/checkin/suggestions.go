package checkin

import (
	"context"

	"lianxin/backend/preference"
)

// SwitchSuggestions says whether the person wants gifts suggested to them. It is written
// down here and takes effect on this screen at once, with or without a line.
func (s *Service) SwitchSuggestions(ctx context.Context, on bool) (Session, error) {
	return s.do(ctx, func(c *session) error {
		if c.step != StepAccount && c.step != StepGifts || c.account.Account == nil {
			return errStep(c.step)
		}
		in := preference.Switched{DonorKey: c.donorKey, On: on, At: s.deps.Clock.Moment()}
		if err := s.deps.Gifts.Switch(ctx, in); err != nil {
			return err
		}
		// A copy: a page may be reading the one it was given.
		shown := *c.account.Account
		shown.Suggestions = preference.Shown{On: on, Gifts: []preference.Suggestion{}}
		c.account.Account = &shown
		return nil
	})
}
