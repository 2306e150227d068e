// Package screening answers "may I donate today?" before the questionnaire,
// with or without the network.
//
// The center computes, for everybody who is currently held back, the first date
// per donation type, and publishes it under a keyed hash of the document number.
// A kiosk holds these entries and no plain identity; with the card in the reader
// it computes the hash, looks the entry up and runs the same rules as the center.
package screening

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/identity"
	"lianxin/backend/policy"
)

// KeySize is the length of the key behind Key, in bytes.
const KeySize = 32

// Entry is what a kiosk knows of a person who is held back, or who may donate
// beyond the general age because of earlier donations.
type Entry struct {
	Key                   string        `json:"key"` // see Key
	Holds                 []policy.Hold `json:"holds,omitempty"`
	RepeatWithoutReaction bool          `json:"repeat,omitempty"` // may ask to give until 60
}

// IsEmpty tells whether the entry says nothing and need not be published.
func (e Entry) IsEmpty() bool { return len(e.Holds) == 0 && !e.RepeatWithoutReaction }

// Equal tells whether both say the same.
func (e Entry) Equal(other Entry) bool {
	return e.Key == other.Key && e.RepeatWithoutReaction == other.RepeatWithoutReaction && slices.Equal(e.Holds, other.Holds)
}

// Key returns the keyed hash of a document: HMAC-SHA-256 under the center's gate
// key, 128 bits, base64url. Without the key the numbers cannot be tried out.
func Key(gateKey []byte, doc identity.Document) string {
	mac := hmac.New(sha256.New, gateKey)
	mac.Write([]byte("lianxin/donor-key/v1\x00" + identity.Key(doc)))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// IsKey tells whether a text has the form of what Key returns.
func IsKey(text string) bool {
	hash, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && len(hash) == 16 && len(text) == 22 // a decoder skips line ends
}

// Store keeps entries. All methods take part in the transaction that ctx carries.
type Store interface {
	SaveEntry(ctx context.Context, e Entry) error
	DeleteEntry(ctx context.Context, key string) error
	// Entry finds by key; ok is false when the person is not held back.
	Entry(ctx context.Context, key string) (e Entry, ok bool, err error)
}

// Ask is the question put to Gate.
type Ask struct {
	Person identity.Person
	Entry  Entry // the zero Entry for who is not on the list
	Today  calendar.Date
}

// Gate applies the pack to a person. It is the one place where both ends decide.
func Gate(pack *policy.Pack, ask Ask) policy.Verdict {
	return policy.Gate(pack, policy.Person{
		BirthDate:             ask.Person.Born,
		Sex:                   policy.Sex(ask.Person.Sex),
		RepeatWithoutReaction: ask.Entry.RepeatWithoutReaction,
	}, ask.Entry.Holds, ask.Today)
}
