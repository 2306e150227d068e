package token

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

// invited returns an enrolment with its code and the claim of a device.
func invited(t testing.TB) (Enrolment, Claim) {
	t.Helper()
	code, key := newCode(t), keyOf(t, 2)
	e, err := Invite(Enrolment{ID: "e", CodeHash: code.Hash(hashKey), Name: "测试机", Surface: "kiosk", SiteID: "s", CreatedBy: "staff-1"}, noon, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return e, Claim{Code: code, Key: key.Public(), Proof: ProvePossession(key, code)}
}

func TestEnrolment(t *testing.T) {
	e, claim := invited(t)
	e, err := e.Accept(noon.Add(9*time.Minute), claim, hashKey)
	if err != nil || e.Status != Pending {
		t.Fatalf("%+v, %v", e, err)
	}
	again, err := e.Accept(noon.Add(10*time.Minute), claim, hashKey)
	if err != nil || !again.ClaimedAt.Equal(e.ClaimedAt) || !again.ExpiresAt.Equal(e.ExpiresAt) {
		t.Errorf("said again: %+v, %v", again, err)
	}
	approved, err := e.Approve(noon.Add(20*time.Minute), "staff-2", claim.Key.Fingerprint())
	if err != nil || approved.Status != Approved || approved.DecidedBy != "staff-2" {
		t.Fatalf("%+v, %v", approved, err)
	}
	if got := approved.StatusAt(noon.AddDate(1, 0, 0)); got != Approved {
		t.Errorf("a year later it is %s", got)
	}
	if before, _ := invited(t); before.StatusAt(noon.Add(-MaxCodeLife)) != Invited || before.StatusAt(noon.AddDate(0, 0, -40)) != Expired {
		t.Error("a code of a clock that was ahead lives until then")
	}
	if same, err := approved.Accept(noon.AddDate(1, 0, 0), claim, hashKey); err != nil || same.Status != Approved {
		t.Errorf("the device asks how it went: %v, %v", same.Status, err)
	}
}

func TestEnrolmentRefusals(t *testing.T) {
	fresh, claim := invited(t)
	pending, err := fresh.Accept(noon, claim, hashKey)
	if err != nil {
		t.Fatal(err)
	}
	stranger := keyOf(t, 9)
	theirs := Claim{Code: claim.Code, Key: stranger.Public(), Proof: ProvePossession(stranger, claim.Code)}
	stolen := Claim{Code: claim.Code, Key: stranger.Public(), Proof: claim.Proof}
	guess := Claim{Code: newCode(t), Key: claim.Key, Proof: claim.Proof}
	refused, err := pending.Refuse(noon, "staff-1")
	if err != nil {
		t.Fatal(err)
	}
	accept := func(e Enrolment, after time.Duration, c Claim) error {
		_, err := e.Accept(noon.Add(after), c, hashKey)
		return err
	}
	approve := func(e Enrolment, after time.Duration, fingerprint string) error {
		_, err := e.Approve(noon.Add(after), "staff-1", fingerprint)
		return err
	}
	shown := claim.Key.Fingerprint()
	cases := []struct {
		name string
		err  error
		code string
	}{
		{"guessed code", accept(fresh, 0, guess), "enrolment.code_unknown"},
		{"key without its secret", accept(fresh, 0, stolen), "enrolment.proof"},
		{"no key", accept(fresh, 0, Claim{Code: claim.Code, Proof: claim.Proof}), "enrolment.proof"},
		{"too late", accept(fresh, 10*time.Minute, claim), "enrolment.expired"},
		{"a second device", accept(pending, 0, theirs), "enrolment.code_used"},
		{"after the wait", accept(pending, MaxCodeLife, claim), "enrolment.expired"},
		{"after a refusal", accept(refused, 0, claim), "enrolment.refused"},
		{"approve before a device came", approve(fresh, 0, shown), "enrolment.not_pending"},
		{"approve too late", approve(pending, MaxCodeLife, shown), "enrolment.expired"},
		{"approve another key", approve(pending, 0, stranger.Public().Fingerprint()), "enrolment.fingerprint_mismatch"},
		{"approve without looking", approve(pending, 0, ""), "enrolment.fingerprint_mismatch"},
		{"approve after refusal", approve(refused, 0, shown), "enrolment.not_pending"},
	}
	for _, c := range cases {
		wantCode(t, c.name, c.err, c.code)
	}
	if _, err := pending.Approve(noon, "", shown); err == nil {
		t.Error("approved by nobody")
	}
	if early, err := fresh.Refuse(noon, "staff-1"); err != nil || early.Status != Refused {
		t.Errorf("a code taken back: %v, %v", early.Status, err)
	}
	if _, err := Invite(Enrolment{ID: "e", CodeHash: []byte("x"), Surface: "kiosk", CreatedBy: "s"}, noon, MaxCodeLife+1); fault.CodeOf(err) != "enrolment.life" {
		t.Errorf("a code for too long: %v", err)
	}
	if _, err := Invite(Enrolment{}, noon, time.Minute); err == nil {
		t.Error("an invitation of nothing")
	}
}

// Whatever is tried in whatever order: nothing decided changes again, and no
// device is approved whose key nobody compared in time.
func TestEnrolmentProperty(t *testing.T) {
	fresh, claim := invited(t)
	stranger := keyOf(t, 9)
	theirs := Claim{Code: claim.Code, Key: stranger.Public(), Proof: ProvePossession(stranger, claim.Code)}
	rapid.Check(t, func(t *rapid.T) {
		e, now := fresh, noon
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second)
			before, status := e, e.StatusAt(now)
			var err error
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				e, err = e.Accept(now, claim, hashKey)
			case 1:
				e, err = e.Accept(now, theirs, hashKey)
			case 2:
				e, err = e.Approve(now, "s", claim.Key.Fingerprint())
			case 3:
				e, err = e.Approve(now, "s", stranger.Public().Fingerprint())
			case 4:
				e, err = e.Refuse(now, "s")
			}
			isClosed := status == Approved || status == Refused || status == Expired
			if (err != nil || isClosed) && e.Status != before.Status {
				t.Fatalf("%s became %s (%v)", status, e.Status, err)
			}
			if !before.Key.IsZero() && !e.Key.Equal(before.Key) {
				t.Fatal("the key was exchanged")
			}
			if e.Status == Approved && (e.Key.IsZero() || e.DecidedAt.Sub(e.ClaimedAt) >= MaxCodeLife) {
				t.Fatalf("approved %+v", e)
			}
		}
	})
}
