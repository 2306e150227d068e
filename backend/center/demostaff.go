package center

import (
	"context"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/sample"
	"lianxin/backend/staff"
)

// AddDemoMembers adds the made-up staff, or finds them. A database that was never filled
// with sample data is left alone: fault "seed.not_demo".
func (c *Center) AddDemoMembers(ctx context.Context, by string) ([]staff.Member, error) {
	isDemo, err := c.IsDemo(ctx)
	if err != nil {
		return nil, err
	}
	if !isDemo {
		return nil, fault.New(fault.Conflict, "seed.not_demo")
	}
	var members []staff.Member
	for _, who := range sample.Colleagues() {
		m, err := c.addDemoMember(ctx, who, by)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

func (c *Center) addDemoMember(ctx context.Context, who sample.Colleague, by string) (staff.Member, error) {
	m, err := c.MemberByLogin(ctx, who.Login)
	if fault.CodeOf(err) != "staff.not_found" {
		return m, err
	}
	now := c.config.Now()
	// The code before the one that is shown now, which somebody may be about to use.
	code, err := staff.CodeAt(sample.StaffSecret, now.Add(-staff.CodePeriod))
	if err != nil {
		return m, err
	}
	account := staff.Account{Login: who.Login, Name: who.Name, Role: who.Role, Scope: who.Scope,
		Password: sample.StaffPassword, TOTPSecret: sample.StaffSecret, TOTPCode: code}
	// Judged at the time it was made for, however long the machine takes to come there.
	return c.addMemberAt(ctx, account, by, func() time.Time { return now })
}
