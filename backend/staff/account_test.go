package staff

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"
)

func TestDraft(t *testing.T) {
	b := newBench(t)
	drawn, err := b.Draft(Account{Login: " Li.Test ", Name: "测试李", Role: Admin, Password: goodPassword})
	if err != nil || !strings.Contains(drawn.URI, "Lianxin:li.test?") || !strings.Contains(drawn.URI, drawn.Secret) {
		t.Fatalf("%+v, %v", drawn, err)
	}
	for code, a := range map[string]Account{
		"staff.login_malformed":   {Login: "13800000000", Name: "测试李", Role: Admin, Password: goodPassword},
		"staff.name_missing":      {Login: "li.test", Name: " \u3000", Role: Admin, Password: goodPassword},
		"staff.role_unknown":      {Login: "li.test", Name: "测试李", Role: "root", Password: goodPassword},
		"staff.password_rejected": {Login: "li.test", Name: "测试李", Role: Admin, Password: "short"},
	} {
		_, err := b.Draft(a)
		wantCode(t, code, err, code)
	}
}

func TestCheckFirstRunUsesNothingUp(t *testing.T) {
	b := newBench(t)
	token, err := b.FirstRunLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		wantCode(t, "looking", b.CheckFirstRun(t.Context(), token), "")
	}
	wantCode(t, "another token", b.CheckFirstRun(t.Context(), token+"A"), "staff.link_wrong")
	if _, err := b.FirstAdmin(t.Context(), token, b.account(t)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "afterwards", b.CheckFirstRun(t.Context(), token), "staff.link_used")
}

func TestReset(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	for range freeFailures + 1 {
		_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: "forgotten", Code: "000000", From: desk})
		wantCode(t, "guess", err, "staff.login_refused")
	}
	const next = "purple-anvil-91-coast"
	old := b.totp
	var err error
	if b.totp, err = NewTOTP(rand.Reader, "wang.test"); err != nil {
		t.Fatal(err)
	}
	_, err = b.Reset(t.Context(), m.ID, next, b.totp.Secret, "000000")
	wantCode(t, "the code has not arrived", err, "staff.totp_wrong")
	_, err = b.Reset(t.Context(), m.ID, "short", b.totp.Secret, b.code(t))
	wantCode(t, "weak password", err, "staff.password_rejected")
	_, err = b.Reset(t.Context(), "nobody", next, b.totp.Secret, b.code(t))
	wantCode(t, "nobody", err, "staff.not_found")
	used := b.code(t)
	if _, err = b.Reset(t.Context(), m.ID, next, b.totp.Secret, used); err != nil {
		t.Fatal(err)
	}
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: next, Code: used, From: desk})
	wantCode(t, "the code of the reset again", err, "staff.login_refused")
	b.now = b.now.Add(time.Minute)
	if _, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: next, Code: b.code(t), From: desk}); err != nil {
		t.Errorf("with the new ones: %v", err)
	}
	b.now = b.now.Add(time.Minute)
	b.totp = old
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: next, Code: b.code(t), From: desk})
	wantCode(t, "the lost phone", err, "staff.login_refused")
}
