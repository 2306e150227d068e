package packfile

import (
	"testing"

	"lianxin/backend/calendar"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct{ text, from, until, zh string }{
		{"3 days", "2026-11-30", "2026-12-03", "3天"}, {"1 week", "2026-11-23", "2026-11-30", "1周"},
		{"1 month", "2026-01-31", "2026-02-28", "1个月"}, {"6 months", "2026-08-31", "2027-02-28", "6个月"},
		{"1 year", "2024-02-29", "2025-02-28", "1年"}, {"2 years", "2024-02-29", "2026-02-28", "2年"},
	} {
		p, err := ParsePeriod(c.text)
		if err != nil || p.String() != c.text || p.After(calendar.MustParse(c.from)) != calendar.MustParse(c.until) || p.Words().ZH != c.zh {
			t.Errorf("%s: %v %s from %s is %s, %q", c.text, err, p, c.from, p.After(calendar.MustParse(c.from)), p.Words().ZH)
		}
	}
	for _, s := range []string{"", "3", "days", "0 days", "-1 days", "1.5 days", "3 moons", "3days", "99999 days", "1 day later"} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is read as %s", s, p)
		}
	}
}
