package token

import (
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// TypeAccess is the typ of access tokens (RFC 9068 §2.1).
	TypeAccess = "at+jwt"
	// TypeAssertion is the typ of assertions, so that no token serves as the other kind.
	TypeAssertion = "client-authentication+jwt"

	// MaxLifetime is the longest life of an access token.
	MaxLifetime = 10 * time.Minute
)

// Grant is what an access token is given for.
type Grant struct {
	Subject  string // device id, or id of a member of staff
	Client   string // device id
	Audience string
	Scope    []string
	Binding  PublicKey     // the device's key
	Lifetime time.Duration // 0: MaxLifetime
}

// Issuer makes access tokens. It is safe for concurrent use.
type Issuer struct {
	Name  string // iss: the center's public address
	Keys  func() KeySet
	Now   func() time.Time
	NewID func() string // jti
}

// Issue returns a signed access token and what it says.
func (i Issuer) Issue(g Grant) (string, Claims, error) {
	claims, err := i.claims(g)
	if err != nil {
		return "", Claims{}, err
	}
	key, err := i.Keys().Signing(i.Now())
	if err != nil {
		return "", Claims{}, err
	}
	raw, err := sign(key, TypeAccess, jwt.MapClaims{
		"iss": claims.Issuer, "sub": claims.Subject, "aud": claims.Audience, "jti": claims.ID,
		"client_id": claims.Client, "scope": strings.Join(claims.Scope, " "),
		"iat": seconds(claims.IssuedAt), "nbf": seconds(claims.NotBefore), "exp": seconds(claims.Expires),
		"cnf": map[string]string{"jkt": claims.Binding},
	})
	return raw, claims, err
}

func (i Issuer) claims(g Grant) (Claims, error) {
	if g.Lifetime == 0 {
		g.Lifetime = MaxLifetime
	}
	switch {
	case g.Lifetime < time.Second || g.Lifetime > MaxLifetime:
		return Claims{}, fmt.Errorf("issue token: a life of %v is not within %v", g.Lifetime, MaxLifetime)
	case i.Name == "" || g.Subject == "" || g.Client == "" || g.Audience == "" || g.Binding.IsZero() || len(g.Scope) == 0:
		return Claims{}, fmt.Errorf("issue token: the grant is incomplete")
	}
	for _, scope := range g.Scope {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n\"\\") {
			return Claims{}, fmt.Errorf("issue token: scope %q is not one word", scope)
		}
	}
	now := i.Now().UTC().Truncate(time.Second)
	return Claims{
		Issuer: i.Name, Subject: g.Subject, Client: g.Client, Audience: g.Audience, ID: i.NewID(),
		IssuedAt: now, NotBefore: now, Expires: now.Add(g.Lifetime).Truncate(time.Second),
		Scope: g.Scope, Binding: g.Binding.id,
	}, nil
}

// sign makes a token with golang-jwt and refuses to hand out one that our own
// check would find too large.
func sign(key Key, typ string, claims jwt.MapClaims) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	t.Header["typ"], t.Header["kid"] = typ, key.public.id
	raw, err := t.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	if len(raw) > MaxToken {
		return "", fmt.Errorf("sign token: %d bytes, over %d", len(raw), MaxToken)
	}
	return raw, nil
}
