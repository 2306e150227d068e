package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"lianxin/backend/center"
	"lianxin/backend/commandline"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

// UserCmd looks after the members of staff.
type UserCmd struct {
	Add     UserAddCmd     `cmd:"" help:"Add a member: asks for a password and shows the second factor as a QR."`
	List    UserListCmd    `cmd:"" help:"List members with their role and where they work."`
	Change  UserChangeCmd  `cmd:"" help:"Change a member's name, role or where they work; what is left out stays."`
	Disable UserDisableCmd `cmd:"" help:"Keep a member out, from their next call on."`
	Enable  UserEnableCmd  `cmd:"" help:"Let a disabled member in again."`
	Demo    UserDemoCmd    `cmd:"" help:"Add the made-up staff of a demo."`
	Reset   UserResetCmd   `cmd:"" help:"Give a member another password and second factor; ends their logins."`
}

// UserAddCmd adds.
type UserAddCmd struct {
	Place
	Login     string   `arg:"" help:"3 to 32 small letters, digits (at most 7), dot, hyphen or underscore."`
	Name      string   `required:"" help:"Name shown on screens."`
	Role      string   `required:"" enum:"reception,district_clerk,reviewer,finance,counsellor,admin" help:"One of ${enum}."`
	Stations  []string `name:"station" help:"Station the member is limited to; may be repeated." placeholder:"ID"`
	Districts []string `name:"district" help:"District the member is limited to (GB/T 2260); may be repeated." placeholder:"CODE"`
}

// Run asks and adds.
func (u UserAddCmd) Run() error {
	return u.begins(func(ctx context.Context, c *center.Center) error {
		if _, err := c.MemberByLogin(ctx, u.Login); err == nil {
			return fault.New(fault.Conflict, "staff.login_taken")
		} else if fault.CodeOf(err) != "staff.not_found" {
			return err
		}
		account := staff.Account{Login: u.Login, Name: u.Name, Role: staff.Role(u.Role),
			Scope: staff.Scope{Stations: u.Stations, Districts: u.Districts}}
		return askAccount(ctx, c, account, func(a staff.Account) error {
			m, err := c.AddMember(ctx, a, operator)
			if err == nil {
				fmt.Printf("added: %s as %s\n", m.Login, m.Role)
			}
			return err
		})
	})
}

// UserResetCmd resets.
type UserResetCmd struct {
	Place
	Login string `arg:"" help:"Login name."`
}

// Run asks and resets.
func (u UserResetCmd) Run() error {
	return u.with(func(ctx context.Context, c *center.Center) error {
		m, err := c.MemberByLogin(ctx, u.Login)
		if err != nil {
			return err
		}
		account := staff.Account{Login: m.Login, Name: m.Name, Role: m.Role, Scope: m.Scope}
		return askAccount(ctx, c, account, func(a staff.Account) error {
			_, err := c.ResetMember(ctx, m.ID, a.Password, a.TOTPSecret, a.TOTPCode, operator)
			if err == nil {
				fmt.Printf("reset: %s; every login of theirs has ended\n", m.Login)
			}
			return err
		})
	})
}

// UserChangeCmd changes what somebody works as.
type UserChangeCmd struct {
	Place
	Login      string   `arg:"" help:"Login name."`
	Name       string   `help:"Name shown on screens."`
	Role       string   `enum:",reception,district_clerk,reviewer,finance,counsellor,admin" default:"" help:"reception, district_clerk, reviewer, finance, counsellor or admin." placeholder:"ROLE"`
	Stations   []string `name:"station" help:"Station the member is limited to; may be repeated." placeholder:"ID"`
	Districts  []string `name:"district" help:"District the member is limited to (GB/T 2260); may be repeated." placeholder:"CODE"`
	Everywhere bool     `help:"Without limits. Stations and districts replace what was there before."`
}

// Help shows how.
func (UserChangeCmd) Help() string {
	return `Another role or another place ends the member's logins; another name alone does not.

Examples:
  lianxin-center user change clerk.wang --role reviewer
  lianxin-center user change clerk.wang --district 110105 --district 110106
  lianxin-center user change clerk.wang --everywhere`
}

// Run changes what was said.
func (u UserChangeCmd) Run() error {
	return u.with(func(ctx context.Context, c *center.Center) error {
		m, err := c.MemberByLogin(ctx, u.Login)
		if err != nil {
			return err
		}
		m, err = c.ChangeMember(ctx, m.ID, u.changes(m), operator)
		if err == nil {
			fmt.Printf("changed: %s, %s as %s, %s\n", m.Login, m.Name, m.Role, whereOf(m))
		}
		return err
	})
}

func (u UserChangeCmd) changes(m staff.Member) staff.Changes {
	to := staff.Changes{Name: cmp.Or(u.Name, m.Name), Role: cmp.Or(staff.Role(u.Role), m.Role), Scope: m.Scope}
	if u.Everywhere || len(u.Stations)+len(u.Districts) > 0 {
		to.Scope = staff.Scope{Stations: u.Stations, Districts: u.Districts}
	}
	return to
}

// whereOf says where somebody works.
func whereOf(m staff.Member) string {
	return cmp.Or(strings.Join(append(append([]string{}, m.Scope.Stations...), m.Scope.Districts...), " "), "everywhere")
}

// UserListCmd lists.
type UserListCmd struct{ Place }

// Run lists.
func (u UserListCmd) Run() error {
	return u.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Members(ctx)
		if err != nil {
			return err
		}
		w := commandline.NewTable(os.Stdout)
		fmt.Fprintln(w, "LOGIN\tNAME\tROLE\tWHERE\tSTATUS\tSINCE")
		for _, m := range all {
			status := "active"
			if !m.Active {
				status = "disabled"
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", m.Login, m.Name, m.Role, whereOf(m), status, m.CreatedAt.Local().Format(time.DateOnly))
		}
		return w.Flush()
	})
}

// UserDisableCmd disables.
type UserDisableCmd struct {
	Place
	Login string `arg:"" help:"Login name."`
}

// Run disables.
func (u UserDisableCmd) Run() error { return setActive(u.Place, u.Login, false) }

// UserEnableCmd enables.
type UserEnableCmd struct {
	Place
	Login string `arg:"" help:"Login name."`
}

// Run enables.
func (u UserEnableCmd) Run() error { return setActive(u.Place, u.Login, true) }

func setActive(p Place, login string, active bool) error {
	said := "switched off: %s; every login of theirs has ended"
	if active {
		said = "switched on: %s"
	}
	return p.done(func(ctx context.Context, c *center.Center) error {
		m, err := c.MemberByLogin(ctx, login)
		if err != nil {
			return err
		}
		_, err = c.SetMemberActive(ctx, m.ID, active, operator)
		return err
	}, said, login)
}
