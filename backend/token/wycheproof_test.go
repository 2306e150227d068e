package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/big"
	"slices"
	"testing"

	"github.com/c2sp/wycheproof"
	"github.com/golang-jwt/jwt/v5"
)

// wycheproofFile is what the files read here have in common.
type wycheproofFile struct {
	NumberOfTests int
	TestGroups    []struct {
		Comment   string
		Public    json.RawMessage
		Private   json.RawMessage
		PublicKey struct{ PK string }
		Tests     []wycheproofCase
	}
}

type wycheproofCase struct {
	TcID    int
	Comment string
	JWS     json.RawMessage // a string, or an object in the JSON serialisation
	JWE     json.RawMessage
	Msg     string
	Sig     string
	Result  string
}

// text returns the token as a client would send it.
func (c wycheproofCase) text() string {
	raw := c.JWS
	if raw == nil {
		raw = c.JWE
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func readWycheproof(t *testing.T, name string) wycheproofFile {
	t.Helper()
	raw, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var file wycheproofFile
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, group := range file.TestGroups {
		total += len(group.Tests)
	}
	if total == 0 || total != file.NumberOfTests {
		t.Fatalf("%s: read %d of %d cases", name, total, file.NumberOfTests)
	}
	return file
}

// suite is one file with what is known to differ.
type suite struct {
	name    string
	refuses map[int]string // valid, refused, and why
	passes  map[int]string // invalid, accepted, and why that cannot reach the product
}

// run checks every case: nothing else may differ, and no exception may be stale.
func (s suite) run(t *testing.T, accepts func(group int, c wycheproofCase) error) {
	t.Helper()
	file := readWycheproof(t, s.name)
	total, accepted := 0, 0
	for g, group := range file.TestGroups {
		for _, c := range group.Tests {
			total++
			err := accepts(g, c)
			if err == nil {
				accepted++
			}
			want := c.Result == "valid"
			_, refuses := s.refuses[c.TcID]
			_, passes := s.passes[c.TcID]
			if (refuses && !want) || (passes && want) {
				t.Errorf("%s %d: listed as an exception it is not", s.name, c.TcID)
			}
			if want != (refuses || passes) != (err == nil) {
				t.Errorf("%s %d (%s, %s): it is %s; got %v", s.name, c.TcID, group.Comment, c.Comment, c.Result, err)
			}
		}
	}
	t.Logf("%s: %d cases, %d accepted; exceptions: %d valid ones refused, %d invalid ones passed", s.name, total, accepted, len(s.refuses), len(s.passes))
}

func TestWycheproofEd25519(t *testing.T) {
	file := readWycheproof(t, "ed25519_test.json")
	suite{name: "ed25519_test.json"}.run(t, func(group int, c wycheproofCase) error {
		key, err := NewPublicKey(mustHex(t, file.TestGroups[group].PublicKey.PK))
		if err != nil {
			return err
		}
		if !key.Verify(mustHex(t, c.Msg), mustHex(t, c.Sig)) {
			return refuse("token.signature", "")
		}
		return nil
	})
}

const (
	noEmptyPayload = "a token always has claims: an empty part is refused before the signature"
	keyNamesES521  = "the key names its algorithm ES521, which does not exist; one algorithm per key"
	signedForOther = "the key is for PS256 and the header says PS384: one algorithm per key"
	strayCharacter = "a question mark inside a part, which a lenient decoder skips"
	onlyEd25519    = "not an Ed25519 key: the product has no other"
	noEncryption   = "an encrypted token (JWE): the product has none"

	sameAs357   = "the vector lost its padding: its bytes are those of case 357, which is valid"
	libraryPSS  = "PS256 in golang-jwt takes any salt length; the product has no PS256"
	libraryROCA = "a weak RSA modulus; the product has no RSA"
)

// Valid vectors the product refuses, and why.
var (
	jwsExceptions = map[int]string{
		259: noEmptyPayload, 264: noEmptyPayload, 268: noEmptyPayload, 272: noEmptyPayload, 320: noEmptyPayload, 325: noEmptyPayload,
		346: signedForOther, 350: signedForOther, 347: keyNamesES521, 351: keyNamesES521,
		372: strayCharacter, 373: strayCharacter,
	}
	cryptoExceptions = map[int]string{50: noEncryption, 67: noEncryption}
	jwkExceptions    = map[int]string{2: onlyEd25519, 5: onlyEd25519, 13: onlyEd25519, 14: onlyEd25519, 15: onlyEd25519}
)

// Invalid vectors that pass here for a reason that cannot reach the product.
var (
	jwsPasses = map[int]string{
		281: libraryPSS, 282: libraryPSS, 283: libraryPSS, 284: libraryPSS, 285: libraryPSS, 286: libraryPSS,
		367: sameAs357, 370: sameAs357,
	}
	cryptoPasses = map[int]string{46: libraryROCA}
)

// The vectors hold no EdDSA. Everything before the claims (size, characters,
// parts, encoding, header, one algorithm per key) is the product's own gate; the
// keys are lent the library's methods of the other algorithms for this test.
func TestWycheproofJWS(t *testing.T) {
	for _, s := range []suite{
		{"json_web_signature_test.json", jwsExceptions, jwsPasses},
		{"json_web_crypto_test.json", cryptoExceptions, cryptoPasses},
	} {
		file := readWycheproof(t, s.name)
		s.run(t, func(group int, c wycheproofCase) error {
			raw := file.TestGroups[group].Public
			if raw == nil {
				raw = file.TestGroups[group].Private
			}
			parsed, err := parseCompact(c.text())
			if err != nil {
				return err
			}
			keys, err := foreignKeys(raw, parsed.header.keyID)
			if err != nil {
				return err
			}
			return parsed.verify(keys)
		})
	}
}

func TestWycheproofJWK(t *testing.T) {
	file := readWycheproof(t, "json_web_key_test.json")
	suite{"json_web_key_test.json", jwkExceptions, nil}.run(t, func(group int, c wycheproofCase) error {
		raw := file.TestGroups[group].Public
		if raw == nil {
			raw = file.TestGroups[group].Private
		}
		keys, err := ParseJWKS(raw)
		if err != nil {
			return err
		}
		parsed, err := parseCompact(c.text())
		if err != nil {
			return err
		}
		return parsed.verify(keys[0].verificationKey())
	})
}

// foreignKeys reads a JWK, or the key with this kid of a set, of the algorithms
// the vectors use, with the product's own check of its purpose.
func foreignKeys(raw json.RawMessage, kid string) (verificationKey, error) {
	members, err := parseObject(raw)
	if err != nil {
		return verificationKey{}, err
	}
	if set, ok := members["keys"]; ok {
		var list []json.RawMessage
		if err := json.Unmarshal(set, &list); err != nil {
			return verificationKey{}, err
		}
		return foreignKeyOfSet(list, kid)
	}
	return foreignKey(members)
}

// foreignKeyOfSet finds the key with this kid; two of them are an ambiguity that refuses the set.
func foreignKeyOfSet(list []json.RawMessage, kid string) (found verificationKey, err error) {
	var kinds []string
	for _, raw := range list {
		members, err := parseObject(raw)
		if err != nil {
			return found, err
		}
		id, _, _ := members.text("kid")
		kind, _, _ := members.text("kty")
		kinds = append(kinds, kind)
		if id != kid {
			continue
		}
		if found.method != nil {
			return verificationKey{}, fmt.Errorf("two keys with one kid")
		}
		if found, err = foreignKey(members); err != nil {
			return verificationKey{}, err
		}
	}
	if slices.Contains(kinds, "oct") && slices.ContainsFunc(kinds, func(k string) bool { return k != "oct" }) {
		return verificationKey{}, fmt.Errorf("secret and public keys in one set")
	}
	if found.method == nil {
		return verificationKey{}, fmt.Errorf("no key with this kid")
	}
	return found, nil
}

func foreignKey(members object) (verificationKey, error) {
	if err := checkUse(members); err != nil {
		return verificationKey{}, err
	}
	part := func(name string) []byte {
		text, _, _ := members.text(name)
		decoded, err := segment.DecodeString(text)
		if err != nil {
			return nil
		}
		return decoded
	}
	number := func(name string) *big.Int { return new(big.Int).SetBytes(part(name)) }
	algorithm, _, _ := members.text("alg")
	method := jwt.GetSigningMethod(algorithm)
	if method == nil {
		return verificationKey{}, fmt.Errorf("no algorithm %q", algorithm)
	}
	switch kind, _, _ := members.text("kty"); kind {
	case "oct":
		return verificationKey{method, part("k")}, nil
	case "RSA":
		return verificationKey{method, &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}}, nil
	case "EC":
		curves := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}
		name, _, _ := members.text("crv")
		curve := curves[name]
		if curve == nil {
			return verificationKey{}, fmt.Errorf("no curve %q", name)
		}
		size := (curve.Params().BitSize + 7) / 8
		point := append([]byte{4}, number("x").FillBytes(make([]byte, size))...)
		key, err := ecdsa.ParseUncompressedPublicKey(curve, append(point, number("y").FillBytes(make([]byte, size))...))
		return verificationKey{method, key}, err
	}
	return verificationKey{}, fmt.Errorf("another kind of key")
}

func mustHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The reason given for cases 367 and 370 is a fact about the vectors: hold it.
func TestWycheproofLostPadding(t *testing.T) {
	texts := map[int]string{}
	for _, group := range readWycheproof(t, "json_web_signature_test.json").TestGroups {
		for _, c := range group.Tests {
			texts[c.TcID] = c.text()
		}
	}
	if texts[357] == "" || texts[367] != texts[357] || texts[370] != texts[357] {
		t.Error("the cases differ now: the exceptions are stale")
	}
}
