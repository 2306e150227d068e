package staff

import (
	"slices"
	"testing"
)

func TestScope(t *testing.T) {
	center := Scope{}
	station := Scope{Stations: []string{"tongzhou"}}
	district := Scope{Districts: []string{"110105", "110108"}}
	cases := []struct {
		scope             Scope
		station, district string
		want              bool
	}{
		{center, "tongzhou", "110112", true},
		{center, "", "", true},
		{station, "tongzhou", "110112", true},
		{station, "miyun", "110118", false},
		{station, "", "", false},
		{district, "", "110108", true},
		{district, "tongzhou", "110105", true},
		{district, "tongzhou", "110112", false},
		{district, "", "", false},
	}
	for _, c := range cases {
		if got := c.scope.Covers(c.station, c.district); got != c.want {
			t.Errorf("%+v covers %q %q: %v", c.scope, c.station, c.district, got)
		}
	}
}

func TestRoles(t *testing.T) {
	for _, r := range Roles {
		if got, err := ParseRole(string(r)); err != nil || got != r || len(r.Permissions()) == 0 {
			t.Errorf("%s: %v, %v", r, got, err)
		}
	}
	for _, text := range []string{"", "Admin", "root"} {
		_, err := ParseRole(text)
		wantCode(t, text, err, "staff.role_unknown")
	}
	// Separations that must hold whatever is granted later.
	apart := []struct {
		p     Permission
		roles []Role
	}{
		{DonorRead, []Role{Finance, Admin}},
		{PayoutApprove, []Role{Reviewer, DistrictClerk, Admin}},
		{CallWork, []Role{Reception, DistrictClerk, Reviewer, Finance, Admin}},
		{StaffManage, []Role{Reception, DistrictClerk, Reviewer, Finance, Counsellor}},
		{VisitRead, []Role{DistrictClerk, Reviewer, Finance, Counsellor, Admin}},
	}
	for _, a := range apart {
		for _, r := range a.roles {
			if r.Can(a.p) {
				t.Errorf("%s may %s", r, a.p)
			}
		}
		if !slices.ContainsFunc(Roles, func(r Role) bool { return r.Can(a.p) }) {
			t.Errorf("nobody may %s", a.p)
		}
	}
}

func TestMay(t *testing.T) {
	m := Member{Role: Reception, Active: true, Scope: Scope{Stations: []string{"tongzhou"}}}
	if !m.May(VisitRead, "tongzhou", "") || m.May(VisitRead, "miyun", "") || m.May(StaffManage, "tongzhou", "") {
		t.Error("role and scope are not both asked")
	}
	m.Active = false
	if m.May(VisitRead, "tongzhou", "") {
		t.Error("an inactive member may something")
	}
}

func TestParseLogin(t *testing.T) {
	for text, want := range map[string]string{"wang.test": "wang.test", " Li_3 ": "li_3", "a-b": "a-b", "wang\n": "wang"} {
		if got, err := ParseLogin(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ab", "1abc", "wang test", "王测试", "a/../b", "wa\nng", "a\x00bc", "abcdefghijklmnopqrstuvwxyzabcdefg"} {
		if got, err := ParseLogin(text); err == nil {
			t.Errorf("%q is taken as %q", text, got)
		}
	}
}
