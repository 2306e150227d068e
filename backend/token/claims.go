package token

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianxin/backend/fault"
)

// Claims is what a checked token says.
type Claims struct {
	Issuer    string
	Subject   string // the device or the member of staff
	Audience  string
	ID        string // jti, unique for ever
	Client    string // client_id: the device the token was given to (RFC 9068 §2.2)
	IssuedAt  time.Time
	NotBefore time.Time // zero when the token does not say
	Expires   time.Time
	Scope     []string
	Binding   string // cnf.jkt: thumbprint of the device's key (RFC 7800, RFC 9449 §6.1)
}

// Allows tells whether the token has a scope.
func (c Claims) Allows(scope string) bool { return slices.Contains(c.Scope, scope) }

// BoundTo tells whether the token was given to the owner of key. A stolen token
// is of no use where the request itself is signed with that key.
func (c Claims) BoundTo(key PublicKey) bool { return c.Binding != "" && c.Binding == key.id }

// latest is the last second of the year 9999; a larger number is a slip of units.
const latest = 253402300799

// parseClaims reads claims without trusting them. Names we do not know are
// ignored, as RFC 7519 §4 asks; those we know must have their exact form.
func parseClaims(payload []byte) (Claims, error) {
	members, err := parseObject(payload)
	if err != nil {
		return Claims{}, refuse("token.malformed", "claims: "+err.Error())
	}
	r := claimReader{members: members}
	c := Claims{
		Issuer:    r.text("iss", true),
		Subject:   r.text("sub", true),
		Audience:  r.audience(),
		ID:        r.text("jti", true),
		Client:    r.text("client_id", false),
		IssuedAt:  r.time("iat", true),
		NotBefore: r.time("nbf", false),
		Expires:   r.time("exp", true),
		Scope:     strings.Fields(r.text("scope", false)),
		Binding:   r.binding(),
	}
	if r.fault != nil {
		return Claims{}, r.fault
	}
	if !c.Expires.After(c.IssuedAt) {
		return Claims{}, claimInvalid("exp", "not after iat")
	}
	return c, nil
}

// claimReader keeps the first fault, so that the list of claims above stays a list.
type claimReader struct {
	members object
	fault   *fault.Fault
}

func (r *claimReader) refuse(f *fault.Fault) {
	if r.fault == nil {
		r.fault = f
	}
}

func claimInvalid(name, why string) *fault.Fault {
	return refuse("token.claim_invalid", name+": "+why).With("claim", name)
}

func claimMissing(name string) *fault.Fault {
	return refuse("token.claim_missing", "no "+name).With("claim", name)
}

func (r *claimReader) text(name string, required bool) string {
	value, ok, err := r.members.text(name)
	switch {
	case err != nil:
		r.refuse(claimInvalid(name, err.Error()))
	case !ok && required:
		r.refuse(claimMissing(name))
	}
	return value
}

// time reads whole seconds since 1970. RFC 7519 also allows fractions; nothing
// of ours writes them and two readers may round them differently.
func (r *claimReader) time(name string, required bool) time.Time {
	raw, ok := r.members[name]
	if !ok {
		if required {
			r.refuse(claimMissing(name))
		}
		return time.Time{}
	}
	seconds, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || seconds < 0 || seconds > latest || string(raw) == "-0" {
		r.refuse(claimInvalid(name, "not whole seconds since 1970"))
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// audience takes one audience, written alone or as a list of one. A token meant
// for several could be carried from one to the other.
func (r *claimReader) audience() string {
	raw, ok := r.members["aud"]
	if !ok || raw[0] != '[' {
		return r.text("aud", true)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
		r.refuse(refuse("token.audience", "not one audience"))
		return ""
	}
	only := claimReader{members: object{"aud": list[0]}}
	value := only.text("aud", true)
	if only.fault != nil {
		r.refuse(only.fault)
	}
	return value
}

func (r *claimReader) binding() string {
	raw, ok := r.members["cnf"]
	if !ok {
		return ""
	}
	members, err := parseObject(raw)
	if err != nil {
		r.refuse(claimInvalid("cnf", err.Error()))
		return ""
	}
	value, ok, err := members.text("jkt")
	if err != nil || !ok {
		r.refuse(claimInvalid("cnf", "no jkt"))
	}
	return value
}

// seconds returns t as a NumericDate.
func seconds(t time.Time) int64 { return t.Unix() }

// String names the token for logs; it holds no personal data, ids are opaque.
func (c Claims) String() string { return fmt.Sprintf("token %s of %s", c.ID, c.Subject) }
