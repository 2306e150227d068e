package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lianxin/backend/fault"
)

const (
	// MaxKeySet bounds a key set document, in bytes.
	MaxKeySet = 16 << 10
	maxKeys   = 32
)

// jwk is the written form of a key (RFC 8037 §2).
type jwk struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

// MarshalJSON writes the key as a JWK.
func (p PublicKey) MarshalJSON() ([]byte, error) {
	if p.IsZero() {
		return nil, errors.New("no key to write")
	}
	return json.Marshal(jwk{Type: "OKP", Curve: "Ed25519", X: segment.EncodeToString(p.raw), Use: "sig", Algorithm: Algorithm, KeyID: p.id})
}

// UnmarshalJSON reads a JWK as ParseJWK does.
func (p *PublicKey) UnmarshalJSON(data []byte) error {
	parsed, err := ParseJWK(data)
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// MarshalJWKS writes a key set document (RFC 7517 §5).
func MarshalJWKS(keys []PublicKey) ([]byte, error) {
	if keys == nil {
		keys = []PublicKey{}
	}
	return json.Marshal(struct {
		Keys []PublicKey `json:"keys"`
	}{keys})
}

// ParseJWK reads one public Ed25519 key.
//
// It is refused with "token.key_private" if it holds a private half (somebody is
// giving a secret away), "token.key_use" if it is not for signatures,
// "token.key_unsupported" for another kind of key, "token.key_weak", and
// "token.key_malformed" for everything else, among it a kid that is not the
// RFC 7638 thumbprint.
func ParseJWK(data []byte) (PublicKey, error) {
	if len(data) > MaxKeySet {
		return PublicKey{}, badKey("key_malformed", "too large")
	}
	members, err := parseObject(data)
	if err != nil {
		return PublicKey{}, badKey("key_malformed", err.Error())
	}
	return parseKey(members)
}

// ParseJWKS reads a key set. One bad key refuses the whole set: a set with a
// private, a weak or an ambiguous key in it was not made by who should make it.
func ParseJWKS(data []byte) ([]PublicKey, error) {
	if len(data) > MaxKeySet {
		return nil, badKey("key_malformed", "too large")
	}
	members, err := parseObject(data)
	if err != nil {
		return nil, badKey("key_malformed", err.Error())
	}
	var list []json.RawMessage
	if err := json.Unmarshal(members["keys"], &list); err != nil || len(list) == 0 || len(list) > maxKeys {
		return nil, badKey("key_malformed", fmt.Sprintf("keys is not a list of 1 to %d keys", maxKeys))
	}
	keys := make([]PublicKey, 0, len(list))
	for _, raw := range list {
		key, err := ParseJWK(raw)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(keys, key.Equal) {
			return nil, badKey("key_malformed", "a key is there twice")
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func parseKey(members object) (PublicKey, error) {
	for _, private := range []string{"d", "k", "p", "q", "dp", "dq", "qi", "oth"} {
		if _, ok := members[private]; ok {
			return PublicKey{}, badKey("key_private", "the key holds a secret")
		}
	}
	if err := checkUse(members); err != nil {
		return PublicKey{}, err
	}
	values := map[string]string{}
	for _, name := range []string{"kty", "crv", "alg", "x", "kid"} {
		text, _, err := members.text(name)
		if err != nil {
			return PublicKey{}, badKey("key_malformed", err.Error())
		}
		values[name] = text
	}
	if values["kty"] != "OKP" || values["crv"] != "Ed25519" || (values["alg"] != "" && values["alg"] != Algorithm) {
		return PublicKey{}, badKey("key_unsupported", "not an Ed25519 key for EdDSA")
	}
	for i := range len(values["x"]) {
		if values["x"][i] == '.' || !isTokenCharacter(values["x"][i]) {
			return PublicKey{}, badKey("key_malformed", "x is not base64url")
		}
	}
	raw, err := segment.DecodeString(values["x"])
	if err != nil {
		return PublicKey{}, badKey("key_malformed", "x is not base64url")
	}
	key, err := NewPublicKey(raw)
	if err == nil && values["kid"] != "" && values["kid"] != key.id {
		return PublicKey{}, badKey("key_malformed", "kid is not the thumbprint")
	}
	return key, err
}

// checkUse refuses a key its owner meant for something else (RFC 7517 §4.2, §4.3).
func checkUse(members object) error {
	use, said, err := members.text("use")
	if err != nil || (said && use != "sig") {
		return badKey("key_use", "use is not sig")
	}
	if raw, ok := members["key_ops"]; ok {
		var operations []string
		if json.Unmarshal(raw, &operations) != nil || !slices.Contains(operations, "verify") {
			return badKey("key_use", "key_ops has no verify")
		}
	}
	return nil
}

func badKey(code, why string) error {
	return fault.Wrap(errors.New(why), fault.Invalid, "token."+code)
}
