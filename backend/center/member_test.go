package center

import (
	"net/http"
	"testing"

	"lianxin/backend/api"
	"lianxin/backend/audit"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

// lastEntry is the newest entry of an action.
func (b *bench) lastEntry(action string) audit.Entry {
	b.t.Helper()
	var last audit.Entry
	for _, e := range b.entries() {
		if e.Action == action {
			last = e
		}
	}
	if last.Seq == 0 {
		b.t.Fatalf("no %s was written down", action)
	}
	return last
}

// codeIn is the code of an invitation as the QR carries it.
func codeIn(t *testing.T, payload string) token.Code {
	t.Helper()
	i, err := token.ParseInvitation(payload)
	if err != nil {
		t.Fatal(err)
	}
	return i.Code
}

func TestAccountIsMadeAtADesk(t *testing.T) {
	b := newBench(t)
	who := b.hire("boss.test", staff.Admin, staff.Scope{})
	in := b.enter(who)
	boss := in.AccessToken.AccessToken
	account := api.MemberAccount{Login: "clerk.test", Password: goodPassword, MemberPost: api.MemberPost{Name: "王𬭎", Role: staff.DistrictClerk, Districts: []string{"110105"}}}
	spoilt := func(change func(*api.MemberAccount)) api.MemberAccount {
		a := account
		change(&a)
		return a
	}
	for code, a := range map[string]api.MemberAccount{
		"staff.login_taken":       spoilt(func(a *api.MemberAccount) { a.Login = "Boss.Test" }),
		"staff.login_malformed":   spoilt(func(a *api.MemberAccount) { a.Login = "13800000000" }),
		"staff.name_missing":      spoilt(func(a *api.MemberAccount) { a.Name = " " }),
		"staff.password_rejected": spoilt(func(a *api.MemberAccount) { a.Password = "password1234" }),
		"staff.scope_malformed":   spoilt(func(a *api.MemberAccount) { a.Stations = []string{"13800138000"} }), // it would stand in the audit log
		"staff.admin_scope":       spoilt(func(a *api.MemberAccount) { a.Role = staff.Admin }),
	} {
		b.want(code, http.MethodPost, "/staff/members/drafts", boss, a, nil, code)
	}
	var drawn api.SecondFactor
	b.want("draft", http.MethodPost, "/staff/members/drafts", boss, account, &drawn, "")
	b.want("without the phone", http.MethodPost, "/staff/members", boss, api.MemberNew{MemberAccount: account, Secret: drawn.Secret, Code: "000000"}, nil, "staff.totp_wrong")
	var made api.MemberView
	b.want("add", http.MethodPost, "/staff/members", boss, api.MemberNew{MemberAccount: account, Secret: drawn.Secret, Code: b.code(drawn.Secret)}, &made, "")
	b.pass(2 * staff.CodePeriod)
	clerk := b.enter(person{staff.Member{Login: "clerk.test"}, drawn.Secret})
	e := b.lastEntry("staff.add")
	if e.Who != who.ID || e.Where.Device != in.SessionID || e.Object.ID != made.ID || e.Before != "" || e.After != `{"role":"district_clerk","districts":["110105"],"active":true}` {
		t.Errorf("%+v", e)
	}
	var all []api.MemberView
	b.want("list", http.MethodGet, "/staff/members", boss, nil, &all, "")
	if len(all) != 2 || all[1].Name != "王𬭎" || all[1].Logins != 1 || !all[1].Active || all[1].Districts[0] != "110105" {
		t.Errorf("%+v", all)
	}
	b.change(boss, made, clerk)
}

// change gives the clerk another name, which changes nothing for them, and another post.
func (b *bench) change(boss string, made api.MemberView, clerk login) {
	b.t.Helper()
	post := made.MemberPost
	post.Name = "王宏"
	b.want("another name", http.MethodPut, "/staff/members/"+made.ID, boss, post, nil, "")
	b.want("goes on", http.MethodGet, "/staff/me", clerk.AccessToken.AccessToken, nil, nil, "")
	post.Role, post.Districts = staff.Reviewer, nil
	b.want("another post", http.MethodPut, "/staff/members/"+made.ID, boss, post, nil, "")
	b.want("logs in anew", http.MethodGet, "/staff/me", clerk.AccessToken.AccessToken, nil, nil, "token.revoked")
	if e := b.lastEntry("staff.change"); e.Before != `{"role":"district_clerk","districts":["110105"],"active":true}` || e.After != `{"role":"reviewer","active":true}` {
		b.t.Errorf("%+v", e)
	}
	b.want("off", http.MethodPost, "/staff/members/"+made.ID+"/disable", boss, nil, nil, "")
	if e := b.lastEntry("staff.disable"); e.Before != `{"role":"reviewer","active":true}` || e.After != `{"role":"reviewer","active":false}` {
		b.t.Errorf("%+v", e)
	}
}

// Whoever sits at somebody's open login must not be able to raise it, to keep it, or to
// lock everybody out.
func TestNobodyChangesTheirOwnAccount(t *testing.T) {
	b := newBench(t)
	who := b.hire("boss.test", staff.Admin, staff.Scope{})
	in := b.enter(who)
	boss := in.AccessToken.AccessToken
	post := api.MemberPost{Name: "测试员", Role: staff.Reviewer}
	at := "/staff/members/" + who.ID
	b.want("own role", http.MethodPut, at, boss, post, nil, "staff.own_account")
	b.want("own password", http.MethodPost, at+"/reset", boss, api.MemberReset{MemberPassword: api.MemberPassword{Password: goodPassword}, Secret: who.secret, Code: b.code(who.secret)}, nil, "staff.own_account")
	b.want("oneself off", http.MethodPost, at+"/disable", boss, nil, nil, "staff.own_account")
	b.want("still in", http.MethodGet, "/staff/me", boss, nil, nil, "")
	for name, left := range map[string]func() error{
		"by another post": func() error {
			_, err := b.ChangeMember(t.Context(), who.ID, staff.Changes{Name: "测试员", Role: staff.Finance}, "terminal")
			return err
		},
		"by switching off": func() error {
			_, err := b.SetMemberActive(t.Context(), who.ID, false, "terminal")
			return err
		},
	} {
		wantFault(t, "the last administrator, "+name, left(), "staff.last_admin")
	}
	b.hire("second.test", staff.Admin, staff.Scope{})
	if _, err := b.ChangeMember(t.Context(), who.ID, staff.Changes{Name: "测试员", Role: staff.Finance}, "terminal"); err != nil {
		t.Errorf("with another administrator: %v", err)
	}
}
