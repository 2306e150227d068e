package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/seal"
)

// A mistyped folder is no center, also in a demo, whose keys would be made on the way.
func TestACommandMakesNoCenter(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "mistyped")
	for _, p := range []Place{{Data: wrong, Demo: true}, {Data: wrong, KeyFile: true}} {
		for name, command := range map[string]interface{ Run() error }{
			"device list": DeviceListCmd{p}, "backup": BackupCmd{Place: p}, "user list": UserListCmd{p}, "sites": EnrollSitesCmd{p}, "reseal": KeysResealCmd{p},
		} {
			err := command.Run()
			if fault.CodeOf(err) != "store.empty" || !strings.Contains(explain(err), "--data") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := os.Stat(wrong); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("the folder was made: %v", err)
		}
	}
}

func TestANewCenterIsSaid(t *testing.T) {
	data := t.TempDir()
	first := runCenter(t, 0, data, "site", "load", "../../site/data/sample-sites.yaml")
	if !strings.Contains(first, "a new, empty center was made") || !strings.Contains(first, `"data":"`+data+`"`) {
		t.Errorf("the first command says %s", first)
	}
	if again := runCenter(t, 0, data, "site", "load", "../../site/data/sample-sites.yaml"); strings.Contains(again, "new, empty") {
		t.Errorf("the second says %s", again)
	}
}

// Before there is a center its machine can be examined, and nothing is made by that.
func TestDoctorBeforeTheFirstStart(t *testing.T) {
	data := t.TempDir()
	said := runCenter(t, 0, data, "doctor", "--listen", "localhost:0")
	if !strings.Contains(said, "! database") || !strings.Contains(said, "✓ keys") {
		t.Errorf("%s", said)
	}
	if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := (DoctorCmd{Place: Place{Data: data}, Listen: "localhost:0"}).Run(); err != (failed{}) {
		t.Errorf("without keys outside a demo: %v", err)
	}
	keys := filepath.Join(data, "keys.json")
	if err := seal.Write(keys, seal.Generate(time.Now())); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(keys, 0o644); err != nil {
		t.Fatal(err)
	}
	if said := runCenter(t, 1, data, "doctor", "--listen", "localhost:0"); !strings.Contains(said, "chmod 600") {
		t.Errorf("with keys anybody can read it says %s", said)
	}
}

// The file of that name may be the only good backup.
func TestBackupReplacesNothing(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "load sites", SiteLoadCmd{p, "../../site/data/sample-sites.yaml"})
	file := filepath.Join(t.TempDir(), "monday.db")
	does(t, "backup", BackupCmd{p, file})
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	does(t, "a dated one", BackupCmd{Place: p})
	err = BackupCmd{p, file}.Run()
	if fault.CodeOf(err) != "backup.exists" || !strings.Contains(explain(err), "another name") {
		t.Errorf("%v", err)
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != string(kept) {
		t.Errorf("the backup was changed: %v", err)
	}
}
