package kept_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lianxin/backend/desk/kept"
	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

func open(t *testing.T, path, secret string) *kept.Folder {
	t.Helper()
	keys, err := seal.Single(bytes.Repeat([]byte(secret), 4))
	if err != nil {
		t.Fatal(err)
	}
	f, err := kept.Open(path, keys)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFolderKeepsWhatIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept")
	f := open(t, path, "12345678")
	for name, content := range map[string][]byte{"empty": {}, "name": []byte("王𬭎"), "page.1": bytes.Repeat([]byte("a page of a claim "), 100_000)} {
		for range 2 { // in place of itself as well
			if err := f.Write(name, content); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := open(t, path, "12345678").Read(name); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(content), err)
		}
		sealed, err := os.ReadFile(filepath.Join(path, name))
		if err != nil || bytes.Contains(sealed, []byte("王")) || bytes.Contains(sealed, []byte("claim")) {
			t.Errorf("%s can be read on the disk (%v)", name, err)
		}
		if _, err := open(t, path, "87654321").Read(name); fault.CodeOf(err) != "desk.kept_unreadable" {
			t.Errorf("%s opens for somebody else: %v", name, err)
		}
	}
	if names, err := f.List(); err != nil || len(names) != 3 {
		t.Errorf("%v %v", names, err)
	}
	for range 2 {
		if err := f.Remove("name"); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Read("name"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
}

func TestFolderRefusesWhatWasChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept")
	f := open(t, path, "12345678")
	if err := f.Write("a", bytes.Repeat([]byte{1}, 1<<20)); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(path, "a"))
	if err != nil {
		t.Fatal(err)
	}
	for what, changed := range map[string][]byte{"cut": whole[:len(whole)/2], "longer": append(bytes.Clone(whole), 0), "nothing": {}, "count": append([]byte{0, 0, 0, 1}, whole[4:]...)} {
		if err := os.WriteFile(filepath.Join(path, "a"), changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read("a"); fault.CodeOf(err) != "desk.kept_unreadable" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := os.WriteFile(filepath.Join(path, "b"), whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read("b"); fault.CodeOf(err) != "desk.kept_unreadable" {
		t.Errorf("under another name: %v", err)
	}
	for _, name := range []string{"", "../a", "a/b", ".a"} {
		if err := f.Write(name, nil); fault.CodeOf(err) != "desk.kept_name" {
			t.Errorf("name %q: %v", name, err)
		}
	}
}
