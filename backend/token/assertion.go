package token

import (
	"context"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// AssertionLifetime is the life of an assertion: long enough for one slow request.
const AssertionLifetime = 60 * time.Second

// Assertion is a device's statement of who it is (RFC 7523 §2.2, §3), signed
// with its own key and exchanged for an access token.
type Assertion struct {
	Device   string // device id: iss and sub
	Audience string // the address of the token endpoint
	ID       string // jti
}

// Sign returns the assertion. now is the center's time as the device knows it:
// its own clock plus the offset it has learnt.
func (a Assertion) Sign(key Key, now time.Time) (string, error) {
	if a.Device == "" || a.Audience == "" || a.ID == "" {
		return "", fmt.Errorf("sign assertion: it is incomplete")
	}
	return sign(key, TypeAssertion, jwt.MapClaims{
		"iss": a.Device, "sub": a.Device, "aud": a.Audience, "jti": a.ID,
		"iat": seconds(now), "exp": seconds(now.Add(AssertionLifetime)),
	})
}

// AssertionVerifier checks assertions at the center.
type AssertionVerifier struct {
	Audience string
	Now      func() time.Time
	Leeway   time.Duration // at most MaxLeeway
	Replays  Replays
	// DeviceKey returns the stored key of a device. It answers "token.key_unknown"
	// for a device that is not there and "token.revoked" for one that is revoked.
	DeviceKey func(ctx context.Context, device string) (PublicKey, error)
}

// Verify returns the claims of a right assertion; Subject is the device. Each
// assertion is accepted once.
func (v AssertionVerifier) Verify(ctx context.Context, raw string) (Claims, error) {
	find := func(ctx context.Context, head header, claims Claims) (PublicKey, error) {
		if claims.Issuer != claims.Subject {
			return PublicKey{}, refuse("token.issuer", "a device speaks for itself only")
		}
		key, err := v.DeviceKey(ctx, claims.Subject)
		if err != nil {
			return PublicKey{}, err
		}
		if head.keyID != key.id {
			return PublicKey{}, refuse("token.binding", "not the key of this device")
		}
		return key, nil
	}
	gate := gate{find: find, now: v.Now(), leeway: v.Leeway, replays: v.Replays}
	return gate.pass(ctx, raw, Expect{Type: TypeAssertion, Audience: v.Audience, Lifetime: AssertionLifetime, Once: true})
}
