package desk

import (
	"context"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/sample"
	"lianxin/backend/staff"
)

// LogInAsDemo implements api.Desk. The account is in sample data only, and everybody knows
// its secrets; a center with real people has none of that name.
func (d *Desk) LogInAsDemo(ctx context.Context, who string) (state api.DeskState, err error) {
	if !d.config.Demo {
		return state, fault.New(fault.NotFound, "desk.not_demo")
	}
	// A code works once: after another login in the same half minute it is the next one.
	for _, later := range []int{0, 1} {
		var code string
		if code, err = staff.CodeAt(sample.StaffSecret, d.config.Now().Add(staff.CodePeriod*time.Duration(later))); err != nil {
			return state, err
		}
		state, err = d.LogIn(ctx, api.DeskLogin{Login: who, Password: sample.StaffPassword, Code: code})
		if fault.CodeOf(err) != "staff.login_refused" {
			return state, err
		}
	}
	return state, err
}
