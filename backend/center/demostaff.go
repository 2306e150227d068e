package center

import (
	"context"

	"lianxin/backend/fault"
	"lianxin/backend/sample"
	"lianxin/backend/staff"
)

// AddDemoMember adds the made-up receptionist, or finds them. A database that was never
// filled with sample data is left alone: fault "seed.not_demo".
func (c *Center) AddDemoMember(ctx context.Context, by string) (staff.Member, error) {
	isDemo, err := c.IsDemo(ctx)
	if err != nil {
		return staff.Member{}, err
	}
	if !isDemo {
		return staff.Member{}, fault.New(fault.Conflict, "seed.not_demo")
	}
	m, err := c.MemberByLogin(ctx, sample.StaffLogin)
	if fault.CodeOf(err) != "staff.not_found" {
		return m, err
	}
	// The code before the one that is shown now, which somebody may be about to use.
	code, err := staff.CodeAt(sample.StaffSecret, c.config.Now().Add(-staff.CodePeriod))
	if err != nil {
		return m, err
	}
	return c.AddMember(ctx, staff.Account{Login: sample.StaffLogin, Name: sample.StaffName, Role: staff.Reception,
		Password: sample.StaffPassword, TOTPSecret: sample.StaffSecret, TOTPCode: code}, by)
}
