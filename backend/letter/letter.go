// Package letter carries dead letters, the operations a center refused, from a
// kiosk to the center by hand: in a file that only the center can read, not even the
// kiosk that made it, and that only the kiosk it names can have made.
package letter

import (
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/outbox"
	"lianxin/backend/token"
)

// Bundle is what a kiosk hands over.
type Bundle struct {
	DeviceID string
	MadeAt   time.Time // by the kiosk's clock
	Letters  []outbox.Entry
}

// envelope is the file. Nothing personal stands outside Sealed.
type envelope struct {
	Format    string    `json:"format"`
	DeviceID  string    `json:"device_id"`
	MadeAt    time.Time `json:"made_at"`
	Sealed    []byte    `json:"sealed"`    // HPKE to the center, of the letters as JSON
	Signature []byte    `json:"signature"` // Ed25519 by the device, over the head and Sealed
}

const format = "lianxin-letters-2"

// head is what is signed and bound to the sealed part.
func (e envelope) head() []byte {
	return fmt.Appendf(nil, "%s\n%s\n%s\n", e.Format, e.DeviceID, e.MadeAt.UTC().Format(time.RFC3339Nano))
}

// The suite of RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
func kem() hpke.KEM { return hpke.DHKEM(ecdh.X25519()) }

// Key opens the letters of an installation. Its center alone has it.
type Key struct{ private hpke.PrivateKey }

// NewKey derives the key from a secret of the center, 32 bytes or more: the same
// from the same secret.
func NewKey(secret []byte) (Key, error) {
	private, err := kem().DeriveKeyPair(secret)
	if err != nil {
		return Key{}, fmt.Errorf("key of the letters: %w", err)
	}
	return Key{private}, nil
}

// Public is what a kiosk gets with its grant, to seal letters to.
func (k Key) Public() []byte { return k.private.PublicKey().Bytes() }

// Seal makes the file for the center whose public key is to. Fault
// "letter.key_missing" when the kiosk has none: it was enrolled by a program that
// did not give it out.
func Seal(to []byte, key token.Key, b Bundle) ([]byte, error) {
	if len(to) == 0 {
		return nil, fault.New(fault.Conflict, "letter.key_missing")
	}
	public, err := kem().NewPublicKey(to)
	if err != nil {
		return nil, fmt.Errorf("public key of the letters: %w", err)
	}
	body, err := json.Marshal(b.Letters)
	if err != nil {
		return nil, fmt.Errorf("encode letters: %w", err)
	}
	e := envelope{Format: format, DeviceID: b.DeviceID, MadeAt: b.MadeAt.UTC()}
	if e.Sealed, err = hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), e.head(), body); err != nil {
		return nil, fmt.Errorf("seal letters: %w", err)
	}
	e.Signature = key.Sign(append(e.head(), e.Sealed...))
	return json.MarshalIndent(e, "", "  ")
}

// Open reads a file. keyOf gives the public key of a device. Faults:
// "letter.malformed", "letter.not_genuine" when it was changed, was made by
// another device, or belongs to another installation.
func Open(with Key, keyOf func(deviceID string) (token.PublicKey, error), file []byte) (Bundle, error) {
	var e envelope
	if err := json.Unmarshal(file, &e); err != nil {
		return Bundle{}, fault.Wrap(err, fault.Invalid, "letter.malformed")
	}
	if e.Format != format {
		return Bundle{}, fault.New(fault.Invalid, "letter.malformed").At("format", "letter.malformed", "")
	}
	public, err := keyOf(e.DeviceID)
	if err != nil {
		return Bundle{}, err
	}
	if !public.Verify(append(e.head(), e.Sealed...), e.Signature) {
		return Bundle{}, fault.New(fault.Forbidden, "letter.not_genuine").At("signature", "letter.not_genuine", "")
	}
	body, err := hpke.Open(with.private, hpke.HKDFSHA256(), hpke.AES256GCM(), e.head(), e.Sealed)
	if err != nil {
		return Bundle{}, fault.Wrap(err, fault.Forbidden, "letter.not_genuine")
	}
	b := Bundle{DeviceID: e.DeviceID, MadeAt: e.MadeAt}
	if err := json.Unmarshal(body, &b.Letters); err != nil {
		return Bundle{}, fault.Wrap(err, fault.Invalid, "letter.malformed")
	}
	return b, nil
}
