package staff

import (
	"fmt"
	"testing"
	"time"

	"lianxin/backend/fault"
)

func TestThrottleTable(t *testing.T) {
	wants := []time.Duration{0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60}
	var throttle Throttle
	for i, want := range wants {
		throttle = throttle.Fail(noon)
		if got := throttle.NotBefore.Sub(noon); got != want*time.Second {
			t.Errorf("failure %d: wait %v, want %v s", i+1, got, int64(want))
		}
	}
	for range 1000 {
		throttle = throttle.Fail(noon)
	}
	if got := throttle.NotBefore.Sub(noon); got != maxDelay {
		t.Errorf("after a thousand failures: %v", got)
	}
	err := throttle.Check(noon.Add(maxDelay - 1500*time.Millisecond))
	wantCode(t, "just before", err, "staff.too_soon")
	if got := fault.From(err).Params["retry_seconds"]; got != 2 {
		t.Errorf("told to wait %v s", got)
	}
	wantCode(t, "then", throttle.Check(noon.Add(maxDelay)), "")
	if later := throttle.Fail(noon.Add(48 * time.Hour)); later.Failures != 1 {
		t.Errorf("two days later: %+v", later)
	}
}

// An attacker who fails on purpose, from one network or from very many, slows down
// nobody but themselves.
func TestStrangersKeepNobodyOut(t *testing.T) {
	b := newBench(t)
	m := b.member(t)
	cookie, err := b.NewCookie(m.ID)
	if err != nil {
		t.Fatal(err)
	}
	attack := func(from Origin, cookie string) (last error) {
		for range freeFailures + 3 {
			_, last = b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: from, Cookie: cookie})
		}
		return last
	}
	wantCode(t, "the attacker", attack("net:203.0.113.9", ""), "staff.too_soon")
	other, err := b.NewCookie("somebody else")
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]string{"no cookie": "", "another member's": other, "half": cookie[:30], "nonsense": "x.y", "a dot": "."} {
		_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: "net:203.0.113.9", Cookie: forged})
		wantCode(t, "the attacker with "+name, err, "staff.too_soon")
	}
	// From the attacker's own network the member's known device still gets in.
	in := func(what string, a Attempt) {
		t.Helper()
		a.Login, a.Password, a.Code = "wang.test", goodPassword, b.code(t)
		_, err := b.Login(t.Context(), a)
		wantCode(t, what, err, "")
		b.now = b.now.Add(30 * time.Second)
	}
	in("a known device in the same network", Attempt{From: "net:203.0.113.9", Cookie: cookie})
	in("another network", Attempt{From: desk})
	for i := range 2 * maxOrigins {
		_, err := b.Login(t.Context(), Attempt{Login: "wang.test", Password: "wrong", Code: "000000", From: Origin(fmt.Sprint("net:", i))})
		wantCode(t, "one of very many networks", err, "staff.login_refused")
	}
	in("after an attack from very many networks", Attempt{From: desk})
	after, err := b.store.Member(t.Context(), m.ID)
	if err != nil || len(after.Throttles) > maxOrigins {
		t.Errorf("%d origins are kept, %v", len(after.Throttles), err)
	}
	if _, ok := after.Throttles["net:203.0.113.9"]; !ok {
		t.Error("whoever failed most is forgotten first")
	}
	// A login that is open changes its password by its own count.
	a := Attempt{Login: "wang.test", Password: goodPassword, Code: b.code(t), From: "session:1"}
	wantCode(t, "change the password", b.ChangePassword(t.Context(), a, "purple-anvil-91-coast"), "")
}
