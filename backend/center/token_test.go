package center

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lianxin/backend/staff"
)

// Keys that a command replaced are worth nothing to a running center either.
func TestRollReachesARunningCenter(t *testing.T) {
	b := newBench(t)
	in := b.enter(b.hire("clerk.test", staff.Reception, staff.Scope{}))
	stolen := in.AccessToken.AccessToken
	b.want("before", http.MethodGet, "/staff/me", stolen, nil, nil, "")
	if err := b.open().RollKeys(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	b.pass(keysFor)
	b.want("a token signed before", http.MethodGet, "/staff/me", stolen, nil, nil, "token.key_rolled")
	next, code := b.exchange(in.SessionID, in.key)
	if code != "" {
		t.Fatal(code)
	}
	b.want("the next one", http.MethodGet, "/staff/me", next.AccessToken, nil, nil, "")
}

// A key is published a day before it signs, also by a center that was running
// when a command named it; nobody's token ends.
func TestRotationReachesARunningCenter(t *testing.T) {
	b := newBench(t)
	kiosk, key := b.enrolled()
	published := func() int {
		set, err := b.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(set), `"kid"`)
	}
	if published() != 1 {
		t.Fatalf("%d keys at first", published())
	}
	if err := b.open().RotateKeys(t.Context(), "terminal"); err != nil {
		t.Fatal(err)
	}
	b.pass(keysFor)
	if published() != 2 {
		t.Errorf("%d keys published after a rotation, want 2", published())
	}
	b.pass(publishedEarly - time.Minute)
	before, code := b.exchange(kiosk, key)
	if code != "" {
		t.Fatal(code)
	}
	b.pass(2 * time.Minute)
	b.want("signed by the old key", http.MethodGet, "/sync/changes", before.AccessToken, nil, nil, "")
	after, code := b.exchange(kiosk, key)
	if code != "" {
		t.Fatal(code)
	}
	b.want("signed by the new key", http.MethodGet, "/sync/changes", after.AccessToken, nil, nil, "")
	if header(before.AccessToken) == header(after.AccessToken) {
		t.Error("the new key does not sign")
	}
	b.pass(acceptedLate)
	if published() != 1 {
		t.Errorf("%d keys published when the old one is over, want 1", published())
	}
}

func header(raw string) string { return raw[:strings.IndexByte(raw, '.')] }
