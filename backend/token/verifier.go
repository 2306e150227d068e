package token

import (
	"context"
	"fmt"
	"time"

	"lianxin/backend/fault"
)

// MaxLeeway is the most two clocks may differ. A kiosk whose clock is further
// off corrects itself by parameter "now" of the refusal, not by our leniency.
const MaxLeeway = 60 * time.Second

// Expect is what a caller of Verify knows a right token must say.
type Expect struct {
	Type     string        // required
	Issuer   string        // required of access tokens
	Audience string        // required
	Lifetime time.Duration // longest exp − iat; required
	Scope    string        // the scope the call needs; "" for any
	Once     bool          // refuse a token seen before
}

// Verifier checks access tokens. It is safe for concurrent use.
type Verifier struct {
	Keys   func() KeySet
	Now    func() time.Time
	Leeway time.Duration // at most MaxLeeway
	// Revoked is asked for every token that is right otherwise. Its failure refuses the token.
	Revoked func(context.Context, Claims) (bool, error)
	// Replays is needed for Expect.Once.
	Replays Replays
	// Checked saves checking the signature of one token again; nil: each is checked.
	Checked *Checked
}

// Access is what every call to the center expects.
func Access(issuer, audience, scope string) Expect {
	return Expect{Type: TypeAccess, Issuer: issuer, Audience: audience, Scope: scope, Lifetime: MaxLifetime}
}

// Verify returns the claims of a token that is right in everything, or a fault
// that says what is wrong; see the package comment for the codes.
func (v Verifier) Verify(ctx context.Context, raw string, expect Expect) (Claims, error) {
	if v.Revoked == nil || expect.Issuer == "" {
		return Claims{}, fmt.Errorf("verify token: no revocation check or no issuer is set")
	}
	find := func(_ context.Context, head header, _ Claims) (PublicKey, error) {
		keys, now := v.Keys(), v.Now()
		if key, ok := keys.Verifying(head.keyID, now); ok {
			return key, nil
		}
		if keys.Replaced(head.keyID, now) {
			return PublicKey{}, refuse("token.key_rolled", "its key was replaced")
		}
		return PublicKey{}, refuse("token.key_unknown", "no key with this kid")
	}
	gate := gate{find: find, grant: v.checkGrant, now: v.Now(), leeway: v.Leeway, replays: v.Replays, checked: v.Checked}
	return gate.pass(ctx, raw, expect)
}

// checkGrant asks what only access tokens are asked.
func (v Verifier) checkGrant(ctx context.Context, c Claims, expect Expect) error {
	if expect.Type == TypeAccess && c.Client == "" {
		return claimMissing("client_id")
	}
	if expect.Type == TypeAccess && c.Binding == "" {
		return claimMissing("cnf")
	}
	if expect.Scope != "" && !c.Allows(expect.Scope) {
		return fault.New(fault.Forbidden, "token.scope").With("scope", expect.Scope)
	}
	revoked, err := v.Revoked(ctx, c)
	if err != nil {
		return fmt.Errorf("verify token: ask for revocation: %w", err)
	}
	if revoked {
		return refuse("token.revoked", "withdrawn")
	}
	return nil
}

// gate is the order of checks every token goes through, access token or assertion.
type gate struct {
	find    func(context.Context, header, Claims) (PublicKey, error)
	grant   func(context.Context, Claims, Expect) error // nil: nothing more to ask
	now     time.Time
	leeway  time.Duration
	replays Replays
	checked *Checked
}

func (g gate) pass(ctx context.Context, raw string, expect Expect) (Claims, error) {
	if expect.Type == "" || expect.Audience == "" || expect.Lifetime <= 0 {
		return Claims{}, fmt.Errorf("verify token: the expectation is incomplete")
	}
	if g.leeway < 0 || g.leeway > MaxLeeway {
		return Claims{}, fmt.Errorf("verify token: a leeway of %v is not within %v", g.leeway, MaxLeeway)
	}
	claims, err := g.authenticate(ctx, raw, expect.Type)
	if err != nil {
		return Claims{}, err
	}
	if err := g.judge(claims, expect); err != nil {
		return Claims{}, err
	}
	if g.grant != nil {
		if err := g.grant(ctx, claims, expect); err != nil {
			return Claims{}, err
		}
	}
	if err := g.remember(ctx, claims, expect); err != nil {
		return Claims{}, err
	}
	return claims, nil
}

// authenticate finds the key and checks the signature.
func (g gate) authenticate(ctx context.Context, raw, typ string) (Claims, error) {
	if known, ok := g.checked.find(raw); ok && known.header.typ == typ {
		key, err := g.find(ctx, known.header, known.claims)
		if err != nil {
			return Claims{}, err
		}
		if known.isOf(key) {
			return known.claims, nil
		}
	}
	parsed, err := parseCompact(raw)
	if err != nil {
		return Claims{}, err
	}
	if parsed.header.algorithm != Algorithm {
		return Claims{}, refuse("token.algorithm", "not EdDSA")
	}
	if parsed.header.typ != typ {
		return Claims{}, refuse("token.type", "another typ")
	}
	claims, err := parseClaims(parsed.payload)
	if err != nil {
		return Claims{}, err
	}
	key, err := g.find(ctx, parsed.header, claims)
	if err != nil {
		return Claims{}, err
	}
	if err := parsed.verify(key.verificationKey()); err != nil {
		return claims, err
	}
	g.checked.remember(raw, checked{parsed.header, claims, key.raw})
	return claims, nil
}

// judge compares signed claims with what is expected and with the clock.
func (g gate) judge(c Claims, expect Expect) error {
	switch {
	case expect.Issuer != "" && expect.Issuer != c.Issuer:
		return refuse("token.issuer", "another issuer")
	case expect.Audience != c.Audience:
		return refuse("token.audience", "another audience")
	case c.Expires.Sub(c.IssuedAt) > expect.Lifetime:
		return refuse("token.lifetime", "valid for too long").With("max_seconds", int(expect.Lifetime.Seconds()))
	case !g.now.Before(c.Expires.Add(g.leeway)):
		return refuse("token.expired", "too late").With("now", seconds(g.now))
	case g.now.Add(g.leeway).Before(c.IssuedAt), g.now.Add(g.leeway).Before(c.NotBefore):
		return refuse("token.early", "too soon").With("now", seconds(g.now))
	}
	return nil
}

// remember comes last: a token that is refused for another reason must not use up its jti.
func (g gate) remember(ctx context.Context, c Claims, expect Expect) error {
	if !expect.Once {
		return nil
	}
	if g.replays == nil {
		return fmt.Errorf("verify token: no memory of seen tokens is set")
	}
	fresh, err := g.replays.Remember(ctx, c.Issuer, c.ID, c.Expires.Add(g.leeway))
	if err != nil {
		return fmt.Errorf("verify token: remember it: %w", err)
	}
	if !fresh {
		return refuse("token.replayed", "seen before")
	}
	return nil
}
