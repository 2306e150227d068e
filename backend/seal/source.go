package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"lianxin/backend/fault"
)

// Credential is the name of the systemd credential that holds the key file:
// LoadCredentialEncrypted=lianxin-keys:/etc/lianxin/center-keys.cred in the center's unit,
// kiosk-keys.cred in the kiosk's.
const Credential = "lianxin-keys"

// Source says where keys may come from. They are looked for in this order:
// the system's credentials, then the file.
type Source struct {
	// CredentialsDirectory is $CREDENTIALS_DIRECTORY as systemd sets it; "" without.
	CredentialsDirectory string
	// File is the path of a key file; "" for none.
	File string
	// Demo allows a plain file and makes one on the first start. Never for real people's data.
	Demo bool
	// AllowFile allows a plain file outside demo mode, because somebody wrote so in the configuration.
	AllowFile bool
	// Now dates a generated key.
	Now time.Time
}

// Load returns the keyring of an installation.
//
// Faults: "seal.key_missing", "seal.key_file_forbidden" (a plain file in
// production), "seal.key_permissions" (others may read or replace the file),
// "seal.key_malformed".
func Load(s Source) (*Keyring, error) {
	f, err := s.read()
	if err != nil {
		return nil, err
	}
	return f.Keyring()
}

func (s Source) read() (File, error) {
	if s.CredentialsDirectory != "" {
		f, err := readFile(filepath.Join(s.CredentialsDirectory, Credential), credentialRules)
		if !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	if s.File == "" {
		return File{}, fault.New(fault.Unavailable, "seal.key_missing")
	}
	if !s.Demo && !s.AllowFile {
		return File{}, fault.New(fault.Forbidden, "seal.key_file_forbidden")
	}
	f, err := readFile(s.File, fileRules)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if !s.Demo {
		return File{}, fault.Wrap(err, fault.Unavailable, "seal.key_missing")
	}
	if err := Write(s.File, Generate(s.Now)); err != nil && !errors.Is(err, fs.ErrExist) {
		return File{}, err
	}
	// Read it back: when two programs start at once, the one that came second uses the first one's keys.
	return readFile(s.File, fileRules)
}

// Write makes a new key file with mode 0600. It never replaces one: the error is
// fs.ErrExist then. The file is whole or not there.
func Write(path string, f File) error {
	return write(path, f, os.Link)
}

// Replace writes a key file over an older one, after a rotation.
func Replace(path string, f File) error {
	return write(path, f, os.Rename)
}

func write(path string, f File, place func(from, to string) error) error {
	text, err := f.Encode()
	if err != nil {
		return err
	}
	if err := writeWhole(path, text, place); err != nil {
		return fmt.Errorf("write key file: %w", err)
	}
	return nil
}

// WriteWhole puts content in a file's place, readable by its owner only. Whoever is killed
// in the middle, or loses power, finds the file as it was before.
func WriteWhole(path string, content []byte) error {
	if err := writeWhole(path, content, os.Rename); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	return nil
}

// unfinished is how the name of a file begins that is not whole yet.
const unfinished = ".new-"

func writeWhole(path string, content []byte, place func(from, to string) error) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), unfinished+"*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // already renamed, or the file below reports the fault
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = place(temporary.Name(), path)
	}
	if err == nil {
		err = syncDirectory(filepath.Dir(path))
	}
	return err
}

// ReadFile reads a key file that nobody but its owner may read. Faults:
// "seal.key_permissions", "seal.key_malformed".
func ReadFile(path string) (File, error) { return readFile(path, fileRules) }

func readFile(path string, rules permissionRules) (File, error) {
	handle, err := os.Open(path)
	if err != nil {
		return File{}, fmt.Errorf("open key file: %w", err)
	}
	defer handle.Close() //nolint:errcheck // only read
	if err := checkPermissions(handle, rules); err != nil {
		return File{}, fault.Wrap(err, fault.Forbidden, "seal.key_permissions")
	}
	text, err := io.ReadAll(io.LimitReader(handle, maxFile+1))
	if err != nil {
		return File{}, fmt.Errorf("read key file: %w", err)
	}
	return ParseFile(text)
}
