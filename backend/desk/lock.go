package desk

import (
	"context"
	"crypto/rand"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

// mostWrong is how many wrong passwords a locked desk takes before the login ends.
const mostWrong = 5

func newHasher(cost staff.Params) (*staff.Hasher, error) {
	return staff.NewHasher(cost, rand.Reader, 1)
}

// Active implements api.Desk.
func (d *Desk) Active(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.active = d.config.Now()
	return nil
}

func (d *Desk) lockWhenIdle() {
	d.mu.Lock()
	isIdle := d.login != nil && !d.login.locked && d.config.Now().Sub(d.active) >= d.config.Idle
	d.mu.Unlock()
	if isIdle {
		d.lock()
	}
}

// lock keeps everybody from the login until its password is typed. Nothing is asked of
// the center for a locked desk, so a page that would not hide anything has nothing to show.
func (d *Desk) lock() {
	d.mu.Lock()
	if d.login != nil {
		d.login.locked = true
	}
	d.mu.Unlock()
	d.events.Tell("state", nil)
}

// LockDesk implements api.Desk.
func (d *Desk) LockDesk(ctx context.Context) (api.DeskState, error) {
	d.working.Lock()
	defer d.working.Unlock()
	d.lock()
	return d.DeskState(ctx)
}

// UnlockDesk implements api.Desk. The password is compared here and not at the center:
// without a line somebody gets back to what they were typing. An account that was
// disabled meanwhile is refused by the center at its next question.
func (d *Desk) UnlockDesk(ctx context.Context, password string) (api.DeskState, error) {
	d.working.Lock()
	defer d.working.Unlock()
	l := d.current()
	if l == nil {
		return api.DeskState{}, fault.New(fault.Unauthorized, "desk.signed_out")
	}
	hasher, err := d.hasher()
	if err != nil {
		return api.DeskState{}, err
	}
	ok, _, err := hasher.Check(ctx, l.password, password)
	if err != nil {
		return api.DeskState{}, err
	}
	if !ok {
		return api.DeskState{}, d.wrongPassword(ctx, l)
	}
	d.mu.Lock()
	l.locked, l.wrong, d.active = false, 0, d.config.Now()
	d.mu.Unlock()
	d.events.Tell("state", nil)
	return d.DeskState(ctx)
}

func (d *Desk) wrongPassword(ctx context.Context, l *login) error {
	d.mu.Lock()
	l.wrong++
	left := mostWrong - l.wrong
	d.mu.Unlock()
	if left > 0 {
		return fault.New(fault.Invalid, "desk.password").With("left", left)
	}
	d.config.Log.WarnContext(ctx, "too many wrong passwords at a locked desk: the login ends")
	d.leave(ctx, l)
	return fault.New(fault.Unauthorized, "desk.signed_out")
}
