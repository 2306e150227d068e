package token

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"lianxin/backend/fault"
)

func TestIssueAndVerify(t *testing.T) {
	b := newBench(t)
	raw, issued, err := b.issuer.Issue(b.grant())
	if err != nil {
		t.Fatal(err)
	}
	got, err := b.verify(t, raw)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != issued.String() || !got.Expires.Equal(noon.Add(MaxLifetime)) || got.Client != "device-1" || len(got.Scope) != 2 {
		t.Errorf("verified %+v, issued %+v", got, issued)
	}
	if !got.BoundTo(b.device.Public()) || got.BoundTo(b.center.Public()) || (Claims{}).BoundTo(PublicKey{}) {
		t.Error("the token is not bound to the device's key alone")
	}
}

// Rightly signed tokens with one claim changed; nil takes it out.
func TestClaims(t *testing.T) {
	b := newBench(t)
	cases := []struct {
		name  string
		claim string
		value any
		code  string
	}{
		{"right", "sub", "device-1", ""},
		{"unknown claim", "future", map[string]any{"x": 1}, ""},
		{"audience as a list of one", "aud", []any{center}, ""},
		{"no nbf", "nbf", nil, ""},
		{"no exp", "exp", nil, "token.claim_missing"},
		{"no iss", "iss", nil, "token.claim_missing"},
		{"no aud", "aud", nil, "token.claim_missing"},
		{"no jti", "jti", nil, "token.claim_missing"},
		{"no iat", "iat", nil, "token.claim_missing"},
		{"no sub", "sub", nil, "token.claim_missing"},
		{"no client", "client_id", nil, "token.claim_missing"},
		{"no binding", "cnf", nil, "token.claim_missing"},
		{"no scope", "scope", nil, "token.scope"},
		{"other scope", "scope", "synchronise", "token.scope"},
		{"scope as a list", "scope", []any{"sync"}, "token.claim_invalid"},
		{"binding without jkt", "cnf", map[string]any{"kid": "x"}, "token.claim_invalid"},
		{"binding is text", "cnf", "x", "token.claim_invalid"},
		{"empty jti", "jti", "", "token.claim_invalid"},
		{"long jti", "jti", strings.Repeat("j", maxText+1), "token.claim_invalid"},
		{"jti a number", "jti", 7, "token.claim_invalid"},
		{"sub null", "sub", json.RawMessage("null"), "token.claim_invalid"},
		{"other issuer", "iss", center + "/", "token.issuer"},
		{"other audience", "aud", "https://elsewhere.example", "token.audience"},
		{"two audiences", "aud", []any{center, "https://elsewhere.example"}, "token.audience"},
		{"no audience in the list", "aud", []any{}, "token.audience"},
		{"audience list of a number", "aud", []any{1}, "token.claim_invalid"},
		{"exp as text", "exp", "1795406460", "token.claim_invalid"},
		{"exp with a fraction", "exp", json.RawMessage("1795406460.5"), "token.claim_invalid"},
		{"exp with an exponent", "exp", json.RawMessage("1e11"), "token.claim_invalid"},
		{"exp negative", "exp", -1, "token.claim_invalid"},
		{"exp in milliseconds", "exp", noon.Add(time.Minute).UnixMilli(), "token.claim_invalid"},
		{"exp over 64 bits", "exp", json.RawMessage("99999999999999999999"), "token.claim_invalid"},
		{"exp at iat", "exp", noon.Unix(), "token.claim_invalid"},
		{"life of a second too long", "exp", noon.Add(MaxLifetime + time.Second).Unix(), "token.lifetime"},
		{"longest life", "exp", noon.Add(MaxLifetime).Unix(), ""},
	}
	for _, c := range cases {
		claims := maps.Clone(b.claims())
		if claims[c.claim] = c.value; c.value == nil {
			delete(claims, c.claim)
		}
		raw, err := sign(b.center, TypeAccess, claims)
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.verify(t, raw)
		wantCode(t, c.name, err, c.code)
	}
}

func TestTime(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t) // iat and nbf at noon, exp ten minutes later, leeway 30 s
	cases := []struct {
		at   time.Duration
		code string
	}{
		{-31 * time.Second, "token.early"},
		{-30 * time.Second, ""},
		{0, ""},
		{MaxLifetime, ""},
		{MaxLifetime + 30*time.Second - time.Nanosecond, ""},
		{MaxLifetime + 30*time.Second, "token.expired"},
		{24 * 365 * time.Hour, "token.expired"},
		{-24 * 365 * time.Hour, "token.early"},
	}
	for _, c := range cases {
		b.now = noon.Add(c.at)
		_, err := b.verify(t, raw)
		wantCode(t, c.at.String(), err, c.code)
		if c.code == "token.early" || c.code == "token.expired" {
			if got := fault.From(err).Params["now"]; got != b.now.Unix() {
				t.Errorf("%v: the refusal tells %v as the time", c.at, got)
			}
		}
	}
}

func TestHeader(t *testing.T) {
	b := newBench(t)
	body, err := json.Marshal(b.claims())
	if err != nil {
		t.Fatal(err)
	}
	kid := b.center.Public().ID()
	cases := []struct{ name, header, code string }{
		{"right", `{"alg":"EdDSA","typ":"at+jwt","kid":"` + kid + `"}`, ""},
		{"assertion", `{"alg":"EdDSA","typ":"client-authentication+jwt","kid":"` + kid + `"}`, "token.type"},
		{"any JWT", `{"alg":"EdDSA","typ":"JWT","kid":"` + kid + `"}`, "token.type"},
		{"no typ", `{"alg":"EdDSA","kid":"` + kid + `"}`, "token.type"},
		{"none", `{"alg":"none","typ":"at+jwt","kid":"` + kid + `"}`, "token.algorithm"},
		{"HMAC", `{"alg":"HS256","typ":"at+jwt","kid":"` + kid + `"}`, "token.algorithm"},
		{"small letters", `{"alg":"eddsa","typ":"at+jwt","kid":"` + kid + `"}`, "token.algorithm"},
		{"no kid", `{"alg":"EdDSA","typ":"at+jwt"}`, "token.key_unknown"},
		{"device's kid", `{"alg":"EdDSA","typ":"at+jwt","kid":"` + b.device.Public().ID() + `"}`, "token.key_unknown"},
		{"crit", `{"alg":"EdDSA","typ":"at+jwt","kid":"` + kid + `","crit":["exp"]}`, "token.header_forbidden"},
	}
	for _, c := range cases {
		_, err := b.verify(t, signed(b.center, c.header, string(body)))
		wantCode(t, c.name, err, c.code)
	}
	_, err = b.verify(t, signed(b.device, cases[0].header, string(body)))
	wantCode(t, "signed by the device", err, "token.signature")

	// The oldest trick: HMAC with the public key as its secret.
	h := jwt.NewWithClaims(jwt.SigningMethodHS256, b.claims())
	h.Header["typ"], h.Header["kid"] = TypeAccess, kid
	raw, err := h.SignedString(b.center.Public().Bytes())
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.verify(t, raw)
	wantCode(t, "public key as HMAC secret", err, "token.algorithm")
}

func TestRevocation(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	b.revoked["device-1"] = true
	_, err := b.verify(t, raw)
	wantCode(t, "revoked", err, "token.revoked")
	b.revoked["device-1"] = false
	_, err = b.verify(t, raw)
	wantCode(t, "asked again", err, "")

	b.check.Revoked = func(context.Context, Claims) (bool, error) { return false, errors.New("database is away") }
	_, err = b.verify(t, raw)
	wantCode(t, "cannot be asked", err, "internal")
	b.check.Revoked = nil
	_, err = b.verify(t, raw)
	wantCode(t, "never asked", err, "internal")
}

func TestOnce(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	expect := Access(center, center, "sync")
	expect.Once = true
	wrong := expect
	wrong.Scope = "other"
	_, err := b.check.Verify(t.Context(), raw, wrong)
	wantCode(t, "refused for another reason", err, "token.scope")
	_, err = b.check.Verify(t.Context(), raw, expect)
	wantCode(t, "first", err, "")
	_, err = b.check.Verify(t.Context(), raw, expect)
	wantCode(t, "second", err, "token.replayed")
	b.check.Replays = nil
	_, err = b.check.Verify(t.Context(), b.issue(t), expect)
	wantCode(t, "no memory", err, "internal")
}

// A verifier set up wrongly accepts nothing.
func TestIncompleteExpectation(t *testing.T) {
	b := newBench(t)
	raw := b.issue(t)
	for name, spoil := range map[string]func(*Expect, *Verifier){
		"type":            func(e *Expect, _ *Verifier) { e.Type = "" },
		"issuer":          func(e *Expect, _ *Verifier) { e.Issuer = "" },
		"audience":        func(e *Expect, _ *Verifier) { e.Audience = "" },
		"lifetime":        func(e *Expect, _ *Verifier) { e.Lifetime = 0 },
		"leeway":          func(_ *Expect, v *Verifier) { v.Leeway = MaxLeeway + 1 },
		"negative leeway": func(_ *Expect, v *Verifier) { v.Leeway = -1 },
	} {
		expect, check := Access(center, center, ""), b.check
		spoil(&expect, &check)
		if _, err := check.Verify(t.Context(), raw, expect); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestIssueRefuses(t *testing.T) {
	b := newBench(t)
	for name, spoil := range map[string]func(*Grant){
		"too long":     func(g *Grant) { g.Lifetime = MaxLifetime + time.Second },
		"too short":    func(g *Grant) { g.Lifetime = time.Millisecond },
		"no subject":   func(g *Grant) { g.Subject = "" },
		"no client":    func(g *Grant) { g.Client = "" },
		"no audience":  func(g *Grant) { g.Audience = "" },
		"no binding":   func(g *Grant) { g.Binding = PublicKey{} },
		"no scope":     func(g *Grant) { g.Scope = nil },
		"two in one":   func(g *Grant) { g.Scope = []string{"sync admin"} },
		"over the cap": func(g *Grant) { g.Subject = strings.Repeat("x", MaxToken) },
	} {
		g := b.grant()
		spoil(&g)
		if raw, _, err := b.issuer.Issue(g); err == nil {
			t.Errorf("%s: issued %s", name, raw)
		}
	}
	b.now = noon.Add(-2 * time.Hour) // before the key begins: a clock was ahead when it was made
	if _, _, err := b.issuer.Issue(b.grant()); err != nil {
		t.Errorf("no key signs yet: %v", err)
	}
	b.issuer.Keys = func() KeySet {
		return KeySet{[]Period{{Key: keyOf(t, 1), ActiveFrom: noon.Add(-time.Hour), RetiredUntil: b.now}}}
	}
	_, _, err := b.issuer.Issue(b.grant())
	wantCode(t, "all are over", err, "token.no_key")
}
