package staff

import (
	"bytes"
	"testing"

	"lianxin/backend/fault"
)

func TestFirstRun(t *testing.T) {
	b := newBench(t)
	lost, err := b.FirstRunLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	token, err := b.FirstRunLink(t.Context())
	if err != nil || len(token) != 43 || bytes.Contains(b.store.firstRun.Hash, []byte(token)) {
		t.Fatalf("%q, %v", token, err)
	}
	try := func(token string, spoil func(*Account)) error {
		account := b.account(t)
		spoil(&account)
		_, err := b.FirstAdmin(t.Context(), token, account)
		return err
	}
	asIs := func(*Account) {}
	wantCode(t, "an earlier link", try(lost, asIs), "staff.link_wrong")
	wantCode(t, "no token", try("", asIs), "staff.link_wrong")
	wantCode(t, "one character more", try(token+"A", asIs), "staff.link_wrong")
	wantCode(t, "weak password", try(token, func(a *Account) { a.Password = "admin" }), "staff.password_rejected")
	b.now = noon.Add(FirstRunLife)
	wantCode(t, "a day later", try(token, asIs), "staff.link_expired")
	b.now = noon
	m, err := b.FirstAdmin(t.Context(), token, b.account(t)) // the account asked for reception
	if err != nil || m.Role != Admin || !m.May(StaffManage, "", "") {
		t.Fatalf("%+v, %v", m, err)
	}
	wantCode(t, "again", try(token, asIs), "staff.link_used")
	_, err = b.FirstRunLink(t.Context())
	wantCode(t, "another link", err, "staff.already_set_up")
	if _, err := (FirstRun{}).Use("", noon); fault.CodeOf(err) != "staff.link_wrong" {
		t.Errorf("a link that was never made: %v", err)
	}
}

// A link left over from before somebody was added by the command line makes nobody.
func TestFirstRunAfterSetup(t *testing.T) {
	b := newBench(t)
	token, err := b.FirstRunLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.member(t)
	_, err = b.FirstAdmin(t.Context(), token, b.account(t))
	wantCode(t, "late", err, "staff.already_set_up")
}
