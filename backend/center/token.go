package center

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/api"
	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/token"
)

// loadKeys reads the token keys and makes the first one.
func (c *Center) loadKeys(ctx context.Context) error {
	periods, err := c.store.SigningKeys(ctx)
	if err != nil {
		return err
	}
	if len(periods) == 0 {
		key, err := token.NewKey(c.config.Random)
		if err != nil {
			return err
		}
		periods = []token.Period{{Key: key, ActiveFrom: c.config.Now().UTC()}}
		if err := c.store.SaveSigningKeys(ctx, periods); err != nil {
			return err
		}
	}
	return c.useKeys(periods)
}

func (c *Center) useKeys(periods []token.Period) error {
	set, err := token.NewKeySet(periods...)
	if err != nil {
		return fmt.Errorf("token keys: %w", err)
	}
	c.keys.Store(&set)
	c.keysRead.Store(c.config.Now().UnixMicro())
	return nil
}

// keysFor is how long the keys in memory count. A command or another instance may
// have replaced them: after a leak the old ones must soon be worth nothing here too.
const keysFor = 5 * time.Second

// refreshKeys reads the keys again when those in memory count no more.
func (c *Center) refreshKeys(ctx context.Context) error {
	age := c.config.Now().Sub(time.UnixMicro(c.keysRead.Load()))
	if age >= 0 && age < keysFor {
		return nil
	}
	return c.loadKeys(ctx)
}

func (c *Center) keySet() token.KeySet { return *c.keys.Load() }

// Times of a planned rotation: devices fetch the published keys far more often.
const (
	publishedEarly = 24 * time.Hour
	acceptedLate   = time.Hour
)

// RotateKeys names the next token key; it signs from tomorrow on. Running
// instances notice within seconds.
func (c *Center) RotateKeys(ctx context.Context, by string) error {
	return c.replaceKeys(ctx, by, "token.rotate", func(set token.KeySet, next token.Key) (token.KeySet, error) {
		return set.Rotate(c.config.Now(), next, publishedEarly, acceptedLate)
	})
}

// RollKeys replaces every token key at once, after a leak.
func (c *Center) RollKeys(ctx context.Context, by string) error {
	return c.replaceKeys(ctx, by, "token.roll", func(set token.KeySet, next token.Key) (token.KeySet, error) {
		return set.Roll(c.config.Now(), next)
	})
}

func (c *Center) replaceKeys(ctx context.Context, by, action string, change func(token.KeySet, token.Key) (token.KeySet, error)) error {
	next, err := token.NewKey(c.config.Random)
	if err != nil {
		return err
	}
	var set token.KeySet
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		periods, err := c.store.SigningKeys(ctx)
		if err != nil {
			return err
		}
		if set, err = token.NewKeySet(periods...); err != nil {
			return err
		}
		if set, err = change(set, next); err != nil {
			return err
		}
		if err := c.store.SaveSigningKeys(ctx, set.Periods()); err != nil {
			return err
		}
		// A key id may begin with a hyphen, as ids in the log do not.
		return c.record(ctx, by, action, "token_key", "kid:"+next.Public().ID())
	})
	if err != nil {
		return err
	}
	return c.useKeys(set.Periods())
}

// audience of access tokens, and of the assertions that are exchanged for them.
func (c *Center) tokenEndpoint() string { return strings.TrimSuffix(c.config.URL, "/") + "/token" }

// Exchange implements api.Tokens.
func (c *Center) Exchange(ctx context.Context, assertion string) (api.AccessToken, error) {
	if err := c.refreshKeys(ctx); err != nil {
		return api.AccessToken{}, err
	}
	verifier := token.AssertionVerifier{Audience: c.tokenEndpoint(), Now: c.config.Now, Leeway: token.MaxLeeway,
		Replays: c.store, DeviceKey: c.clientKey}
	claims, err := verifier.Verify(ctx, assertion)
	if err != nil {
		return api.AccessToken{}, err
	}
	if isSession(claims.Subject) {
		return c.sessionToken(ctx, claims.Subject)
	}
	if isDonorSession(claims.Subject) {
		return c.donorToken(ctx, claims.Subject)
	}
	key, err := c.deviceKey(ctx, claims.Subject)
	if err != nil {
		return api.AccessToken{}, err
	}
	if err := c.closeGrant(ctx, claims.Subject); err != nil {
		return api.AccessToken{}, err
	}
	may, err := c.scopeOf(ctx, claims.Subject)
	if err != nil {
		return api.AccessToken{}, err
	}
	return c.issue(token.Grant{Subject: claims.Subject, Client: claims.Subject, Audience: c.config.URL,
		Scope: []string{string(may)}, Binding: key})
}

// scopeOf is what a device may ask for: a station's or hospital's client learns nothing that kiosks know.
func (c *Center) scopeOf(ctx context.Context, deviceID string) (api.Permission, error) {
	d, err := c.store.Device(ctx, deviceID)
	switch d.Surface {
	case device.Station:
		return api.StationIntake, err
	case device.Hospital:
		return api.HospitalRelief, err
	}
	return api.DeviceSync, err
}

func (c *Center) issue(g token.Grant) (api.AccessToken, error) {
	issuer := token.Issuer{Name: c.config.URL, Keys: c.keySet, Now: c.config.Now, NewID: c.config.NewID}
	raw, granted, err := issuer.Issue(g)
	if err != nil {
		return api.AccessToken{}, err
	}
	return api.AccessToken{AccessToken: raw, TokenType: "Bearer",
		ExpiresIn: int(granted.Expires.Sub(granted.IssuedAt).Seconds())}, nil
}

// issueUntil is issue for a login: no token outlives it, and in its last second there is
// none; fault "token.revoked".
func (c *Center) issueUntil(ends time.Time, g token.Grant) (api.AccessToken, error) {
	g.Lifetime = min(token.MaxLifetime, ends.Sub(c.config.Now()))
	if g.Lifetime < time.Second {
		return api.AccessToken{}, fault.New(fault.Unauthorized, "token.revoked")
	}
	return c.issue(g)
}

// Keys implements api.Tokens.
func (c *Center) Keys(ctx context.Context) ([]byte, error) {
	if err := c.refreshKeys(ctx); err != nil {
		return nil, err
	}
	return token.MarshalJWKS(c.keySet().Published(c.config.Now()))
}

// Admit implements api.Guard.
func (c *Center) Admit(ctx context.Context, bearer string, need api.Permission) (api.Caller, error) {
	if err := c.refreshKeys(ctx); err != nil {
		return api.Caller{}, err
	}
	var who client
	isDonor := false
	verifier := token.Verifier{Keys: c.keySet, Now: c.config.Now, Leeway: token.MaxLeeway, Checked: &c.checked,
		Revoked: func(ctx context.Context, claims token.Claims) (revoked bool, err error) {
			isDonor = isDonorSession(claims.Client)
			who, revoked, err = c.isRevoked(ctx, claims)
			return revoked, err
		}}
	claims, err := verifier.Verify(ctx, bearer, token.Access(c.config.URL, c.config.URL, string(need)))
	if fault.CodeOf(err) == "token.key_unknown" {
		// Another instance may have rotated the keys since.
		if loadErr := c.loadKeys(ctx); loadErr != nil {
			return api.Caller{}, loadErr
		}
		claims, err = verifier.Verify(ctx, bearer, token.Access(c.config.URL, c.config.URL, string(need)))
	}
	if isDonor && fault.CodeOf(err) == "token.revoked" {
		err = fault.Wrap(err, fault.Unauthorized, loginOver)
	}
	if err != nil {
		return api.Caller{}, err
	}
	if need == api.DeviceSync || need == api.StationIntake || need == api.HospitalRelief {
		return api.Caller{DeviceID: claims.Subject}, nil
	}
	if need == api.DonorSelf {
		return c.donorCaller(ctx, claims, who)
	}
	return c.staffCaller(ctx, claims, who, need)
}

// isRevoked asks the database for every token: a revoked device, an ended login
// and a member who was kept out are out at once.
func (c *Center) isRevoked(ctx context.Context, claims token.Claims) (client, bool, error) {
	who, err := c.openClient(ctx, claims.Client)
	switch code := fault.CodeOf(err); {
	case code == "token.revoked" || code == "token.key_unknown" || code == loginOver:
		return who, true, nil
	case err != nil:
		return who, false, err
	}
	return who, !claims.BoundTo(who.key), nil
}
