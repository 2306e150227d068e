package settlement

import (
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Every month that is read has one after it.
func FuzzParseMonth(f *testing.F) {
	for _, text := range []string{"2026-11", "2026-12", "0001-01", "0000-12", "9999-12", "2026-1", "２026-1", "-001-01"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMonth(text)
		if err != nil {
			if m != "" || fault.CodeOf(err) != "settlement.month" {
				t.Fatalf("%q is %q, %v", text, m, err)
			}
			return
		}
		next := m.Next()
		_, err = calendar.Parse(string(next) + "-01")
		if err != nil || string(m) != text || next <= m {
			t.Fatalf("%q is %q, and after it %q, %v", text, m, next, err)
		}
	})
}

// An ID that is read is the one of its district and month.
func FuzzParseID(f *testing.F) {
	for _, text := range []string{"110105-2026-11", "110105-2026-1", "110105_2026-11", "-", "区区-2026-11"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if district, m, ok := ParseID(text); ok && ID(district, m) != text {
			t.Fatalf("%q is of %q and %q", text, district, m)
		}
	})
}
