package center

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/audit"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

// Members implements api.Members: everybody who ever had an account, by login name.
func (c *Center) Members(ctx context.Context) ([]staff.Member, error) { return c.store.Members(ctx) }

// OpenLogins implements api.Members.
func (c *Center) OpenLogins(ctx context.Context) (map[string]int, error) {
	return c.store.OpenSessions(ctx, c.config.Now())
}

// MemberByLogin finds a member; faults "staff.login_malformed", "staff.not_found".
func (c *Center) MemberByLogin(ctx context.Context, login string) (staff.Member, error) {
	login, err := staff.ParseLogin(login)
	if err != nil {
		return staff.Member{}, err
	}
	return c.store.MemberByLogin(ctx, login)
}

// DraftMember judges an account before its second factor is set up, and draws it.
func (c *Center) DraftMember(a staff.Account) (staff.TOTP, error) {
	people, err := c.staff()
	if err != nil {
		return staff.TOTP{}, err
	}
	return people.Draft(a)
}

// DraftNewMember implements api.Members: DraftMember for a login name nobody has yet.
func (c *Center) DraftNewMember(ctx context.Context, a staff.Account) (staff.TOTP, error) {
	drawn, err := c.DraftMember(a)
	if err != nil {
		return staff.TOTP{}, err
	}
	switch _, err := c.MemberByLogin(ctx, a.Login); {
	case err == nil:
		return staff.TOTP{}, fault.New(fault.Conflict, "staff.login_taken")
	case fault.CodeOf(err) != "staff.not_found":
		return staff.TOTP{}, err
	}
	return drawn, nil
}

// DraftReset implements api.Members: it judges a member's next password and draws their
// next second factor. Nothing is stored.
func (c *Center) DraftReset(ctx context.Context, id, password string) (staff.TOTP, error) {
	m, err := c.store.Member(ctx, id)
	if err != nil {
		return staff.TOTP{}, err
	}
	return c.DraftMember(staff.Account{Login: m.Login, Name: m.Name, Role: m.Role, Scope: m.Scope, Password: password})
}

// AddMember implements api.Members.
func (c *Center) AddMember(ctx context.Context, a staff.Account, by string) (staff.Member, error) {
	return c.addMemberAt(ctx, a, by, c.config.Now)
}

// addMemberAt is AddMember with the code judged at a time.
func (c *Center) addMemberAt(ctx context.Context, a staff.Account, by string, now func() time.Time) (staff.Member, error) {
	return c.changeMember(ctx, "", by, "staff.add", func(ctx context.Context, people *staff.Service) (before, after any, m staff.Member, err error) {
		then := *people
		then.Now = now
		m, err = then.Add(ctx, a)
		return nil, postOf(m), m, err
	})
}

// ChangeMember implements api.Members. Whoever has another post logs in anew: what their
// desk shows is of the old one.
func (c *Center) ChangeMember(ctx context.Context, id string, to staff.Changes, by string) (staff.Member, error) {
	return c.changeMember(ctx, id, by, "staff.change", func(ctx context.Context, people *staff.Service) (before, after any, m staff.Member, err error) {
		was, m, err := people.Change(ctx, id, to)
		if err != nil || postOf(was).same(postOf(m)) {
			return postOf(was), postOf(m), m, err
		}
		return postOf(was), postOf(m), m, c.store.EndSessionsOf(ctx, id, "")
	})
}

// ResetMember implements api.Members: it gives a member another password and second
// factor and ends every login of theirs.
func (c *Center) ResetMember(ctx context.Context, id, password, totpSecret, totpCode, by string) (staff.Member, error) {
	return c.changeMember(ctx, id, by, "staff.reset", func(ctx context.Context, people *staff.Service) (before, after any, m staff.Member, err error) {
		if err := c.store.EndSessionsOf(ctx, id, ""); err != nil {
			return nil, nil, staff.Member{}, err
		}
		m, err = people.Reset(ctx, id, password, totpSecret, totpCode)
		return nil, nil, m, err // what changed is secret before and after
	})
}

// SetMemberActive implements api.Members: it keeps a member out, from the next call on,
// or lets them in again.
func (c *Center) SetMemberActive(ctx context.Context, id string, active bool, by string) (staff.Member, error) {
	action := "staff.disable"
	if active {
		action = "staff.enable"
	}
	return c.changeMember(ctx, id, by, action, func(ctx context.Context, people *staff.Service) (before, after any, m staff.Member, err error) {
		if err := c.store.EndSessionsOf(ctx, id, ""); err != nil {
			return nil, nil, staff.Member{}, err
		}
		was, m, err := people.SetActive(ctx, id, active)
		return postOf(was), postOf(m), m, err
	})
}

// post is what the audit log shows of a member: no name and no secret.
type post struct {
	Role      staff.Role `json:"role"`
	Stations  []string   `json:"stations,omitempty"`
	Districts []string   `json:"districts,omitempty"`
	Active    bool       `json:"active"`
}

func postOf(m staff.Member) post { return post{m.Role, m.Scope.Stations, m.Scope.Districts, m.Active} }

func (p post) same(other post) bool {
	return p.Role == other.Role && p.Active == other.Active && slices.Equal(p.Stations, other.Stations) && slices.Equal(p.Districts, other.Districts)
}

// changeMember changes the staff and writes it down in one transaction. The head
// of the audit log is taken first: changes come one after the other, so that two
// administrators cannot disable each other in the same moment. Fault "staff.own_account".
func (c *Center) changeMember(ctx context.Context, id, by, action string, change func(context.Context, *staff.Service) (before, after any, m staff.Member, err error)) (staff.Member, error) {
	if err := staff.NotOwn(id, by); err != nil {
		return staff.Member{}, err
	}
	people, err := c.staff()
	if err != nil {
		return staff.Member{}, err
	}
	var m staff.Member
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := c.store.AuditHead(ctx); err != nil {
			return err
		}
		var before, after any
		if before, after, m, err = change(ctx, people); err != nil {
			return err
		}
		return c.recordChange(ctx, "", by, action, audit.Object{Noun: "staff", ID: m.ID}, before, after)
	})
	return m, err
}
