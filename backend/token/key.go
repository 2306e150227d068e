package token

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/golang-jwt/jwt/v5"

	"lianxin/backend/fault"
)

// Algorithm is the one signature algorithm of the product: Ed25519 (RFC 8037).
const Algorithm = "EdDSA"

// Key is a private key. Its printed form never shows the secret.
type Key struct {
	private ed25519.PrivateKey
	public  PublicKey
}

// NewKey makes a key from 32 random bytes of random.
func NewKey(random io.Reader) (Key, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	return KeyFromSeed(seed)
}

// KeyFromSeed returns the key of a stored 32-byte seed (RFC 8032 §5.1.5).
func KeyFromSeed(seed []byte) (Key, error) {
	if len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("key seed has %d bytes instead of %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := NewPublicKey(private[ed25519.SeedSize:])
	return Key{private: private, public: public}, err
}

// Seed returns the 32 secret bytes, to be stored sealed.
func (k Key) Seed() []byte { return k.private.Seed() }

// Public returns the public half.
func (k Key) Public() PublicKey { return k.public }

// Sign signs a message. Callers give each kind of message its own first bytes,
// so that no signature can serve for another kind.
func (k Key) Sign(message []byte) []byte { return ed25519.Sign(k.private, message) }

// String names the key without its secret.
func (k Key) String() string { return "token.Key(" + k.public.id + ")" }

// GoString keeps the secret out of %#v as well.
func (k Key) GoString() string { return k.String() }

// PublicKey is a public key that has passed NewPublicKey.
type PublicKey struct {
	raw ed25519.PublicKey
	id  string
}

// NewPublicKey takes 32 raw bytes. Points of small order are refused with
// "token.key_weak": with them a signature can be made without any secret.
func NewPublicKey(raw []byte) (PublicKey, error) {
	if len(raw) != ed25519.PublicKeySize {
		return PublicKey{}, fault.New(fault.Invalid, "token.key_malformed")
	}
	if isSmallOrder(raw) {
		return PublicKey{}, fault.New(fault.Invalid, "token.key_weak")
	}
	copied := append(ed25519.PublicKey(nil), raw...)
	return PublicKey{raw: copied, id: thumbprint(copied)}, nil
}

// Bytes returns the 32 raw bytes, as stored with a device.
func (p PublicKey) Bytes() []byte { return append([]byte(nil), p.raw...) }

// ID returns the RFC 7638 thumbprint, which is the kid of every token and the
// jkt tokens are bound to.
func (p PublicKey) ID() string { return p.id }

// IsZero tells whether p is no key at all.
func (p PublicKey) IsZero() bool { return len(p.raw) == 0 }

// Equal tells whether both are the same key.
func (p PublicKey) Equal(other PublicKey) bool {
	return subtle.ConstantTimeCompare(p.raw, other.raw) == 1
}

// Verify checks a signature over a message.
func (p PublicKey) Verify(message, signature []byte) bool {
	return !p.IsZero() && ed25519.Verify(p.raw, message, signature)
}

func (p PublicKey) verificationKey() verificationKey {
	return verificationKey{method: jwt.SigningMethodEdDSA, public: p.raw}
}

// thumbprint is RFC 7638 §3 for an OKP key (RFC 8037 §2): the members in
// alphabetical order, without spaces.
func thumbprint(raw []byte) string {
	digest := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + segment.EncodeToString(raw) + `"}`))
	return segment.EncodeToString(digest[:])
}

// smallOrder lists every encoding, canonical or not, of the y of the eight
// points whose order divides 8 (the torsion of edwards25519); the sign bit of x
// is masked before comparing. The test computes the list anew.
var smallOrder = [][]byte{
	unhex("0000000000000000000000000000000000000000000000000000000000000000"),
	unhex("0100000000000000000000000000000000000000000000000000000000000000"),
	unhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
	unhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
	unhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	unhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	unhex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
}

func isSmallOrder(raw []byte) bool {
	masked := append([]byte(nil), raw...)
	masked[len(masked)-1] &= 0x7f
	for _, weak := range smallOrder {
		if string(weak) == string(masked) {
			return true
		}
	}
	return false
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}
