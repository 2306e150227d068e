package main

import (
	"context"
	"database/sql"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/center"
	"lianxin/backend/fault"
	"lianxin/backend/store/pgtest"
)

// place is a demo center on a PostgreSQL of its own.
func place(t *testing.T) Place {
	t.Helper()
	return Place{Data: t.TempDir(), Database: pgtest.Database(t), URL: "http://center.example.invalid", Demo: true}
}

// does runs a command that must work.
func does(t *testing.T, what string, command interface{ Run() error }) {
	t.Helper()
	if err := command.Run(); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// epochOf is the epoch a center on the place would tell devices.
func epochOf(t *testing.T, p Place) (epoch string) {
	t.Helper()
	err := p.with(func(ctx context.Context, c *center.Center) error {
		_, err := c.Store().Setting(ctx, "center.epoch", &epoch)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return epoch
}

// sites counts what was loaded: a change a restore takes back.
func sites(t *testing.T, p Place) (n int) {
	t.Helper()
	err := p.with(func(ctx context.Context, c *center.Center) error {
		all, err := c.Store().Sites(ctx)
		n = len(all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBackupAndRestoreOnPostgres(t *testing.T) {
	p := place(t)
	does(t, "begin", MigrateCmd{Place: p})
	saved := filepath.Join(p.Data, "saved.dump")
	does(t, "backup", BackupCmd{p, saved})
	before := epochOf(t, p)
	does(t, "load sites", SiteLoadCmd{p, "../../site/data/sample-sites.yaml"})
	if sites(t, p) == 0 {
		t.Fatal("no sites were loaded")
	}
	does(t, "restore", RestoreCmd{p, saved})
	if n := sites(t, p); n != 0 {
		t.Errorf("%d sites after the restore", n)
	}
	if after := epochOf(t, p); after == "" || after == before {
		t.Errorf("epoch %q, before it was %q", after, before)
	}
	kept, err := filepath.Glob(filepath.Join(p.Data, "center.before-restore-*.dump"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v, %v", kept, err)
	}
	does(t, "restore what was there before", RestoreCmd{p, kept[0]})
	if sites(t, p) == 0 {
		t.Error("the database before the restore is lost")
	}
}

// A dump of another installation opens with other keys: what was there stays.
func TestDumpOfAnotherInstallationIsNotTaken(t *testing.T) {
	p, other := place(t), place(t)
	foreign := filepath.Join(other.Data, "foreign.dump")
	does(t, "begin the other", MigrateCmd{Place: other})
	does(t, "backup of the other", BackupCmd{other, foreign})
	does(t, "load sites", SiteLoadCmd{p, "../../site/data/sample-sites.yaml"})
	if err := (RestoreCmd{p, foreign}).Run(); fault.CodeOf(err) != "seal.key_unknown" {
		t.Errorf("%v", err)
	}
	if sites(t, p) == 0 {
		t.Error("what was there is lost")
	}
}

// After pg_restore by hand the epoch is the old one until the feed is reset.
func TestRestoreByHand(t *testing.T) {
	p := place(t)
	does(t, "begin", MigrateCmd{Place: p})
	saved := filepath.Join(p.Data, "saved.dump")
	does(t, "backup", BackupCmd{p, saved})
	before := epochOf(t, p)
	said, err := exec.CommandContext(t.Context(), "pg_restore", "--clean", "--if-exists", "--dbname", p.Database, saved).CombinedOutput()
	if err != nil {
		t.Fatalf("pg_restore: %v\n%s", err, said)
	}
	if epochOf(t, p) != before {
		t.Fatal("the dump does not hold the epoch")
	}
	does(t, "reset the feed", FeedResetCmd{p})
	if epochOf(t, p) == before {
		t.Error("the epoch is still the old one")
	}
}

// Commands of a newer program leave a database of an older one alone and say what to do.
func TestOnlySomeCommandsUpgrade(t *testing.T) {
	for engine, p := range map[string]Place{"postgres": place(t), "sqlite": {Data: t.TempDir(), URL: "http://center.example.invalid", Demo: true}} {
		t.Run(engine, func(t *testing.T) {
			does(t, "first", MigrateCmd{Place: p})
			makeOlder(t, p)
			for name, command := range map[string]interface{ Run() error }{
				"seed": SeedCmd{Place: p, Donors: 1, Seed: 1}, "user list": UserListCmd{p}, "enroll sites": EnrollSitesCmd{p},
				"token rotate": TokenRotateCmd{p}, "device list": DeviceListCmd{p}, "feed reset": FeedResetCmd{p},
				"backup": BackupCmd{Place: p}, "audit verify": AuditVerifyCmd{Place: p},
			} {
				err := command.Run()
				if fault.CodeOf(err) != "store.older" || !strings.Contains(explain(err), "lianxin-center migrate") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// makeOlder lets the database say that the program before the last migration wrote it.
func makeOlder(t *testing.T, p Place) {
	t.Helper()
	const forget = "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)"
	if p.Database != "" {
		pgtest.Exec(t, p.Database, forget)
		return
	}
	db, err := sql.Open("sqlite3", filepath.Join(p.Data, "center.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), forget); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
