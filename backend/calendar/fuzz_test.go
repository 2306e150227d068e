package calendar

import "testing"

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-11-23", "2024-02-29", "2025-02-29", "0000-00-00", "9999-12-31", "10000-01-01", "-001-01-01", "2026-1-2", "２０２６-１１-２３", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		if d.String() != text {
			t.Fatalf("%q became %s", text, d)
		}
		var again Date
		written, err := d.MarshalText()
		if err != nil || again.UnmarshalText(written) != nil || again != d {
			t.Fatalf("%s became %s, %v", d, again, err)
		}
		if d.AddDays(1).AddDays(-1) != d || d.AddDays(1).Before(d) {
			t.Fatalf("the day after %s is %s", d, d.AddDays(1))
		}
	})
}
