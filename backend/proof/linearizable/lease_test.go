package linearizable

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	_ "github.com/jackc/pgx/v5/stdlib" // reads what was kept

	"lianxin/backend/calendar"
	"lianxin/backend/center"
	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/proof/fleet"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// crowd is how many donors the gate list is computed for, in three parts.
const crowd = 1_300

// keep writes every state of the job of the gate list down (there are others), in the order the database had them, as
// another table. A defect may follow it.
var keep = map[string]string{
	"sqlite": `CREATE TABLE parts (n INTEGER PRIMARY KEY, holder TEXT, place TEXT, until INTEGER, at INTEGER, done INTEGER);
		CREATE TRIGGER keep_parts AFTER UPDATE ON jobs WHEN NEW.name = 'gate.refresh' AND NEW.holder <> ''
		BEGIN INSERT INTO parts (holder, place, until, at, done) VALUES (NEW.holder, NEW.place, NEW.held_until,
			CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER), NEW.finished_at > 0); END`,
	"postgres": `CREATE TABLE parts (n BIGSERIAL PRIMARY KEY, holder TEXT, place TEXT, until BIGINT, at BIGINT, done BOOLEAN);
		CREATE FUNCTION keep_part() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO parts (holder, place, until, at, done) VALUES (NEW.holder, NEW.place, NEW.held_until,
				(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint, NEW.finished_at > 0); RETURN NULL; END $$;
		CREATE TRIGGER keep_parts AFTER UPDATE ON jobs FOR EACH ROW WHEN (NEW.name = 'gate.refresh' AND NEW.holder <> '') EXECUTE FUNCTION keep_part()`,
}

// forget makes the database lose that a job is done, once it is written down.
const forget = `CREATE TRIGGER forget AFTER UPDATE ON jobs WHEN NEW.name = 'gate.refresh' AND NEW.finished_at > 0
	BEGIN UPDATE jobs SET holder = '', held_until = 0, finished_at = 0, place = '' WHERE name = NEW.name; END`

// Several instances compute the list of who is held back at the same moment: one
// does it, each part once.
func TestTheJobOfOne(t *testing.T) {
	for engine, database := range map[string]string{"sqlite": "", "postgres": pgtest.Database(t)} {
		t.Run(engine, func(t *testing.T) {
			at, history := compete(t, fleet.Installation{Data: t.TempDir(), Database: database, URL: "http://localhost:1"}, keep[engine])
			check(t, "gate list", history, leases())
			if job, err := at.Store().Job(t.Context(), "gate.refresh"); err != nil || job.Seen != crowd || job.FinishedAt.IsZero() {
				t.Errorf("%d of %d donors were seen: %v", job.Seen, crowd, err)
			}
		})
	}
}

func TestTheCheckerBitesWhenAJobIsForgotten(t *testing.T) {
	_, history := compete(t, fleet.Installation{Data: t.TempDir(), URL: "http://localhost:1"}, keep["sqlite"], forget)
	if got, _ := history.Check(leases()); got != porcupine.Illegal {
		t.Error(got)
	}
}

// compete lets four instances want the job at once and returns what became of it.
func compete(t *testing.T, at fleet.Installation, triggers ...string) (*center.Center, *History) {
	t.Helper()
	var all []*center.Center
	for range 4 {
		c, err := center.Open(t.Context(), at.Config())
		must(t, err)
		t.Cleanup(func() { must(t, c.Close()) })
		all = append(all, c)
	}
	donors(t, all[0])
	for _, statement := range triggers {
		if at.Database != "" {
			pgtest.Exec(t, at.Database, statement)
		} else {
			execute(t, filepath.Join(at.Data, "center.db"), statement)
		}
	}
	var running sync.WaitGroup
	for _, c := range all {
		running.Go(func() {
			if err := c.Upkeep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	return all[0], parts(t, at)
}

// donors gave blood yesterday: all of them are held back.
func donors(t *testing.T, c *center.Center) {
	t.Helper()
	must(t, c.Store().InTx(t.Context(), func(ctx context.Context) error {
		for n := range crowd {
			d := storetest.Donor(n)
			if err := c.Store().SaveDonor(ctx, d); err != nil {
				return err
			}
			given := donor.Donation{ID: d.ID, DonorID: d.ID, DIN: donation.DIN(d.ID), Product: donation.WholeBlood, VolumeML: 400, On: calendar.Of(time.Now()).AddDays(-1)}
			if err := c.Store().InsertDonation(ctx, given); err != nil {
				return err
			}
		}
		return nil
	}))
}

// parts reads what was kept. Each state came after the one before it.
func parts(t *testing.T, at fleet.Installation) *History {
	t.Helper()
	driver, address := "pgx", at.Database
	if address == "" {
		driver, address = "sqlite3", "file:"+filepath.Join(at.Data, "center.db")
	}
	db, err := sql.Open(driver, address)
	must(t, err)
	defer func() { must(t, db.Close()) }()
	rows, err := db.QueryContext(t.Context(), "SELECT holder, place, until, at, done FROM parts ORDER BY n")
	must(t, err)
	defer rows.Close()
	h := NewHistory()
	for rows.Next() {
		var p part
		must(t, rows.Scan(&p.holder, &p.place, &p.until, &p.at, &p.done))
		h.Note(p, h.Now(), "done", nil)
	}
	must(t, rows.Err())
	return h
}
