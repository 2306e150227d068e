package token

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestKey(t *testing.T) {
	key := keyOf(t, 7)
	again, err := KeyFromSeed(key.Seed())
	if err != nil || !again.Public().Equal(key.Public()) {
		t.Fatalf("%v, %v", again, err)
	}
	if key.Public().Equal(keyOf(t, 8).Public()) || key.Public().Equal(PublicKey{}) {
		t.Error("different keys are equal")
	}
	if (PublicKey{}).Verify(nil, make([]byte, 64)) {
		t.Error("no key verifies something")
	}
	if _, err := KeyFromSeed(make([]byte, 31)); err == nil {
		t.Error("a short seed gives a key")
	}
	if _, err := NewKey(strings.NewReader("too little chance")); err == nil {
		t.Error("a key from too little randomness")
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		printed := fmt.Sprintf(verb, key)
		if printed != "token.Key("+key.Public().ID()+")" {
			t.Errorf("%s prints %s", verb, printed)
		}
	}
}

// edwards25519, affine, only as much as the list of weak points needs (RFC 8032 §5.1).
var (
	prime, _ = new(big.Int).SetString("57896044618658097711785492504343953926634992332820282019728792003956564819949", 10)
	order, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	curveD   = mod(new(big.Int).Mul(big.NewInt(-121665), inverse(big.NewInt(121666))))
)

type point struct{ x, y *big.Int }

func mod(n *big.Int) *big.Int     { return n.Mod(n, prime) }
func inverse(n *big.Int) *big.Int { return new(big.Int).ModInverse(n, prime) }
func times(a ...*big.Int) *big.Int {
	product := big.NewInt(1)
	for _, f := range a {
		mod(product.Mul(product, f))
	}
	return product
}

func (p point) add(q point) point {
	one, k := big.NewInt(1), times(curveD, p.x, q.x, p.y, q.y)
	x := mod(new(big.Int).Add(times(p.x, q.y), times(p.y, q.x)))
	y := mod(new(big.Int).Add(times(p.y, q.y), times(p.x, q.x)))
	return point{
		times(x, inverse(mod(new(big.Int).Add(one, k)))),
		times(y, inverse(mod(new(big.Int).Sub(one, k)))),
	}
}

func (p point) multiply(n *big.Int) point {
	sum := point{big.NewInt(0), big.NewInt(1)}
	for i := n.BitLen() - 1; i >= 0; i-- {
		if sum = sum.add(sum); n.Bit(i) == 1 {
			sum = sum.add(p)
		}
	}
	return sum
}

// torsion finds the eight points whose order divides 8.
func torsion() map[string]point {
	found := map[string]point{}
	for y := int64(2); len(found) < 8; y++ {
		y2 := new(big.Int).Mul(big.NewInt(y), big.NewInt(y))
		u := mod(new(big.Int).Sub(y2, big.NewInt(1)))
		v := mod(new(big.Int).Add(times(curveD, y2), big.NewInt(1)))
		x := new(big.Int).ModSqrt(times(u, inverse(v)), prime)
		if x == nil {
			continue
		}
		small := point{x, big.NewInt(y)}.multiply(order)
		for i := range int64(8) {
			p := small.multiply(big.NewInt(i))
			found[p.x.String()+","+p.y.String()] = p
		}
	}
	return found
}

func encode(y *big.Int) []byte {
	b := y.FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

func TestSmallOrderListIsComplete(t *testing.T) {
	want := map[string]bool{}
	for _, p := range torsion() {
		want[string(encode(p.y))] = true
		// A y below 19 has a second, non-canonical encoding: y + p still fits into 255 bits.
		if p.y.Cmp(big.NewInt(19)) < 0 {
			want[string(encode(new(big.Int).Add(p.y, prime)))] = true
		}
	}
	for _, listed := range smallOrder {
		if !want[string(listed)] {
			t.Errorf("%x is listed and not of small order", listed)
		}
		delete(want, string(listed))
	}
	for missing := range want {
		t.Errorf("%x is of small order and not listed", missing)
	}
}

func TestWeakKeysAreRefused(t *testing.T) {
	for _, weak := range smallOrder {
		for _, sign := range []byte{0, 0x80} {
			raw := bytes.Clone(weak)
			raw[31] |= sign
			_, err := NewPublicKey(raw)
			wantCode(t, fmt.Sprintf("%x", raw), err, "token.key_weak")
		}
	}
	_, err := NewPublicKey(make([]byte, 33))
	wantCode(t, "long", err, "token.key_malformed")
}

func TestFingerprint(t *testing.T) {
	shape := regexp.MustCompile(`^\d{4}( \d{4}){4}$`)
	seen := map[string]bool{}
	for b := range byte(200) {
		got := keyOf(t, b).Public().Fingerprint()
		if !shape.MatchString(got) || seen[got] {
			t.Errorf("%q", got)
		}
		seen[got] = true
	}
	// Frozen: a kiosk and a center of different versions must show the same. Computed
	// apart from this package, with Python's hashlib and integers.
	if got := rfc8037Key(t).Public().Fingerprint(); got != "5186 9177 1580 4639 7859" {
		t.Errorf("fingerprint %s", got)
	}
}

func TestJWK(t *testing.T) {
	key, other := rfc8037Key(t).Public(), keyOf(t, 1).Public()
	text, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kty":"OKP","crv":"Ed25519","x":"` + rfc8037X + `","use":"sig","alg":"EdDSA","kid":"` + rfc8037Thumbprint + `"}`
	if string(text) != want {
		t.Errorf("written %s", text)
	}
	var read PublicKey
	if err := json.Unmarshal(text, &read); err != nil || !read.Equal(key) {
		t.Errorf("read back %v, %v", read, err)
	}
	if _, err := json.Marshal(PublicKey{}); err == nil {
		t.Error("no key was written")
	}
	weak := segment.EncodeToString(make([]byte, 32))
	cases := []struct{ name, text, code string }{
		{"as written", want, ""},
		{"only what is needed (RFC 8037 A.2)", `{"kty":"OKP","crv":"Ed25519","x":"` + rfc8037X + `"}`, ""},
		{"for verifying", `{"kty":"OKP","crv":"Ed25519","key_ops":["verify"],"x":"` + rfc8037X + `"}`, ""},
		{"private (RFC 8037 A.1)", `{"kty":"OKP","crv":"Ed25519","d":"` + rfc8037Seed + `","x":"` + rfc8037X + `"}`, "token.key_private"},
		{"secret", `{"kty":"oct","k":"AAAA"}`, "token.key_private"},
		{"for encryption", strings.Replace(want, `"sig"`, `"enc"`, 1), "token.key_use"},
		{"for signing", `{"kty":"OKP","crv":"Ed25519","key_ops":["sign"],"x":"` + rfc8037X + `"}`, "token.key_use"},
		{"key_ops is text", `{"kty":"OKP","crv":"Ed25519","key_ops":"verify","x":"` + rfc8037X + `"}`, "token.key_use"},
		{"X25519", strings.Replace(want, "Ed25519", "X25519", 1), "token.key_unsupported"},
		{"other alg", strings.Replace(want, "EdDSA", "ES256", 1), "token.key_unsupported"},
		{"other kty", strings.Replace(want, "OKP", "EC", 1), "token.key_unsupported"},
		{"no x", `{"kty":"OKP","crv":"Ed25519"}`, "token.key_malformed"},
		{"short x", strings.Replace(want, rfc8037X, rfc8037X[:40], 1), "token.key_malformed"},
		{"padded x", strings.Replace(want, rfc8037X, rfc8037X+"=", 1), "token.key_malformed"},
		{"line break in x", strings.Replace(want, rfc8037X, rfc8037X[:9]+`\n`+rfc8037X[9:], 1), "token.key_malformed"},
		{"unused bits in x", strings.Replace(want, rfc8037X, rfc8037X[:42]+nextCharacter(rfc8037X[42]), 1), "token.key_malformed"},
		{"x twice", strings.Replace(want, `"x"`, `"x":"A","x"`, 1), "token.key_malformed"},
		{"other kid", strings.Replace(want, rfc8037Thumbprint, other.ID(), 1), "token.key_malformed"},
		{"weak", `{"kty":"OKP","crv":"Ed25519","x":"` + weak + `"}`, "token.key_weak"},
		{"not an object", `"key"`, "token.key_malformed"},
		{"too large", want + strings.Repeat(" ", MaxKeySet), "token.key_malformed"},
	}
	for _, c := range cases {
		_, err := ParseJWK([]byte(c.text))
		wantCode(t, c.name, err, c.code)
	}
}

func TestJWKS(t *testing.T) {
	one, two := keyOf(t, 1).Public(), keyOf(t, 2).Public()
	text, err := MarshalJWKS([]PublicKey{one, two})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseJWKS(text)
	if err != nil || len(keys) != 2 || !keys[0].Equal(one) || !keys[1].Equal(two) {
		t.Fatalf("%v, %v", keys, err)
	}
	if empty, err := MarshalJWKS(nil); err != nil || string(empty) != `{"keys":[]}` {
		t.Errorf("%s, %v", empty, err)
	}
	private := `{"kty":"OKP","crv":"Ed25519","d":"` + rfc8037Seed + `","x":"` + rfc8037X + `"}`
	cases := []struct{ name, text, code string }{
		{"one key twice", strings.Replace(string(text), string(mustJSON(t, two)), string(mustJSON(t, one)), 1), "token.key_malformed"},
		{"a private one among them", strings.Replace(string(text), "[", "["+private+",", 1), "token.key_private"},
		{"empty", `{"keys":[]}`, "token.key_malformed"},
		{"no keys", `{}`, "token.key_malformed"},
		{"keys twice", `{"keys":[],` + string(text[1:]), "token.key_malformed"},
		{"keys is an object", `{"keys":{}}`, "token.key_malformed"},
		{"too many", `{"keys":[` + strings.Repeat(`{},`, maxKeys) + `{}]}`, "token.key_malformed"},
		{"too large", strings.Repeat(" ", MaxKeySet) + string(text), "token.key_malformed"},
	}
	for _, c := range cases {
		_, err := ParseJWKS([]byte(c.text))
		wantCode(t, c.name, err, c.code)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func FuzzParseJWKS(f *testing.F) {
	text, err := MarshalJWKS([]PublicKey{keyOf(f, 1).Public()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"keys":[{"kty":"OKP"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ParseJWKS(data)
		if err != nil {
			return
		}
		again, err := MarshalJWKS(keys)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseJWKS(again); err != nil || len(back) != len(keys) {
			t.Fatalf("%s does not read back: %v", again, err)
		}
	})
}

// One year of rotation, hour by hour: there is always one key that signs, what
// it signed is accepted for the whole life of a token, and each key is published
// for the agreed time before it is used.
func TestRotation(t *testing.T) {
	const every, early, keep = 30 * 24 * time.Hour, 24 * time.Hour, time.Hour
	set, err := NewKeySet(Period{Key: keyOf(t, 0), ActiveFrom: noon})
	if err != nil {
		t.Fatal(err)
	}
	published, signer, used := map[string]time.Time{}, "", 0
	for hour := time.Duration(0); hour < 365*24*time.Hour; hour += time.Hour {
		now := noon.Add(hour)
		if hour > 0 && hour%every == 0 {
			if set, err = set.Rotate(now, keyOf(t, byte(hour/every)), early, keep); err != nil {
				t.Fatal(err)
			}
			if set, err = set.Prune(now); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range set.Published(now) {
			if _, ok := published[key.ID()]; !ok {
				published[key.ID()] = now
			}
		}
		key, err := set.Signing(now)
		if err != nil {
			t.Fatalf("%v: %v", now, err)
		}
		if id := key.Public().ID(); id != signer {
			if used++; used > 1 && now.Sub(published[id]) < early {
				t.Errorf("%v: a key signs %v after it was published", now, now.Sub(published[id]))
			}
			signer = id
		}
		if _, ok := set.Verifying(signer, now.Add(MaxLifetime+MaxLeeway)); !ok {
			t.Errorf("%v: a token signed now is not accepted for its whole life", now)
		}
	}
	if used != 13 || len(set.Periods()) > 3 {
		t.Errorf("%d keys signed in a year, %d kept", used, len(set.Periods()))
	}
}

func TestKeySetRules(t *testing.T) {
	one, two, three := keyOf(t, 1), keyOf(t, 2), keyOf(t, 3)
	set, err := NewKeySet(Period{Key: one, ActiveFrom: noon})
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := set.Rotate(noon, two, time.Hour, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rotated.Rotate(noon, three, time.Hour, time.Hour)
	wantCode(t, "rotated again too soon", err, "token.rotation_pending")
	if _, err = set.Rotate(noon, two, time.Hour, time.Minute); err == nil {
		t.Error("the old key may go before its tokens do")
	}
	if _, err = set.Rotate(noon, one, time.Hour, time.Hour); err == nil {
		t.Error("rotated to the same key")
	}
	if len(set.Published(noon)) != 1 {
		t.Error("Rotate changed the set it was asked on")
	}
	rolled, err := rotated.Roll(noon, three)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := rolled.Verifying(one.Public().ID(), noon); ok {
		t.Error("the leaked key is still accepted")
	}
	if _, err := NewKeySet(); err == nil {
		t.Error("an empty set")
	}
	if _, err := NewKeySet(Period{ActiveFrom: noon}); err == nil {
		t.Error("a period without a key")
	}
	if _, err := rotated.Prune(noon.Add(3 * time.Hour)); err != nil {
		t.Error(err)
	}
}
