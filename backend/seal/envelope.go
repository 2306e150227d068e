package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"

	"lianxin/backend/chain"
	"lianxin/backend/fault"
)

// Algorithm is the first byte of an envelope: format version and cipher in one.
type Algorithm byte

// What is written today. The 24-byte nonce of XChaCha20 may be random for any number
// of fields.
const (
	XChaCha20Poly1305        Algorithm = 1
	DeflateXChaCha20Poly1305 Algorithm = 3 // of a long value, which is deflated before
)

const (
	// MaxPlaintext bounds one field, in bytes: a long answer or a signature's
	// strokes fit; files do not belong into a column.
	MaxPlaintext = 1 << 20

	headerSize = 1 + 4
	nonceSize  = chacha20poly1305.NonceSizeX
	overhead   = headerSize + nonceSize + chacha20poly1305.Overhead
	padding    = 32
	padMark    = 0x80
)

// Place is where a sealed value stands. An envelope opens nowhere else.
type Place struct {
	Table  string
	Column string
	Row    string // the row's id, never a personal value
}

// check refuses a place with an empty part: it would let values change places.
func (p Place) check() error {
	if p.Table == "" || p.Column == "" || p.Row == "" {
		return fmt.Errorf("seal: place %q|%q|%q has an empty part", p.Table, p.Column, p.Row)
	}
	return nil
}

func (p Place) associated(header []byte) []byte {
	return append(bytes.Clone(header), chain.Fields(p.Table, p.Column, p.Row)...)
}

// Seal returns the envelope of plaintext for one place, under the current key.
// It fails with "seal.too_large" over MaxPlaintext.
func (k *Keyring) Seal(place Place, plaintext []byte) ([]byte, error) {
	if err := place.check(); err != nil {
		return nil, err
	}
	if len(plaintext) > MaxPlaintext {
		return nil, fault.New(fault.TooLarge, "seal.too_large").With("max_bytes", MaxPlaintext)
	}
	algorithm, step := XChaCha20Poly1305, padding
	if smaller, ok := deflated(plaintext); ok {
		algorithm, step, plaintext = DeflateXChaCha20Poly1305, deflatedPadding, smaller
	}
	out := make([]byte, headerSize+nonceSize, overhead+len(plaintext)+step)
	out[0] = byte(algorithm)
	binary.BigEndian.PutUint32(out[1:headerSize], k.current)
	nonce := out[headerSize:]
	rand.Read(nonce) //nolint:errcheck // never fails; see crypto/rand
	return k.ciphers[k.current].Seal(out, nonce, pad(plaintext, step), place.associated(out[:headerSize])), nil
}

// Open returns the value of an envelope that was sealed for this place.
//
// Faults: "seal.envelope_malformed" (not an envelope), "seal.algorithm_unknown"
// (written by a newer program), "seal.key_unknown" (its key is not in the
// keyring), "seal.tampered" (altered, or moved from another place).
func (k *Keyring) Open(place Place, envelope []byte) ([]byte, error) {
	if err := place.check(); err != nil {
		return nil, err
	}
	id, err := KeyID(envelope)
	if err != nil {
		return nil, err
	}
	aead, ok := k.ciphers[id]
	if !ok {
		return nil, fault.New(fault.Internal, "seal.key_unknown").With("key", id)
	}
	header, nonce, sealed := envelope[:headerSize], envelope[headerSize:headerSize+nonceSize], envelope[headerSize+nonceSize:]
	padded, err := aead.Open(nil, nonce, sealed, place.associated(header))
	if err != nil {
		return nil, fault.Wrap(fmt.Errorf("%s.%s: %w", place.Table, place.Column, err), fault.Internal, "seal.tampered")
	}
	value, err := unpad(padded)
	if err == nil && Algorithm(envelope[0]) == DeflateXChaCha20Poly1305 {
		value, err = inflated(value)
	}
	return value, err
}

// KeyID returns the id of the key an envelope was sealed with.
func KeyID(envelope []byte) (uint32, error) {
	if len(envelope) == 0 {
		return 0, malformed("it is empty")
	}
	switch Algorithm(envelope[0]) {
	case XChaCha20Poly1305, DeflateXChaCha20Poly1305:
	default:
		return 0, fault.New(fault.Outdated, "seal.algorithm_unknown").With("algorithm", int(envelope[0]))
	}
	body := len(envelope) - overhead
	if body < padding || body%padding != 0 || body > MaxPlaintext+padding {
		return 0, malformed("its length cannot be")
	}
	return binary.BigEndian.Uint32(envelope[1:headerSize]), nil
}

// NeedsReseal tells whether an envelope is under another key than the current one.
func (k *Keyring) NeedsReseal(envelope []byte) (bool, error) {
	id, err := KeyID(envelope)
	return err == nil && id != k.current, err
}

func malformed(why string) error {
	return fault.Wrap(fmt.Errorf("envelope: %s", why), fault.Internal, "seal.envelope_malformed")
}

// pad hides the length of short values; see the package comment.
func pad(plaintext []byte, step int) []byte {
	padded := make([]byte, (len(plaintext)/step+1)*step)
	copy(padded, plaintext)
	padded[len(plaintext)] = padMark
	return padded
}

// unpad is only reached with bytes the tag has vouched for, so its timing tells nobody anything.
func unpad(padded []byte) ([]byte, error) {
	end := bytes.LastIndexByte(padded, padMark)
	if end < 0 || len(bytes.Trim(padded[end+1:], "\x00")) > 0 {
		return nil, malformed("its padding is wrong")
	}
	return padded[:end], nil
}
