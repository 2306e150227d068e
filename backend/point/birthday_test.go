package point

import (
	"testing"

	"lianxin/backend/calendar"
)

// A donor born on 29 February has a birthday every year.
func TestBirthdaysWithin(t *testing.T) {
	leap := calendar.New(1992, 2, 29)
	for _, c := range []struct {
		born, first, last string
		want              int
	}{
		{"1992-02-29", "2027-02-28", "2027-03-01", 1}, {"1992-02-29", "2028-02-29", "2028-02-29", 1}, {"1992-02-29", "2028-03-01", "2029-02-28", 0},
		{"1992-02-29", "2026-12-31", "2029-12-31", 3}, {"1992-12-31", "2026-12-31", "2027-01-01", 1}, {"2026-11-23", "2026-11-23", "2027-11-22", 0},
	} {
		if got := BirthdaysWithin(calendar.MustParse(c.born), calendar.MustParse(c.first), calendar.MustParse(c.last)); len(got) != c.want {
			t.Errorf("%s from %s to %s: %v", c.born, c.first, c.last, got)
		}
	}
	if got := BirthdaysWithin(calendar.Date{}, leap, leap.AddYears(9)); got != nil {
		t.Errorf("of nobody knows when: %v", got)
	}
}
