package token

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lianxin/backend/fault"
)

const (
	center   = "https://center.example"
	endpoint = center + "/v1/token"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// keyOf returns the key whose seed is 32 times b.
func keyOf(t testing.TB, b byte) Key {
	t.Helper()
	key, err := NewKey(bytes.NewReader(bytes.Repeat([]byte{b}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// bench is one center with its key, one device, and a clock that stands still.
type bench struct {
	now     time.Time
	center  Key
	device  Key
	keys    KeySet
	revoked map[string]bool
	issuer  Issuer
	check   Verifier
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{now: noon, center: keyOf(t, 1), device: keyOf(t, 2), revoked: map[string]bool{}}
	var err error
	if b.keys, err = NewKeySet(Period{Key: b.center, ActiveFrom: noon.Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	clock, keys, n := func() time.Time { return b.now }, func() KeySet { return b.keys }, 0
	b.issuer = Issuer{Name: center, Keys: keys, Now: clock, NewID: func() string { n++; return fmt.Sprintf("jti-%d", n) }}
	b.check = Verifier{
		Keys: keys, Now: clock, Leeway: 30 * time.Second, Replays: NewMemoryReplays(clock, 100), Checked: &Checked{},
		Revoked: func(_ context.Context, c Claims) (bool, error) { return b.revoked[c.Client], nil },
	}
	return b
}

func (b *bench) grant() Grant {
	return Grant{Subject: "device-1", Client: "device-1", Audience: center, Scope: []string{"sync", "device"}, Binding: b.device.Public()}
}

func (b *bench) issue(t testing.TB) string {
	t.Helper()
	raw, _, err := b.issuer.Issue(b.grant())
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func (b *bench) verify(t testing.TB, raw string) (Claims, error) {
	t.Helper()
	return b.check.Verify(t.Context(), raw, Access(center, center, "sync"))
}

// claims are right in everything; a test changes one.
func (b *bench) claims() jwt.MapClaims {
	return jwt.MapClaims{
		"iss": center, "sub": "device-1", "aud": center, "jti": "j", "client_id": "device-1", "scope": "sync",
		"iat": b.now.Unix(), "nbf": b.now.Unix(), "exp": b.now.Add(time.Minute).Unix(),
		"cnf": map[string]any{"jkt": b.device.Public().ID()},
	}
}

// signed returns a token over exactly this header and these claims, rightly signed.
func signed(key Key, header, claims string) string {
	text := segment.EncodeToString([]byte(header)) + "." + segment.EncodeToString([]byte(claims))
	return text + "." + segment.EncodeToString(key.Sign([]byte(text)))
}

func wantCode(t *testing.T, name string, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Errorf("%s: %q (%v), want %q", name, got, err, code)
	}
}
