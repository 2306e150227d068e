package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

// measured runs do b.N times and reports how long half of the runs and all but
// one in a hundred took.
func measured(b *testing.B, do func(n int) error) {
	b.Helper()
	took := make([]time.Duration, 0, 4096)
	for n := 0; b.Loop(); n++ {
		began := time.Now()
		if err := do(n); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// question is a list or a search; n makes it another one each time. It answers how many rows it found.
type question func(ctx context.Context, n int) (int, error)

// measuredLists measures each question once all that is asked about is there. A list of nothing says nothing.
func measuredLists(b *testing.B, s *store.Store, address string, questions map[string]question) {
	b.Helper()
	if s.Engine() == store.Postgres {
		pgtest.Exec(b, address, "ANALYZE")
	}
	for name, ask := range questions {
		b.Run(name, func(b *testing.B) {
			found := 0
			measured(b, func(n int) (err error) {
				found, err = ask(b.Context(), n)
				return err
			})
			if found == 0 {
				b.Fatal("a list of nothing says nothing")
			}
			b.ReportMetric(float64(found), "rows")
		})
	}
}

// benchOnEngines runs a benchmark on a database of its own on each engine.
func benchOnEngines(b *testing.B, run func(b *testing.B, s *store.Store, address string)) {
	for engine, address := range map[string]string{"sqlite": filepath.Join(b.TempDir(), "test.db"), "postgres": pgtest.Database(b)} {
		b.Run(engine, func(b *testing.B) {
			s, err := store.Open(b.Context(), store.Options{URL: address, Keyring: storetest.Keyring(b)})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			run(b, s, address)
		})
	}
}

// BenchmarkCheckIn is what a person waits for at the end: visit, answers,
// self-exclusion, paper and operation, sealed and on the disk.
func BenchmarkCheckIn(b *testing.B) {
	benchOnEngines(b, func(b *testing.B, s *store.Store, address string) {
		before, err := s.ListVisits(b.Context(), storetest.Site, storetest.Today) // a later round goes on where the one before ended
		if err != nil {
			b.Fatal(err)
		}
		measured(b, func(n int) error { return checkIn(b.Context(), b, s, len(before)+n) })
	})
}

// BenchmarkRawInserts is the driver alone with two inserts in a transaction, as
// the measure of what the disk gives.
func BenchmarkRawInserts(b *testing.B) {
	address := "file:" + filepath.Join(b.TempDir(), "raw.db") +
		"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=10000&_stmt_cache_size=10"
	db, err := sql.Open("sqlite3", address)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE a (id INTEGER PRIMARY KEY, data BLOB) STRICT; CREATE TABLE b (id INTEGER PRIMARY KEY, data BLOB) STRICT"); err != nil {
		b.Fatal(err)
	}
	data := make([]byte, 2000)
	measured(b, func(int) error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		defer tx.Rollback() // after a commit it does nothing
		for _, table := range []string{"a", "b"} {
			if _, err := tx.Exec("INSERT INTO "+table+" (data) VALUES (?)", data); err != nil {
				return err
			}
		}
		return tx.Commit()
	})
}
