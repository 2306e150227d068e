package store_test

import (
	"testing"
	"time"

	"lianxin/backend/donor"
	"lianxin/backend/fault"
	"lianxin/backend/store/storetest"
)

// A device may look so many people up at once and one more every so often; another
// device's use is its own, and a clock that was wrong shuts nobody out for long.
func TestTakeLookup(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s, at := open(t), storetest.At
			take := func(device string, after time.Duration) bool {
				t.Helper()
				ok, err := s.TakeLookup(t.Context(), device, at.Add(after), 3, 2*time.Second)
				if err != nil {
					t.Fatal(err)
				}
				return ok
			}
			for i, step := range []struct {
				device string
				after  time.Duration
				want   bool
			}{
				{"a", 0, true}, {"a", 0, true}, {"a", 0, true}, {"a", 0, false}, {"b", 0, true},
				{"a", time.Second, false}, {"a", 2 * time.Second, true}, {"a", 2 * time.Second, false}, {"a", 3 * time.Second, false},
				{"a", time.Minute, true}, {"a", time.Minute, true}, {"a", time.Minute, true}, {"a", time.Minute, false},
				{"a", 24 * time.Hour, true}, // the clock is a day ahead …
				{"a", 2 * time.Minute, true}, {"a", 2 * time.Minute, true}, {"a", 2 * time.Minute, true}, {"a", 2 * time.Minute, false},
			} {
				if got := take(step.device, step.after); got != step.want {
					t.Errorf("step %d, %s after %v: %v", i, step.device, step.after, got)
				}
			}
		})
	}
}

func TestDonorByCardKey(t *testing.T) {
	for name, open := range map[string]func(*testing.T) storetest.Subject{"SQLite": openSQLite, "PostgreSQL": openPostgres} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			for _, d := range []donor.Donor{{ID: "one", SiteID: "here", Key: "k1", Card: "c1", CardKey: "h1"}, {ID: "two", SiteID: "there", Key: "k2"},
				{ID: "three", SiteID: "there", Key: "k3"}} {
				if err := s.SaveDonor(t.Context(), d); err != nil {
					t.Fatal(err)
				}
			}
			if d, err := s.DonorByCardKey(t.Context(), "h1"); err != nil || d.ID != "one" {
				t.Errorf("found %+v, %v", d, err)
			}
			for _, key := range []string{"", "c1", "h2"} {
				if _, err := s.DonorByCardKey(t.Context(), key); fault.CodeOf(err) != "donor.not_found" {
					t.Errorf("%q: %v", key, err)
				}
			}
			if err := s.ForgetDonorsElsewhere(t.Context(), "here"); err != nil {
				t.Fatal(err)
			}
			for id, want := range map[string]string{"one": "", "two": "donor.not_found", "three": "donor.not_found"} {
				if _, err := s.Donor(t.Context(), id); fault.CodeOf(err) != want {
					t.Errorf("%s: %v", id, err)
				}
			}
		})
	}
}
