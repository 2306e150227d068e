package token

import (
	"bytes"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"
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
