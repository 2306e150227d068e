package center

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/fault"
	"lianxin/backend/staff"
)

func TestFirstRun(t *testing.T) {
	b := newBench(t)
	lost, err := b.FirstRunLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	link, err := b.FirstRunLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address, err := url.Parse(link)
	if err != nil || address.Path != "/first-run" || len(address.Fragment) < 40 || address.RawQuery != "" {
		t.Fatalf("%s, %v", link, err)
	}
	account := api.FirstRunAccount{Token: address.Fragment, Login: "boss.test", Name: "测试长", Password: goodPassword}
	spoilt := func(change func(*api.FirstRunAccount)) api.FirstRunAccount {
		a := account
		change(&a)
		return a
	}
	for code, in := range map[string]api.FirstRunAccount{
		"staff.link_wrong":        spoilt(func(a *api.FirstRunAccount) { a.Token = lost[strings.Index(lost, "#")+1:] }),
		"staff.login_malformed":   spoilt(func(a *api.FirstRunAccount) { a.Login = "13800000000" }),
		"staff.name_missing":      spoilt(func(a *api.FirstRunAccount) { a.Name = " " }),
		"staff.password_rejected": spoilt(func(a *api.FirstRunAccount) { a.Password = "password1234" }),
		"request.invalid":         spoilt(func(a *api.FirstRunAccount) { a.Password = strings.Repeat("x", 600) }),
	} {
		b.want(code, http.MethodPost, "/first-run/account", "", in, nil, code)
	}
	var drawn api.SecondFactor
	b.want("draft", http.MethodPost, "/first-run/account", "", account, &drawn, "")
	full := api.FirstRun{FirstRunAccount: account, Secret: drawn.Secret, Code: "000000"}
	b.want("wrong code", http.MethodPost, "/first-run", "", full, nil, "staff.totp_wrong")
	b.pass(staff.FirstRunLife)
	full.Code = b.code(drawn.Secret)
	b.want("a day later", http.MethodPost, "/first-run", "", full, nil, "staff.link_expired")
	b.pass(-staff.FirstRunLife)
	full.Code = b.code(drawn.Secret)
	var made api.StaffView
	b.want("claim", http.MethodPost, "/first-run", "", full, &made, "")
	if made.Role != "admin" || !made.Everywhere || made.Login != "boss.test" {
		t.Errorf("%+v", made)
	}
	b.want("again", http.MethodPost, "/first-run", "", full, nil, "staff.link_used")
	b.want("look again", http.MethodPost, "/first-run/account", "", account, nil, "staff.link_used")
	b.wantEntry(made.ID, "admin", "staff.first_admin", made.ID, "")
	if link, err := b.FirstRunLink(t.Context()); link != "" || err != nil {
		t.Errorf("a link although there is an administrator: %s, %v", link, err)
	}
	b.pass(time.Minute)
	b.enter(person{staff.Member{Login: "boss.test"}, drawn.Secret})
}

func TestDraftMemberRefusesAnAdminWithLimits(t *testing.T) {
	b := newBench(t)
	_, err := b.DraftMember(staff.Account{Login: "boss.test", Name: "测试长", Role: staff.Admin, Password: goodPassword,
		Scope: staff.Scope{Districts: []string{"110105"}}})
	if fault.CodeOf(err) != "staff.admin_scope" {
		t.Error(err)
	}
}

func TestMembersAreKeptOutAndLetIn(t *testing.T) {
	b := newBench(t)
	boss := b.hire("boss.test", staff.Admin, staff.Scope{})
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	in := b.enter(clerk)
	b.want("before", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, nil, "")
	if _, err := b.SetMemberActive(t.Context(), clerk.ID, false, boss.ID); err != nil {
		t.Fatal(err)
	}
	b.want("kept out at once", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, nil, "token.revoked")
	if _, code := b.exchange(in.SessionID, in.key); code != "token.key_unknown" {
		t.Errorf("the next token: %q", code)
	}
	again := api.StaffLogin{Login: clerk.Login, Password: goodPassword, Code: b.code(clerk.secret), PublicKey: in.key.Public().Bytes()}
	b.want("log in", http.MethodPost, "/staff/login", "", again, nil, "staff.login_refused")
	if _, err := b.SetMemberActive(t.Context(), clerk.ID, true, boss.ID); err != nil {
		t.Fatal(err)
	}
	b.enter(clerk)
	_, err := b.SetMemberActive(t.Context(), boss.ID, false, "terminal")
	if fault.CodeOf(err) != "staff.last_admin" {
		t.Errorf("the last administrator: %v", err)
	}
	b.wantEntry(boss.ID, "admin", "staff.disable", clerk.ID, "")
	b.wantEntry(boss.ID, "admin", "staff.enable", clerk.ID, "")
	b.wantEntry("terminal", "machine", "staff.add", clerk.ID, "")
}

func TestResetEndsEveryLogin(t *testing.T) {
	b := newBench(t)
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	in := b.enter(clerk)
	drawn, err := b.DraftMember(staff.Account{Login: clerk.Login, Name: clerk.Name, Role: clerk.Role, Password: "purple-anvil-91-coast"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.ResetMember(t.Context(), clerk.ID, "purple-anvil-91-coast", drawn.Secret, "000000", "terminal")
	if fault.CodeOf(err) != "staff.totp_wrong" {
		t.Errorf("without the code: %v", err)
	}
	b.want("nothing has changed", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, nil, "")
	if _, err := b.ResetMember(t.Context(), clerk.ID, "purple-anvil-91-coast", drawn.Secret, b.code(drawn.Secret), "terminal"); err != nil {
		t.Fatal(err)
	}
	b.want("the old login", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, nil, "token.revoked")
	b.wantEntry("terminal", "machine", "staff.reset", clerk.ID, "")
}

// A scope without any site must not read as "everywhere".
func TestSitesOfAScope(t *testing.T) {
	b := newBench(t)
	if _, err := b.Seed(t.Context(), 1, 1, nil); err != nil {
		t.Fatal(err)
	}
	all, err := b.store.Sites(t.Context())
	if err != nil || len(all) == 0 {
		t.Fatal(len(all), err)
	}
	count := func(scope staff.Scope) int {
		sites, err := b.sitesOf(t.Context(), staff.Member{Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		if sites == nil {
			return -1
		}
		return len(sites)
	}
	inDistrict, ofStation := 0, 0
	for _, s := range all {
		if s.District == all[0].District {
			inDistrict++
		}
		if s.Station == all[0].Station {
			ofStation++
		}
	}
	for _, c := range []struct {
		scope staff.Scope
		want  int
	}{
		{staff.Scope{}, -1},
		{staff.Scope{Districts: []string{all[0].District}}, inDistrict},
		{staff.Scope{Stations: []string{string(all[0].Station)}}, ofStation},
		{staff.Scope{Districts: []string{"999999"}}, 0},
	} {
		if got := count(c.scope); got != c.want {
			t.Errorf("%+v covers %d sites, want %d", c.scope, got, c.want)
		}
	}
	if inDistrict == len(all) || ofStation == len(all) {
		t.Error("the sample cannot show a limit")
	}
}
