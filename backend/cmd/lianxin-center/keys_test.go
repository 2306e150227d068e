package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

// A file that is not the one the center works with loses nothing, whatever is in it.
func TestOnlyTheKeysInUseAreRetired(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "begin", MigrateCmd{Place: p})
	other := KeyFile{filepath.Join(t.TempDir(), "other.json")}
	if err := seal.Write(other.File, seal.Generate(time.Now()).Rotate(time.Now())); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(other.File)
	if err != nil {
		t.Fatal(err)
	}
	if err := (KeysRetireCmd{p, other}).Run(); fault.CodeOf(err) != "seal.key_other" {
		t.Errorf("%v", err)
	}
	own := KeyFile{filepath.Join(p.Data, "keys.json")}
	if err := (KeysRetireCmd{p, own}).Run(); fault.CodeOf(err) != "seal.key_only" {
		t.Errorf("%v", err)
	}
	if now, err := os.ReadFile(other.File); err != nil || string(now) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
	if beside, err := filepath.Glob(filepath.Join(filepath.Dir(other.File), "*")); err != nil || len(beside) != 1 {
		t.Errorf("%v, %v", beside, err)
	}
}

func TestAKeyThatOthersMayReadIsNotTouched(t *testing.T) {
	file := KeyFile{filepath.Join(t.TempDir(), "keys.json")}
	if err := seal.Write(file.File, seal.Generate(time.Now())); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file.File, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, command := range map[string]interface{ Run() error }{"list": KeysListCmd{file}, "add": KeysAddCmd{KeyFile: file}, "use": KeysUseCmd{file, 1}} {
		if err := command.Run(); fault.CodeOf(err) != "seal.key_permissions" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALaterKeyIsUsedWhenSaid(t *testing.T) {
	file := KeyFile{filepath.Join(t.TempDir(), "keys.json")}
	first := seal.Generate(time.Now())
	if err := seal.Write(file.File, first); err != nil {
		t.Fatal(err)
	}
	does(t, "add", KeysAddCmd{KeyFile: file, Later: true})
	added, err := seal.ReadFile(file.File)
	if err != nil || len(added.Seal) != 2 || added.Current != first.Current {
		t.Fatalf("%v, %v", added, err)
	}
	does(t, "use", KeysUseCmd{file, added.Seal[1].ID})
	used, err := seal.ReadFile(file.File)
	if err != nil || used.Current != added.Seal[1].ID {
		t.Errorf("%v, %v", used, err)
	}
	if left := used.Retire(); len(left.Seal) != 1 || left.Seal[0].ID != used.Current || len(used.Seal) != 2 {
		t.Errorf("%v of %v", left, used)
	}
}
