package token

import (
	"context"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
)

func TestAssertion(t *testing.T) {
	b := newBench(t)
	check := AssertionVerifier{
		Audience: endpoint, Now: func() time.Time { return b.now }, Leeway: 30 * time.Second,
		Replays: NewMemoryReplays(func() time.Time { return b.now }, 100),
		DeviceKey: func(_ context.Context, id string) (PublicKey, error) {
			switch {
			case b.revoked[id]:
				return PublicKey{}, fault.New(fault.Unauthorized, "token.revoked")
			case id == "device-1":
				return b.device.Public(), nil
			}
			return PublicKey{}, fault.New(fault.Unauthorized, "token.key_unknown")
		},
	}
	assert := func(key Key, a Assertion) string {
		raw, err := a.Sign(key, noon)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	right := assert(b.device, Assertion{"device-1", endpoint, "j1"})
	later := assert(b.device, Assertion{"device-1", endpoint, "j2"})
	stranger := keyOf(t, 9)
	borrowed := `{"alg":"EdDSA","typ":"client-authentication+jwt","kid":"` + b.device.Public().ID() + `"}`
	claims := `{"iss":"device-1","sub":"device-1","aud":"` + endpoint + `","jti":"j","iat":1795406400,"exp":1795406460}`
	cases := []struct {
		name, raw string
		at        time.Duration
		revoked   bool
		code      string
	}{
		{"right", right, 0, false, ""},
		{"again", right, time.Second, false, "token.replayed"},
		{"revoked device", later, 0, true, "token.revoked"},
		{"expired", later, 90 * time.Second, false, "token.expired"},
		{"clock behind", later, -31 * time.Second, false, "token.early"},
		{"unknown device", assert(b.device, Assertion{"device-2", endpoint, "j"}), 0, false, "token.key_unknown"},
		{"another endpoint", assert(b.device, Assertion{"device-1", center, "j"}), 0, false, "token.audience"},
		{"another key", assert(stranger, Assertion{"device-1", endpoint, "j"}), 0, false, "token.binding"},
		{"another key under its name", signed(stranger, borrowed, claims), 0, false, "token.signature"},
		{"for another device", signed(b.device, borrowed, strings.Replace(claims, `"iss":"device-1"`, `"iss":"device-2"`, 1)), 0, false, "token.issuer"},
		{"lives too long", signed(b.device, borrowed, strings.Replace(claims, "406460", "406461", 1)), 0, false, "token.lifetime"},
		{"an access token", b.issue(t), 0, false, "token.type"},
		{"the refused ones did not use it up", later, 0, false, ""},
	}
	for _, c := range cases {
		b.now, b.revoked["device-1"] = noon.Add(c.at), c.revoked
		got, err := check.Verify(t.Context(), c.raw)
		wantCode(t, c.name, err, c.code)
		if err == nil && got.Subject != "device-1" {
			t.Errorf("%s: speaks for %s", c.name, got.Subject)
		}
	}
	if _, err := (Assertion{Device: "d", Audience: "a"}).Sign(b.device, noon); err == nil {
		t.Error("an assertion without jti")
	}
}
