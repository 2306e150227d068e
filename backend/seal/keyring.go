package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// Keyring holds the keys of one installation. It is safe for concurrent use.
type Keyring struct {
	current uint32
	ciphers map[uint32]cipher.AEAD
	index   []byte   // secret behind Index and Derive
	indexes sync.Map // keys of Index by purpose: to derive one takes longer than to use it
}

// Labels separate every use of a secret from every other (RFC 5869 §3.2, info).
const (
	labelField  = "lianxin seal 1 field xchacha20-poly1305"
	labelIndex  = "lianxin seal 1 index "
	labelDerive = "lianxin seal 1 derive "
)

// newKeyring derives the working keys of a checked key file.
func newKeyring(f File) (*Keyring, error) {
	ring := &Keyring{current: f.Current, ciphers: map[uint32]cipher.AEAD{}, index: f.Index.Secret}
	for _, key := range f.Seal {
		aead, err := chacha20poly1305.NewX(derive(key.Secret, labelField))
		if err != nil {
			return nil, fmt.Errorf("seal: key %d: %w", key.ID, err)
		}
		ring.ciphers[key.ID] = aead
	}
	return ring, nil
}

// Index returns the blind index of a text: the same text under the same purpose
// gives the same 43 characters, and nothing but equality can be learnt without
// the key. Purposes ("donor.number", "donor.phone") never share an index.
//
// The caller writes the text in one way first (case, width, spaces). Never index
// a value of few possibilities, such as a result or an answer: whoever may write
// rows could then find out which is which.
func (k *Keyring) Index(purpose, text string) string {
	key, known := k.indexes.Load(purpose)
	if !known {
		key, _ = k.indexes.LoadOrStore(purpose, derive(k.index, labelIndex+purpose))
	}
	mac := hmac.New(sha256.New, key.([]byte))
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Derive returns a 32-byte key for another use of the installation, for example
// the keyed list of ineligible donors that kiosks hold, or the hashes of
// enrolment codes. Knowing one such key tells nothing about the others.
func (k *Keyring) Derive(purpose string) []byte { return derive(k.index, labelDerive+purpose) }

// CurrentKey returns the id of the key new values are sealed with.
func (k *Keyring) CurrentKey() uint32 { return k.current }

// String keeps secrets out of logs.
func (k *Keyring) String() string {
	return fmt.Sprintf("seal.Keyring(current %d of %d)", k.current, len(k.ciphers))
}

// GoString keeps secrets out of %#v as well.
func (k *Keyring) GoString() string { return k.String() }

func derive(secret []byte, info string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, info, sha256.Size)
	if err != nil {
		// Only a length over 255 hashes or a FIPS-refused secret under 14 bytes fails; neither can be here.
		panic(fmt.Sprintf("seal: derive %q: %v", info, err))
	}
	return key
}
