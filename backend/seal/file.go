package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"lianxin/backend/fault"
)

// Format is the only key file format read and written; see the package comment.
const Format = "lianxin-keys/1"

const (
	secretSize    = 32
	maxFile       = 64 << 10 // bytes; some hundred keys
	algorithmName = "xchacha20-poly1305"
)

// File is a key file: every secret of an installation.
type File struct {
	Format  string   `json:"format"`
	Current uint32   `json:"current"` // id of the key new values are sealed with
	Seal    []Key    `json:"seal"`
	Index   IndexKey `json:"index"`
}

// Key is one sealing secret.
type Key struct {
	ID        uint32    `json:"id"`
	Algorithm string    `json:"algorithm"`
	Created   time.Time `json:"created"`
	Secret    []byte    `json:"secret"` // 32 bytes
}

// IndexKey is the secret behind blind indexes and derived keys.
type IndexKey struct {
	Created time.Time `json:"created"`
	Secret  []byte    `json:"secret"` // 32 bytes
}

// Generate returns a key file with fresh secrets.
func Generate(now time.Time) File {
	index := IndexKey{Created: now.UTC(), Secret: newSecret()}
	return File{Format: Format, Index: index}.Rotate(now)
}

// Rotate returns f with one more key, now the current one. Envelopes under the
// old keys still open.
func (f File) Rotate(now time.Time) File {
	next := Key{ID: newID(f.Seal), Algorithm: algorithmName, Created: now.UTC(), Secret: newSecret()}
	f.Seal = append(slices.Clone(f.Seal), next)
	f.Current = next.ID
	return f
}

// Use returns f with another of its keys as the current one. Fault "seal.key_unknown".
func (f File) Use(id uint32) (File, error) {
	if !slices.ContainsFunc(f.Seal, func(k Key) bool { return k.ID == id }) {
		return f, fault.New(fault.NotFound, "seal.key_unknown")
	}
	f.Current = id
	return f, nil
}

// Retire returns f with its current key only. What is under the others is lost to it.
func (f File) Retire() File {
	f.Seal = slices.DeleteFunc(slices.Clone(f.Seal), func(k Key) bool { return k.ID != f.Current })
	return f
}

// Encode returns the text of the key file.
func (f File) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode key file: %w", err)
	}
	return append(text, '\n'), nil
}

// Keyring returns the working keys of f.
func (f File) Keyring() (*Keyring, error) {
	if err := f.check(); err != nil {
		return nil, fault.Wrap(err, fault.Internal, "seal.key_malformed")
	}
	return newKeyring(f)
}

// String keeps secrets out of logs.
func (f File) String() string {
	return fmt.Sprintf("seal.File(current %d of %d)", f.Current, len(f.Seal))
}

// GoString keeps secrets out of %#v as well.
func (f File) GoString() string { return f.String() }

// ParseFile reads a key file. A field it does not know is refused: in a file of
// secrets it is a slip of the pen or a newer format. The message never quotes
// the file.
func ParseFile(text []byte) (File, error) {
	var f File
	if len(text) > maxFile {
		return File{}, fault.Wrap(fmt.Errorf("over %d bytes", maxFile), fault.Internal, "seal.key_malformed")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return File{}, fault.Wrap(fmt.Errorf("not a key file (at byte %d)", decoder.InputOffset()), fault.Internal, "seal.key_malformed")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return File{}, fault.Wrap(fmt.Errorf("text after the end of the key file"), fault.Internal, "seal.key_malformed")
	}
	if err := f.check(); err != nil {
		return File{}, fault.Wrap(err, fault.Internal, "seal.key_malformed")
	}
	return f, nil
}

func (f File) check() error {
	if f.Format != Format {
		return fmt.Errorf("format is not %q", Format)
	}
	secrets := [][]byte{f.Index.Secret}
	seen, current := map[uint32]bool{}, false
	for _, key := range f.Seal {
		if key.ID == 0 || seen[key.ID] {
			return fmt.Errorf("key id %d is zero or twice there", key.ID)
		}
		if key.Algorithm != algorithmName {
			return fmt.Errorf("key %d is for an algorithm this program does not know", key.ID)
		}
		seen[key.ID] = true
		current = current || key.ID == f.Current
		secrets = append(secrets, key.Secret)
	}
	if !current {
		return fmt.Errorf("the current key %d is not there", f.Current)
	}
	return checkSecrets(secrets)
}

// checkSecrets refuses what a person typed to try things out: a secret of the
// wrong length, of one repeated byte, or the same secret twice.
func checkSecrets(secrets [][]byte) error {
	seen := map[string]bool{}
	for _, s := range secrets {
		if len(s) != secretSize {
			return fmt.Errorf("a secret has %d bytes instead of %d", len(s), secretSize)
		}
		if bytes.Count(s, s[:1]) == secretSize {
			return fmt.Errorf("a secret is one byte repeated")
		}
		if seen[string(s)] {
			return fmt.Errorf("two keys have the same secret")
		}
		seen[string(s)] = true
	}
	return nil
}

// newID returns a random id: were ids counted from 1, the data of a lost key
// file would be called tampered with, instead of sealed under an unknown key.
func newID(taken []Key) uint32 {
	for {
		id := binary.BigEndian.Uint32(newSecret())
		isTaken := slices.ContainsFunc(taken, func(k Key) bool { return k.ID == id })
		if id != 0 && !isTaken {
			return id
		}
	}
}

func newSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret) //nolint:errcheck // never fails; see crypto/rand
	return secret
}
