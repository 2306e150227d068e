package staff

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"lianxin/backend/fault"
)

// Changes is what somebody else may make of a member.
type Changes struct {
	Name  string
	Role  Role
	Scope Scope
}

// Change gives a member another name, post or place of work. Faults: "staff.not_found",
// "staff.name_missing", "staff.role_unknown", "staff.scope_malformed", "staff.admin_scope", and "staff.last_admin"
// where nobody would be left who makes accounts.
func (s *Service) Change(ctx context.Context, id string, to Changes) (before, after Member, err error) {
	if err := checkPost(to.Name, to.Role, to.Scope); err != nil {
		return before, after, err
	}
	others, err := s.otherAdmins(ctx, id)
	if err != nil {
		return before, after, err
	}
	after, err = s.Store.UpdateMember(ctx, id, func(m *Member) error {
		before = *m
		if m.Active && m.Role == Admin && to.Role != Admin && others == 0 {
			return fault.New(fault.Conflict, "staff.last_admin")
		}
		m.Name, m.Role, m.Scope = strings.TrimSpace(to.Name), to.Role, to.Scope
		return nil
	})
	return before, after, err
}

// SetActive lets somebody in again or keeps them out. The last active administrator
// cannot be kept out: fault "staff.last_admin".
func (s *Service) SetActive(ctx context.Context, id string, active bool) (before, after Member, err error) {
	others, err := s.otherAdmins(ctx, id)
	if err != nil {
		return before, after, err
	}
	after, err = s.Store.UpdateMember(ctx, id, func(m *Member) error {
		before = *m
		if !active && m.Role == Admin && others == 0 {
			return fault.New(fault.Conflict, "staff.last_admin")
		}
		m.Active = active
		return nil
	})
	return before, after, err
}

// NotOwn refuses what nobody may do to their own account: whoever takes over an open
// login must not be able to raise it, or to keep it. Fault "staff.own_account".
func NotOwn(id, by string) error {
	if id == by {
		return fault.New(fault.Forbidden, "staff.own_account")
	}
	return nil
}

// otherAdmins counts the active administrators beside a member.
func (s *Service) otherAdmins(ctx context.Context, id string) (int, error) {
	members, err := s.Store.Members(ctx)
	if err != nil {
		return 0, fmt.Errorf("other administrators: %w", err)
	}
	others := 0
	for _, m := range members {
		if m.Active && m.Role == Admin && m.ID != id {
			others++
		}
	}
	return others, nil
}

// Names of stations, and of districts by GB/T 2260.
var (
	stationShape  = regexp.MustCompile(`^[a-z][a-z-]{0,39}$`)
	districtShape = regexp.MustCompile(`^[0-9]{6}$`)
)

// checkPost checks what is said of somebody's work.
func checkPost(name string, role Role, scope Scope) error {
	if strings.TrimSpace(name) == "" {
		return fault.New(fault.Invalid, "staff.name_missing")
	}
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	// They stand in the audit log, so that nothing but a name of a place may be among them.
	for _, id := range scope.Stations {
		if !stationShape.MatchString(id) {
			return fault.New(fault.Invalid, "staff.scope_malformed")
		}
	}
	for _, id := range scope.Districts {
		if !districtShape.MatchString(id) {
			return fault.New(fault.Invalid, "staff.scope_malformed")
		}
	}
	// Devices and accounts belong to no site: a limit would only seem to be one.
	if role == Admin && len(scope.Stations)+len(scope.Districts) > 0 {
		return fault.New(fault.Invalid, "staff.admin_scope")
	}
	return nil
}
