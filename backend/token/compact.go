package token

import (
	"encoding/base64"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// MaxToken bounds a token before anything of it is looked at, in bytes.
const MaxToken = 4096

// segment is the only encoding of a token's parts: RFC 7515 §2, without padding,
// and without the bits a lenient decoder would ignore at the end.
var segment = base64.RawURLEncoding.Strict()

// compact is a token taken apart (RFC 7515 §7.1). Nothing in it is trusted yet.
type compact struct {
	header    header
	payload   []byte
	signing   string // the bytes the signature covers
	signature []byte
}

// header is all that a header may say.
type header struct {
	algorithm string
	typ       string
	keyID     string
}

// verificationKey is a key together with the one algorithm it may be used with
// (RFC 8725 §3.1). The product only makes them for EdDSA; the type is wider so
// that published vectors of other algorithms run through the same gate.
type verificationKey struct {
	method jwt.SigningMethod
	public any
}

// parseCompact takes a token apart without trusting it.
func parseCompact(raw string) (compact, error) {
	if len(raw) > MaxToken {
		return compact{}, refuse("token.too_large", "over the size of a token")
	}
	for i := range len(raw) {
		// base64 decoding skips line breaks; a signature that can be written in
		// two ways is not one.
		if !isTokenCharacter(raw[i]) {
			return compact{}, refuse("token.malformed", "a character no token has")
		}
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return compact{}, refuse("token.malformed", "not three parts")
	}
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		var err error
		if decoded[i], err = segment.DecodeString(part); err != nil || len(part) == 0 {
			return compact{}, refuse("token.malformed", "a part is not base64url")
		}
	}
	head, err := parseHeader(decoded[0])
	if err != nil {
		return compact{}, err
	}
	signing := raw[:len(parts[0])+1+len(parts[1])]
	return compact{header: head, payload: decoded[1], signing: signing, signature: decoded[2]}, nil
}

func isTokenCharacter(c byte) bool {
	switch {
	case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return true
	}
	return c == '-' || c == '_' || c == '.'
}

// parseHeader reads a header that says alg, typ and kid and nothing else. A list
// of what is allowed needs no care for parameters invented later.
func parseHeader(data []byte) (header, error) {
	members, err := parseObject(data)
	if err != nil {
		return header{}, refuse("token.malformed", "header: "+err.Error())
	}
	var head header
	targets := map[string]*string{"alg": &head.algorithm, "typ": &head.typ, "kid": &head.keyID}
	for name := range members {
		target, ok := targets[name]
		if !ok {
			return header{}, refuse("token.header_forbidden", "the header says more than alg, typ and kid")
		}
		if *target, _, err = members.text(name); err != nil {
			return header{}, refuse("token.malformed", "header: "+err.Error())
		}
	}
	if head.algorithm == "" {
		return header{}, refuse("token.algorithm", "no alg")
	}
	return head, nil
}

// verify checks the signature with the one algorithm of the key, whatever the
// header wishes for.
func (c compact) verify(key verificationKey) error {
	if c.header.algorithm != key.method.Alg() {
		return refuse("token.algorithm", "alg is not the algorithm of the key")
	}
	if err := key.method.Verify(c.signing, c.signature, key.public); err != nil {
		return refuse("token.signature", "the signature is wrong")
	}
	return nil
}
