package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/center"
	"lianxin/backend/fault"
)

func TestSecondSeedIsRefusedUntilWiped(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "seed", SeedCmd{Place: p, Donors: 3, Seed: 1})
	for _, number := range []uint64{1, 2} {
		err := SeedCmd{Place: p, Donors: 3, Seed: number}.Run()
		if fault.CodeOf(err) != "seed.already" || !strings.Contains(explain(err), "--wipe") {
			t.Errorf("seed %d: %v", number, err)
		}
	}
	does(t, "wipe", SeedCmd{Place: p, Wipe: true})
	does(t, "seed after the wipe", SeedCmd{Place: p, Donors: 3, Seed: 2})
}

// A seed that was cut short says so to the next one, and can be wiped.
func TestSeedThatWasCutShort(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	err := p.begins(func(ctx context.Context, c *center.Center) error {
		ctx, stop := context.WithCancel(ctx)
		_, err := c.Seed(ctx, 1, 1000, func(int) { stop() })
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("cut short: %v", err)
	}
	again := SeedCmd{Place: p, Donors: 3, Seed: 1}
	if err := again.Run(); fault.CodeOf(err) != "seed.unfinished" || !strings.Contains(explain(err), "--wipe") {
		t.Errorf("%v", err)
	}
	does(t, "wipe", SeedCmd{Place: p, Wipe: true})
	does(t, "seed after the wipe", again)
}

func TestNoNewKeysBesideADatabase(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "seed", SeedCmd{Place: p, Donors: 3, Seed: 1})
	keys := filepath.Join(p.Data, "keys.json")
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	if err := (DeviceListCmd{p}).Run(); fault.CodeOf(err) != "seal.key_lost" || !strings.Contains(explain(err), "put the key file") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(keys); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("new keys were made: %v", err)
	}
	if err := os.Rename(keys+".away", keys); err != nil {
		t.Fatal(err)
	}
	does(t, "with its keys back", DeviceListCmd{p})
}

// A bad backup is told apart from a damaged database, and what was there stays.
func TestBadBackup(t *testing.T) {
	p := Place{Data: t.TempDir(), Demo: true}
	does(t, "load sites", SiteLoadCmd{p, "../../site/data/sample-sites.yaml"})
	before := sites(t, p)
	for name, text := range map[string]string{
		"empty": "", "text": strings.Repeat("no database ", 1000), "cut off": "SQLite format 3\x00" + strings.Repeat("x", 5000),
	} {
		file := filepath.Join(t.TempDir(), "backup")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := RestoreCmd{p, file}.Run()
		if fault.CodeOf(err) != "backup.unusable" || !strings.Contains(explain(err), "Take another one") {
			t.Errorf("%s: %v", name, err)
		}
		if n := sites(t, p); n == 0 || n != before {
			t.Errorf("%s: %d sites after it, %d before", name, n, before)
		}
	}
}
