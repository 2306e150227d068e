package seal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lianxin/backend/fault"
)

// keyDirectory returns a private folder with a key file in it.
func keyDirectory(t *testing.T, name string) (directory string, f File) {
	t.Helper()
	directory, f = t.TempDir(), Generate(noon)
	if err := Write(filepath.Join(directory, name), f); err != nil {
		t.Fatal(err)
	}
	return directory, f
}

func TestLoadOrder(t *testing.T) {
	credentials, fromSystem := keyDirectory(t, Credential)
	files, fromFile := keyDirectory(t, "keys.json")
	path := filepath.Join(files, "keys.json")
	missing := filepath.Join(files, "none.json")

	cases := []struct {
		name   string
		source Source
		want   uint32
		code   string
	}{
		{"credential", Source{CredentialsDirectory: credentials}, fromSystem.Current, ""},
		{"credential before file", Source{CredentialsDirectory: credentials, File: path, AllowFile: true}, fromSystem.Current, ""},
		{"file when the credential is not there", Source{CredentialsDirectory: files, File: path, AllowFile: true}, fromFile.Current, ""},
		{"file in demo", Source{File: path, Demo: true}, fromFile.Current, ""},
		{"file allowed", Source{File: path, AllowFile: true}, fromFile.Current, ""},
		{"file in production", Source{File: path}, 0, "seal.key_file_forbidden"},
		{"nothing", Source{}, 0, "seal.key_missing"},
		{"missing file in production", Source{File: missing, AllowFile: true}, 0, "seal.key_missing"},
	}
	for _, c := range cases {
		ring, err := Load(c.source)
		if fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", c.name, err, c.code)
			continue
		}
		if err == nil && ring.CurrentKey() != c.want {
			t.Errorf("%s: key %d, want %d", c.name, ring.CurrentKey(), c.want)
		}
	}
	if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
		t.Error("production made itself a key file")
	}
}

// Two programs started at once on a fresh demo machine end up with the same keys.
func TestDemoGeneratesOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	ids := make([]uint32, 8)
	var group sync.WaitGroup
	for i := range ids {
		group.Go(func() {
			ring, err := Load(Source{File: path, Demo: true, Now: noon})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = ring.CurrentKey()
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] || id == 0 {
			t.Fatalf("different keys: %v", ids)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files left: %v, %v", left, err)
	}
}

func TestWriteNeverReplaces(t *testing.T) {
	directory, f := keyDirectory(t, "keys.json")
	path := filepath.Join(directory, "keys.json")
	if err := Write(path, Generate(noon)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second Write: %v", err)
	}
	next := f.Rotate(noon)
	if err := Replace(path, next); err != nil {
		t.Fatal(err)
	}
	ring, err := Load(Source{File: path, Demo: true})
	if err != nil || ring.CurrentKey() != next.Current {
		t.Errorf("after Replace: %v, %v", ring, err)
	}
	if err := Write(filepath.Join(directory, "no", "such", "keys.json"), f); err == nil {
		t.Error("wrote into a folder that is not there")
	}
}

func TestWeakPermissions(t *testing.T) {
	cases := []struct {
		name       string
		file       fs.FileMode
		directory  fs.FileMode
		credential bool
		refused    bool
	}{
		{"private", 0o600, 0o700, false, false},
		{"read only", 0o400, 0o755, false, false},
		{"group reads", 0o640, 0o700, false, true},
		{"others read", 0o604, 0o700, false, true},
		{"others write", 0o602, 0o700, false, true},
		{"group replaces", 0o600, 0o770, false, true},
		{"others replace", 0o600, 0o707, false, true},
		{"credential with an ACL", 0o440, 0o550, true, false},
		{"credential for all", 0o444, 0o550, true, true},
		{"credential the group writes", 0o460, 0o550, true, true},
	}
	for _, c := range cases {
		directory, _ := keyDirectory(t, Credential)
		path := filepath.Join(directory, Credential)
		if err := errors.Join(os.Chmod(path, c.file), os.Chmod(directory, c.directory)); err != nil {
			t.Fatal(err)
		}
		source := Source{File: path, Demo: true}
		if c.credential {
			source = Source{CredentialsDirectory: directory}
		}
		_, err := Load(source)
		if refused := fault.CodeOf(err) == "seal.key_permissions"; refused != c.refused || (err != nil) != c.refused {
			t.Errorf("%s (%04o in %04o): %v", c.name, c.file, c.directory, err)
		}
		if err := os.Chmod(directory, 0o700); err != nil { // so that the folder can be removed
			t.Fatal(err)
		}
	}
}

func TestFileOfAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("only root can give a file away; the other cases above cover the modes")
		return
	}
	directory, _ := keyDirectory(t, "keys.json")
	path := filepath.Join(directory, "keys.json")
	if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Source{File: path, Demo: true}); fault.CodeOf(err) != "seal.key_permissions" {
		t.Errorf("a key file of nobody: %v", err)
	}
}

func TestKeyFileIsARegularFile(t *testing.T) {
	directory := t.TempDir()
	if err := os.Mkdir(filepath.Join(directory, "keys.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(Source{File: filepath.Join(directory, "keys.json"), Demo: true}); fault.CodeOf(err) != "seal.key_permissions" {
		t.Errorf("a folder as key file: %v", err)
	}
}
