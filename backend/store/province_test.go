package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"strings"
	"testing"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/store"
	"lianxin/backend/store/pgtest"
	"lianxin/backend/store/storetest"
)

var provinceDonations = flag.Int("donations", 0, "donations of others, ten a person, among which benchmarks look for somebody; a province has 10,000,000")

// provincePart is how many people come with one transaction.
const provincePart = 50_000

// province fills a database with donors and their donations by statements of its own: ten
// million of them through the store would take an hour, and what is measured reads none
// of them. Their sealed parts are the first donor's, which opens for nobody else.
func province(b *testing.B, s *store.Store, address string) {
	b.Helper()
	people := *provinceDonations / 10
	if people == 0 {
		return
	}
	if err := s.SaveDonor(b.Context(), storetest.Donor(0)); err != nil {
		b.Fatal(err)
	}
	exec, series := inBulk(b, s, address)
	for first := 0; first < people; first += provincePart {
		last := min(first+provincePart, people) - 1
		exec(fmt.Sprintf(`INSERT INTO donors (id, station_id, site_id, donor_key, person_index, sealed)
			SELECT 'province-' || n, station_id, 'site-' || n %% 16, 'province-' || n, 'province-' || n, sealed FROM donors, %s WHERE id = '%s'`,
			series(first, last), storetest.Donor(0).ID))
		exec(fmt.Sprintf(`INSERT INTO donations (id, donor_id, site_id, din, product, volume_ml, units, given_on, reaction)
			SELECT 'province-' || n || '-' || gift, 'province-' || n, 'site-' || n %% 16, 'T' || (100000000000 + n * 10 + gift), '%s', 200, 0, '20' || (15 + gift) || '-05-01', 0
			FROM %s, (%s) AS gifts`, donation.WholeBlood, series(first, last), gifts))
	}
	if err := s.Count(b.Context()); err != nil {
		b.Fatal(err)
	}
}

var gifts = "SELECT 0 AS gift" + strings.Join([]string{"", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, " UNION ALL SELECT ")

// inBulk is how statements of a million rows are carried out and numbers counted on either engine.
func inBulk(b *testing.B, s *store.Store, address string) (exec func(statement string), series func(first, last int) string) {
	b.Helper()
	if s.Engine() == store.Postgres {
		return func(statement string) { pgtest.Exec(b, address, statement) },
			func(first, last int) string { return fmt.Sprintf("generate_series(%d, %d) AS series (n)", first, last) }
	}
	db, err := sql.Open("sqlite3", address+"?_synchronous=OFF&_cache_size=-400000")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = db.Close() })
	exec = func(statement string) {
		for _, part := range []string{statement, "PRAGMA wal_checkpoint(TRUNCATE)"} { // or the log grows as large as all of it
			if _, err := db.ExecContext(b.Context(), part); err != nil {
				b.Fatal(err)
			}
		}
	}
	return exec, func(first, last int) string {
		return fmt.Sprintf("(WITH RECURSIVE series (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM series WHERE n < %d) SELECT n FROM series) AS series", first, last)
	}
}

// BenchmarkDonorLists is what is looked up about donors at a desk, by a station's report
// and in a claim's form.
func BenchmarkDonorLists(b *testing.B) {
	benchOnEngines(b, func(b *testing.B, s *store.Store, address string) {
		bigFamily(b, s, storetest.ReliefOf(storetest.Subject{Store: s}))
		province(b, s, address)
		for name, ask := range donorQuestions(s) {
			b.Run(name, func(b *testing.B) { measured(b, func(n int) error { return ask(b.Context(), n%300) }) })
		}
	})
}

func donorQuestions(s *store.Store) map[string]func(ctx context.Context, n int) error {
	some := func(n int, err error) error {
		if err == nil && n == 0 {
			return fmt.Errorf("nothing found")
		}
		return err
	}
	return map[string]func(ctx context.Context, n int) error{
		"by document": func(ctx context.Context, n int) error {
			_, err := s.DonorByKey(ctx, storetest.Donor(n).Key)
			return err
		},
		"history": func(ctx context.Context, n int) error {
			all, err := s.DonationsOf(ctx, storetest.Donor(n).ID)
			return some(len(all), err)
		},
		"by donation number": func(ctx context.Context, n int) error {
			all, err := s.DonationsByDIN(ctx, []donation.DIN{history(storetest.Donor(n).ID, n, 1)[0].DIN})
			return some(len(all), err)
		},
		"alike": func(ctx context.Context, n int) error {
			d := storetest.Donor(n)
			d.ID = "another"
			all, err := s.Alike(ctx, []donor.Donor{d})
			return some(len(all), err)
		},
		"of a site": func(ctx context.Context, _ int) error {
			all, err := s.DonorsAt(ctx, storetest.Site, 50)
			return some(len(all), err)
		},
	}
}
