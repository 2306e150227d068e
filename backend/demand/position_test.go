package demand

import (
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"pgregory.net/rapid"
)

var today = calendar.MustParse("2026-11-29")

func TestHowLongStockLasts(t *testing.T) {
	seven := make([]int, 26)
	for i := range seven {
		seven[i] = 7 // one a day
	}
	for _, c := range []struct {
		name         string
		stock        int
		series       []int
		until, least string
	}{
		{"thirty days", 30, seven, "2026-12-29", "2026-12-21"},
		{"sold out", 0, seven, "2026-11-29", "2026-11-29"},
		{"longer than a year", 1000, seven, "", ""},
		{"never asked for", 5, make([]int, 26), "", ""},
	} {
		at := BuiltIn().Position(Shelf{c.stock, c.series}, today)
		for what, pair := range map[string][2]string{"until": {text(at.LastsUntil), c.until}, "at least": {text(at.LastsAtLeast), c.least}} {
			if pair[0] != pair[1] {
				t.Errorf("%s: lasts %s %q, want %q", c.name, what, pair[0], pair[1])
			}
		}
	}
}

func text(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// What holds of any shelf: it is surely there no longer than it is expected to be, an
// order fills up to the level and is made at or below the point, and nothing is both
// ordered and retired.
func TestPositionsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Shelf{rapid.IntRange(0, 300).Draw(t, "stock"), rapid.SliceOfN(rapid.IntRange(0, 12), 0, 60).Draw(t, "series")}
		at := BuiltIn().Position(s, today)
		if at.OrderUpTo < at.ReorderPoint || at.Reorder != (at.Order > 0) || at.Reorder && (s.Stock > at.ReorderPoint || s.Stock+at.Order != at.OrderUpTo) {
			t.Fatalf("%+v", at)
		}
		if at.Reorder && at.Retire || at.Retire && s.Stock == 0 {
			t.Fatalf("%+v", at)
		}
		if more := BuiltIn().Position(Shelf{s.Stock + 1, s.Series}, today); !at.LastsUntil.IsZero() && !more.LastsUntil.IsZero() && more.LastsUntil.Before(at.LastsUntil) {
			t.Fatalf("%v with one more, %v without", more.LastsUntil, at.LastsUntil)
		}
	})
}

func TestTogether(t *testing.T) {
	both := Together([]Shelf{{3, []int{1, 2}}, {4, []int{0, 5}}})
	if both.Stock != 7 || both.Series[0] != 1 || both.Series[1] != 7 {
		t.Errorf("%+v", both)
	}
}

// Each row breaks the built-in pack at one place.
func TestABrokenPackNamesItsLine(t *testing.T) {
	written, err := packFiles.ReadFile("packs/planning/planning.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"service_level: 0.95", "service_level: 1.5", "pack.not_number"},
		{"lead_time: 3 weeks", "lead_time: soon", "pack.period"},
		{"  weeks: 8", "  weeks: 0", "pack.not_number"},
		{"stock: 10\n    expect: {trend: steady, retire: false, reorder: true}", "stock: 10\n    expect: {trend: rising, retire: false, reorder: true}", "pack.example_failed"},
		{"expect: {trend: rising, retire: false, reorder: false}", "expect: {trend: rising, retire: true, reorder: false}", "pack.example_failed"},
		{"at_most: 1", "most: 1", "pack.unknown_field"},
		{"certainty: sample", "certainty: sure", "pack.unknown_word"},
	} {
		broken := strings.Replace(string(written), c.old, c.new, 1)
		if _, err := LoadBytes("planning.yaml", []byte(broken)); fault.CodeOf(err) != "policy.pack_invalid" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.new, err, c.want)
		}
	}
}
