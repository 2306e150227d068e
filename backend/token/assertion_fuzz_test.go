package token

import (
	"context"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
)

// What a device signs may say anything: it lets that device in, once, or is refused by a
// code. What another key signed is always refused.
func FuzzAssertion(f *testing.F) {
	b := newBench(f)
	clock := func() time.Time { return b.now }
	head := `{"alg":"EdDSA","typ":"client-authentication+jwt","kid":"` + b.device.Public().ID() + `"}`
	claims := `{"iss":"device-1","sub":"device-1","aud":"` + endpoint + `","jti":"j","iat":1795406400,"exp":1795406460}`
	f.Add(true, head, claims)
	f.Add(false, head, claims)
	f.Add(true, head, strings.Replace(claims, `"device-1"`, `"device-2"`, 1))
	f.Add(true, head, strings.Replace(claims, `"exp":1795406460`, `"exp":1e30`, 1))
	f.Add(true, head, strings.Replace(claims, `"iat":1795406400`, `"iat":-9223372036854775808`, 1))
	f.Add(true, head, strings.Replace(claims, `"jti":"j"`, `"jti":""`, 1))
	f.Add(true, head, strings.Replace(claims, `"aud":"`, `"aud":["x"],"aud":"`, 1))
	f.Add(true, strings.Replace(head, "EdDSA", "none", 1), claims)
	stranger := keyOf(f, 9)
	f.Fuzz(func(t *testing.T, isDevice bool, header, claims string) {
		check := AssertionVerifier{Audience: endpoint, Now: clock, Leeway: 30 * time.Second, Replays: NewMemoryReplays(clock, 100),
			DeviceKey: func(_ context.Context, id string) (PublicKey, error) {
				if id != "device-1" {
					return PublicKey{}, fault.New(fault.Unauthorized, "token.key_unknown")
				}
				return b.device.Public(), nil
			}}
		key := stranger
		if isDevice {
			key = b.device
		}
		raw := signed(key, header, claims)
		got, err := check.Verify(t.Context(), raw)
		if err != nil {
			if from := fault.From(err); from.Kind != fault.Unauthorized || !strings.HasPrefix(from.Code, "token.") {
				t.Fatalf("%s %s: %v", header, claims, err)
			}
			return
		}
		if !isDevice || got.Subject != "device-1" || got.Issuer != "device-1" {
			t.Fatalf("%s %s: %+v", header, claims, got)
		}
		if _, err := check.Verify(t.Context(), raw); fault.CodeOf(err) != "token.replayed" {
			t.Fatalf("%s %s lets in twice: %v", header, claims, err)
		}
	})
}
