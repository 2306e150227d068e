// Package letter carries dead letters, the operations a center refused, from a
// kiosk to the center by hand: in a file that only the center and the kiosks of
// its installation can read, and that only the kiosk it names can have made.
package letter

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
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
	Sealed    []byte    `json:"sealed"`    // AES-256-GCM with a random nonce, of the letters as JSON
	Signature []byte    `json:"signature"` // Ed25519 by the device, over the head and Sealed
}

const format = "lianxin-letters-1"

// head is what is signed and authenticated beside the sealed part.
func (e envelope) head() []byte {
	return fmt.Appendf(nil, "%s\n%s\n%s\n", e.Format, e.DeviceID, e.MadeAt.UTC().Format(time.RFC3339Nano))
}

// cipherOf makes the cipher of an installation from its gate key, which its
// center and its kiosks share.
func cipherOf(gateKey []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, gateKey, nil, format, 32)
	if err != nil {
		return nil, fmt.Errorf("key of the letters: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("cipher of the letters: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Seal makes the file.
func Seal(gateKey []byte, key token.Key, b Bundle) ([]byte, error) {
	aead, err := cipherOf(gateKey)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(b.Letters)
	if err != nil {
		return nil, fmt.Errorf("encode letters: %w", err)
	}
	e := envelope{Format: format, DeviceID: b.DeviceID, MadeAt: b.MadeAt.UTC()}
	e.Sealed = aead.Seal(nil, nil, body, e.head())
	e.Signature = key.Sign(append(e.head(), e.Sealed...))
	return json.MarshalIndent(e, "", "  ")
}

// Open reads a file. keyOf gives the public key of a device. Faults:
// "letter.malformed", "letter.not_genuine" when it was changed, was made by
// another device, or belongs to another installation.
func Open(gateKey []byte, keyOf func(deviceID string) (token.PublicKey, error), file []byte) (Bundle, error) {
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
	aead, err := cipherOf(gateKey)
	if err != nil {
		return Bundle{}, err
	}
	body, err := aead.Open(nil, nil, e.Sealed, e.head())
	if err != nil {
		return Bundle{}, fault.Wrap(err, fault.Forbidden, "letter.not_genuine")
	}
	b := Bundle{DeviceID: e.DeviceID, MadeAt: e.MadeAt}
	if err := json.Unmarshal(body, &b.Letters); err != nil {
		return Bundle{}, fault.Wrap(err, fault.Invalid, "letter.malformed")
	}
	return b, nil
}
