package checkin

import (
	"context"
	"time"

	"lianxin/backend/account"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
	"lianxin/backend/reminder"
	"lianxin/backend/visit"
)

// isOwn tells whether somebody came for what is theirs alone.
func (a Aim) isOwn() bool { return a == AimAccount || a == AimGifts }

// errCardOnly is the answer to who typed a number or showed a code to see what is
// theirs: neither proves who it is well enough.
func errCardOnly() error { return fault.New(fault.Forbidden, "account.card_only") }

// openAccount takes over who the person is and asks the center for what is theirs.
func (s *Service) openAccount(c *session, person identity.Person) error {
	c.person, c.source, c.donorKey, c.step = person, visit.Card, s.deps.DonorKey(person.Document), StepAccount
	if c.aim == AimGifts {
		c.step = StepGifts
	}
	s.askForAccount(c)
	return nil
}

// accountTime bounds how long the center is waited for; then the screen says so.
const accountTime = 8 * time.Second

// askForAccount asks beside the journey: whoever waits for the center can leave
// at any moment, and then nothing of the answer is kept.
func (s *Service) askForAccount(c *session) {
	if c.account.State == "asking" {
		return
	}
	c.account = AccountView{State: "asking"}
	s.refreshAccount(c)
}

// refreshAccount asks again, and leaves what is shown until the answer is there.
func (s *Service) refreshAccount(c *session) {
	key := c.donorKey
	s.alongside(c, accountTime, func(ctx context.Context) func(*session) bool {
		a, err := s.deps.Accounts.Account(ctx, key)
		return func(c *session) bool { return s.noteAccount(c, a, err) }
	})
}

// reminders are the days to come on which something becomes possible again.
func (s *Service) reminders(c *session) []Reminder {
	if c.account.Account == nil {
		return nil
	}
	var files []Reminder
	for _, option := range c.account.Account.Next {
		if option.Allowed || option.EarliestOn.IsZero() {
			continue
		}
		event := reminder.Event{Product: option.Product, On: option.EarliestOn}
		files = append(files, Reminder{option.Product, event.File(c.language, s.deps.Clock.Moment())})
	}
	return files
}

// noteAccount keeps what the center said.
func (s *Service) noteAccount(c *session, a account.Account, err error) bool {
	if c.isTheirs() != nil {
		return false
	}
	if err != nil && c.account.State == "shown" { // what was shown before is better than nothing
		return false
	}
	if err != nil {
		c.account = AccountView{State: "failed", Code: fault.CodeOf(err)}
		return true
	}
	c.account = AccountView{State: "shown", Account: &a}
	c.touched = s.deps.Clock.Now() // reading begins now
	return true
}
