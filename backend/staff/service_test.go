package staff

import (
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lianxin/backend/fault"
)

func TestLogin(t *testing.T) {
	b := newBench(t)
	added := b.member(t)
	m, err := b.Login(t.Context(), Attempt{Login: " Wang.Test ", Password: goodPassword, Code: b.code(t), From: desk})
	if err != nil || m.ID != added.ID || m.TOTPStep <= added.TOTPStep {
		t.Fatalf("%+v, %v", m, err)
	}
	used := b.code(t)
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: used, From: desk})
	wantCode(t, "the same code again", err, "staff.login_refused")
	b.now = b.now.Add(30 * time.Second)
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: used, From: desk})
	wantCode(t, "the same code, now one step old", err, "staff.login_refused")
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	wantCode(t, "the next code", err, "")
}

// Every reason looks the same to the outside.
func TestLoginRefusals(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	retired := m
	retired.ID, retired.Login, retired.Active = "gone", "li.test", false
	if err := b.store.InsertMember(t.Context(), retired); err != nil {
		t.Fatal(err)
	}
	code := b.code(t)
	for _, c := range []struct{ what, name, password, code string }{
		{"unknown name", "nobody", goodPassword, code},
		{"malformed name", "'; drop table", goodPassword, code},
		{"inactive", "li.test", goodPassword, code},
		{"wrong password", "wang.test", goodPassword + "x", code},
		{"wrong code", "wang.test", goodPassword, "000000"},
		{"no code", "wang.test", goodPassword, ""},
	} {
		_, err := b.Login(t.Context(), Attempt{Login: c.name, Password: c.password, Code: c.code, From: desk})
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || f.Code != "staff.login_refused" || f.Kind != fault.Unauthorized || len(f.Params)+len(f.Places) > 0 {
			t.Errorf("%s: %v", c.what, err)
		}
		if err != nil && (strings.Contains(err.Error(), c.password) || strings.Contains(err.Error(), "drop table")) {
			t.Errorf("%s: the log would show what was typed: %v", c.what, err)
		}
	}
	b.now = b.now.Add(time.Hour)
	if _, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk}); err != nil {
		t.Errorf("the owner afterwards: %v", err)
	}
}

func TestLoginIsThrottled(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	for range freeFailures + 1 {
		_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: desk})
		wantCode(t, "guess", err, "staff.login_refused")
	}
	_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	wantCode(t, "right, but too soon", err, "staff.too_soon")
	before, _ := b.store.Member(t.Context(), m.ID)
	if _, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: desk}); fault.CodeOf(err) != "staff.too_soon" {
		t.Errorf("guessing on: %v", err)
	}
	if after, _ := b.store.Member(t.Context(), m.ID); after.Throttles[desk] != before.Throttles[desk] {
		t.Error("guessing during the delay makes it longer: the owner could be kept out")
	}
	b.now = b.now.Add(firstDelay)
	got, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	if err != nil || len(got.Throttles) > 0 {
		t.Errorf("after the delay: %+v, %v", got.Throttles, err)
	}
}

// Guesses sent at once are counted one by one, and one code lets one of many in.
func TestLoginAtOnce(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	var group sync.WaitGroup
	var judged, admitted atomic.Int32
	for range 20 {
		group.Go(func() {
			if _, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: desk}); fault.CodeOf(err) == "staff.login_refused" {
				judged.Add(1)
			}
		})
	}
	group.Wait()
	if judged.Load() != freeFailures+1 {
		t.Errorf("%d guesses at once were judged", judged.Load())
	}
	// Without any delay in the way, so that only the code itself stands against them.
	if _, err := b.store.UpdateMember(t.Context(), m.ID, func(m *Member) error { m.Throttles = nil; return nil }); err != nil {
		t.Fatal(err)
	}
	code := b.code(t)
	for range freeFailures {
		group.Go(func() {
			if _, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: code, From: desk}); err == nil {
				admitted.Add(1)
			}
		})
	}
	group.Wait()
	if admitted.Load() != 1 {
		t.Errorf("one code let %d in", admitted.Load())
	}
}

func TestHashIsUpgradedAtLogin(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	stronger, err := NewHasher(Params{Memory: 128, Passes: 2, Threads: 1}, rand.Reader, 1)
	if err != nil {
		t.Fatal(err)
	}
	b.Hasher = stronger
	got, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	if err != nil || got.PasswordHash == m.PasswordHash || !strings.Contains(got.PasswordHash, "m=128,t=2") {
		t.Fatalf("%s, %v", got.PasswordHash, err)
	}
	b.now = b.now.Add(time.Minute)
	if _, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk}); err != nil {
		t.Errorf("with the new hash: %v", err)
	}
}

func TestAddRefuses(t *testing.T) {
	b := newBench(t)
	b.member(t)
	for code, spoil := range map[string]func(*Account){
		"staff.login_malformed":   func(a *Account) { a.Login = "13800000000" },
		"staff.login_taken":       func(a *Account) { a.Login = "WANG.TEST" },
		"staff.name_missing":      func(a *Account) { a.Name = "\u3000" },
		"staff.role_unknown":      func(a *Account) { a.Role = "root" },
		"staff.password_rejected": func(a *Account) { a.Password = "password1234" },
		"staff.totp_wrong":        func(a *Account) { a.TOTPCode = "12345" },
	} {
		account := b.account(t)
		if code != "staff.login_taken" {
			account.Login = "li.test"
		}
		spoil(&account)
		_, err := b.Add(t.Context(), account)
		wantCode(t, code, err, code)
	}
	weak := b.account(t)
	weak.Login, weak.TOTPSecret = "li.test", "AAAA"
	_, err := b.Add(t.Context(), weak)
	wantCode(t, "a second factor of 2 bytes", err, "staff.totp_wrong")
}

func TestChangePassword(t *testing.T) {
	b := newBench(t)
	b.member(t)
	const next = "purple-anvil-91-coast"
	err := b.ChangePassword(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: b.code(t), From: desk}, next)
	wantCode(t, "wrong old one", err, "staff.login_refused")
	err = b.ChangePassword(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk}, "short")
	wantCode(t, "weak new one", err, "staff.password_rejected")
	b.now = b.now.Add(time.Minute)
	if err = b.ChangePassword(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk}, next); err != nil {
		t.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	wantCode(t, "the old one now", err, "staff.login_refused")
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: next, Code: b.code(t), From: desk})
	wantCode(t, "the new one", err, "")
}

func TestSetActive(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	if _, _, err := b.SetActive(t.Context(), m.ID, false); err != nil {
		t.Fatal(err)
	}
	_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	wantCode(t, "kept out", err, "staff.login_refused")
	if _, _, err = b.SetActive(t.Context(), m.ID, true); err != nil {
		t.Fatal(err)
	}
	_, err = b.Login(t.Context(), Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: desk})
	wantCode(t, "let in again", err, "")

	boss := m
	boss.ID, boss.Login, boss.Role = "boss", "boss", Admin
	if err := b.store.InsertMember(t.Context(), boss); err != nil {
		t.Fatal(err)
	}
	_, _, err = b.SetActive(t.Context(), "boss", false)
	wantCode(t, "the last administrator", err, "staff.last_admin")
	_, _, err = b.SetActive(t.Context(), "nobody", false)
	wantCode(t, "nobody", err, "staff.not_found")
}
