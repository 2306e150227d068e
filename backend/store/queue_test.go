package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"lianxin/backend/store"
	"lianxin/backend/store/storetest"
	"lianxin/backend/visit"
)

// Counting who waits opens nobody's record: it works on rows nobody can read.
func TestCountArrivalsOpensNoRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kiosk.db")
	s, err := store.Open(t.Context(), store.Options{URL: path, Keyring: storetest.Keyring(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at := storetest.At
	for n, v := range []struct {
		ago     time.Duration
		outcome visit.Outcome
	}{{0, visit.Waiting}, {59 * time.Minute, visit.Waiting}, {time.Hour, visit.Waiting}, {-time.Second, visit.Waiting}, {time.Minute, visit.Deferred}} {
		row := storetest.Visit(n + 1)
		row.At, row.ClockOffset, row.Outcome = at.Add(-v.ago), 0, v.outcome
		if v.outcome == visit.Deferred {
			row.Ticket, row.Screening = "", nil
		}
		if err := s.InsertVisit(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.ExecContext(t.Context(), "UPDATE visits SET sealed = x'00'"); err != nil {
		t.Fatal(err)
	}
	first := storetest.Visit(1)
	if n, err := s.CountArrivals(t.Context(), first.SiteID, first.Day, at.Add(-time.Hour), at); n != 2 || err != nil {
		t.Errorf("%d arrivals (%v), want the one of now and of 59 minutes ago", n, err)
	}
	if n, err := s.CountArrivals(t.Context(), "elsewhere", first.Day, at.Add(-time.Hour), at); n != 0 || err != nil {
		t.Errorf("%d arrivals elsewhere (%v)", n, err)
	}
}
