package center

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/staff"
	"lianxin/backend/token"
)

func TestSessionLife(t *testing.T) {
	b := newBench(t)
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	in := b.enter(clerk)
	if in.TokenType != "Bearer" || in.ExpiresIn <= 0 || in.ExpiresIn > int(token.MaxLifetime.Seconds()) || in.Member.ID != clerk.ID {
		t.Errorf("%+v", in.StaffSession)
	}
	var me api.StaffView
	b.want("me", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, &me, "")
	if me.Login != "clerk.test" || me.Role != "reception" || !me.Everywhere || len(me.Permissions) == 0 {
		t.Errorf("%+v", me)
	}
	if _, code := b.exchange(in.SessionID, newKey(t)); code != "token.binding" {
		t.Errorf("with another key: %q", code)
	}
	b.pass(token.MaxLifetime + token.MaxLeeway)
	b.want("after ten minutes", http.MethodGet, "/staff/me", in.AccessToken.AccessToken, nil, nil, "token.expired")
	next, code := b.exchange(in.SessionID, in.key)
	if code != "" {
		t.Fatal(code)
	}
	b.want("renewed", http.MethodGet, "/staff/me", next.AccessToken, nil, nil, "")
	b.want("log out", http.MethodPost, "/staff/logout", next.AccessToken, nil, nil, "")
	b.want("after that", http.MethodGet, "/staff/me", next.AccessToken, nil, nil, "token.revoked")
	if _, code := b.exchange(in.SessionID, in.key); code != "token.key_unknown" {
		t.Errorf("a token after logging out: %q", code)
	}
	b.wantEntry(clerk.ID, "reception", "staff.login", in.SessionID, "")
	b.wantEntry(clerk.ID, "reception", "staff.logout", in.SessionID, "")
}

// A day's session ends by itself, and its last token with it.
func TestSessionEnds(t *testing.T) {
	b := newBench(t)
	in := b.enter(b.hire("clerk.test", staff.Reception, staff.Scope{}))
	b.pass(in.EndsAt.Sub(b.clock()) - time.Minute)
	last, code := b.exchange(in.SessionID, in.key)
	if code != "" || last.ExpiresIn > 60 {
		t.Fatalf("%d s, %q", last.ExpiresIn, code)
	}
	b.pass(time.Minute)
	b.want("over", http.MethodGet, "/staff/me", last.AccessToken, nil, nil, "token.revoked")
	if _, code := b.exchange(in.SessionID, in.key); code != "token.revoked" {
		t.Errorf("the next token: %q", code)
	}
}

func TestLoginRefusals(t *testing.T) {
	b := newBench(t)
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	key := newKey(t).Public().Bytes()
	for _, c := range []struct {
		what string
		in   api.StaffLogin
		code string
	}{
		{"no key", api.StaffLogin{Login: clerk.Login, Password: goodPassword, Code: b.code(clerk.secret)}, "request.invalid"},
		{"a key without a secret", api.StaffLogin{Login: clerk.Login, Password: goodPassword, Code: b.code(clerk.secret), PublicKey: make([]byte, 32)}, "token.key_weak"},
		{"wrong password", api.StaffLogin{Login: clerk.Login, Password: "wrong", Code: b.code(clerk.secret), PublicKey: key}, "staff.login_refused"},
		{"a number as a name", api.StaffLogin{Login: "13800000000", Password: "wrong", Code: "000000", PublicKey: key}, "staff.login_refused"},
		{"nobody", api.StaffLogin{Login: "nobody.test", Password: "wrong", Code: "000000", PublicKey: key}, "staff.login_refused"},
	} {
		b.want(c.what, http.MethodPost, "/staff/login", "", c.in, nil, c.code)
	}
	refused := 0
	for _, e := range b.entries() {
		if e.Action == "staff.login_refused" {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d refused logins in the log, want the one at an account that exists", refused)
	}
	guess := api.StaffLogin{Login: clerk.Login, Password: "wrong", Code: "000000", PublicKey: key}
	for range 3 {
		b.want("guess", http.MethodPost, "/staff/login", "", guess, nil, "staff.login_refused")
	}
	b.want("too many", http.MethodPost, "/staff/login", "", guess, nil, "staff.too_soon")
}

// Who has logged in on a device before gets in there while strangers guess.
func TestKnownDeviceGetsIn(t *testing.T) {
	b := newBench(t)
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	before := b.enter(clerk)
	guess := api.StaffLogin{Login: clerk.Login, Password: "wrong", Code: "000000", PublicKey: before.key.Public().Bytes()}
	for range 6 {
		b.ask(http.MethodPost, "/staff/login", "", guess, nil)
	}
	guess.Password, guess.Code = goodPassword, b.code(clerk.secret)
	b.want("without the cookie", http.MethodPost, "/staff/login", "", guess, nil, "staff.too_soon")
	guess.DeviceCookie = before.DeviceCookie
	b.want("with the cookie", http.MethodPost, "/staff/login", "", guess, nil, "")
}

func TestChangePassword(t *testing.T) {
	b := newBench(t)
	clerk := b.hire("clerk.test", staff.Reception, staff.Scope{})
	other, in := b.enter(clerk), b.enter(clerk)
	access := in.AccessToken.AccessToken
	change := api.PasswordChange{Password: goodPassword, Code: b.code(clerk.secret), Next: "short"}
	b.want("weak", http.MethodPost, "/staff/password", access, change, nil, "staff.password_rejected")
	change.Next = "purple-anvil-91-coast"
	b.want("nobody", http.MethodPost, "/staff/password", "", change, nil, "token.missing")
	b.want("the code is still good", http.MethodPost, "/staff/password", access, change, nil, "")
	b.want("this login stays", http.MethodGet, "/staff/me", access, nil, nil, "")
	b.want("the other ends", http.MethodGet, "/staff/me", other.AccessToken.AccessToken, nil, nil, "token.revoked")
	b.wantEntry(clerk.ID, "reception", "staff.password", clerk.ID, "")
	b.want("again with the old one", http.MethodPost, "/staff/password", access, change, nil, "staff.login_refused")
}

// Each role reaches its own operations and no others; a device reaches none of them.
func TestWhoMayWhat(t *testing.T) {
	b := newBench(t)
	kiosk, key := b.enrolled()
	sessions := map[staff.Role]login{}
	for _, role := range staff.Roles {
		sessions[role] = b.enter(b.hire(string(role[:3])+".test", role, staff.Scope{}))
	}
	bearers := map[staff.Role]string{}
	for role, in := range sessions {
		next, code := b.exchange(in.SessionID, in.key)
		if code != "" {
			t.Fatal(code)
		}
		bearers[role] = next.AccessToken
	}
	device, code := b.exchange(kiosk, key)
	if code != "" {
		t.Fatal(code)
	}
	bearers["device"] = device.AccessToken
	for path, may := range map[string][]staff.Role{
		"/staff/me":   staff.Roles,
		"/devices":    {staff.Admin},
		"/enrolments": {staff.Admin},
		"/sites/" + testSite + "/visits?day=2026-11-23": {staff.Reception},
		"/sync/changes": {"device"},
	} {
		for role, bearer := range bearers {
			want := "token.scope"
			if slices.Contains(may, role) {
				want = ""
			}
			b.want(string(role), http.MethodGet, path, bearer, nil, nil, want)
		}
		b.want("nobody", http.MethodGet, path, "", nil, nil, "token.missing")
	}
}
