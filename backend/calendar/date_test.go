package calendar

import (
	"encoding/json"
	"testing"
	"time"
)

func TestAddMonthsKeepsToTheMonth(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-08-31", 6, "2027-02-28"},
		{"2026-11-23", 6, "2027-05-23"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
	} {
		if got := MustParse(c.from).AddMonths(c.months).String(); got != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestAgeTurnsOnTheBirthday(t *testing.T) {
	for _, c := range []struct {
		born, today string
		want        int
	}{
		{"2008-11-23", "2026-11-22", 17},
		{"2008-11-23", "2026-11-23", 18},
		{"2008-02-29", "2026-02-28", 17},
		{"2008-02-29", "2026-03-01", 18},
	} {
		if got := MustParse(c.born).AgeOn(MustParse(c.today)); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.born, c.today, got, c.want)
		}
	}
}

func TestParseRefusesImpossibleDays(t *testing.T) {
	for _, s := range []string{"2026-02-29", "2026-13-01", "2026-1-1", "23.11.2026", "2026-11-23T00:00:00Z"} {
		if d, err := Parse(s); err == nil {
			t.Errorf("Parse(%q) = %s, want an error", s, d)
		}
	}
}

func TestOfUsesBeijingsWallCalendar(t *testing.T) {
	if got := Of(time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)).String(); got != "2026-11-23" {
		t.Errorf("16:00 UTC is %s in Beijing, want 2026-11-23", got)
	}
}

func TestJSONRoundTrip(t *testing.T) {
	var out struct{ On, Never Date }
	in := struct{ On, Never Date }{On: MustParse("2026-11-23")}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if out != in {
		t.Errorf("%s became %+v", b, out)
	}
}

// What never ends comes after everything that does.
func TestCompareEnds(t *testing.T) {
	early, late, never := New(2026, 1, 1), New(2026, 1, 2), Date{}
	for pair, want := range map[[2]Date]int{{early, late}: -1, {late, early}: 1, {late, never}: -1, {never, early}: 1, {never, never}: 0, {late, late}: 0} {
		if got := pair[0].CompareEnds(pair[1]); got != want {
			t.Errorf("%v and %v: %d, want %d", pair[0], pair[1], got, want)
		}
	}
}
