package packfile

import (
	"testing"

	"lianxin/backend/calendar"
)

func TestCurrentPack(t *testing.T) {
	pack := func(id, region, version, from, until string) Head {
		p := Head{ID: id, Region: region, Version: version, From: calendar.MustParse(from)}
		if until != "" {
			p.Until = calendar.MustParse(until)
		}
		return p
	}
	old := pack("old", "CN", "2011.1", "2012-07-01", "2027-01-01")
	next := pack("next", "CN", "2026.1", "2027-01-01", "")
	fix := pack("fix", "CN", "2026.2", "2027-01-01", "")
	beijing := pack("beijing", "110000", "2026.1", "2026-06-01", "2026-12-01")
	all := []Head{next, beijing, fix, old}
	for _, c := range []struct{ region, day, want string }{
		{"310000", "2026-11-23", "old"}, {"110000", "2026-11-23", "beijing"}, {"110000", "2026-12-01", "old"},
		{"110000", "2026-12-31", "old"}, {"110000", "2027-01-01", "fix"}, {"110000", "2012-06-30", ""},
	} {
		got := ""
		if p, ok := Current(all, func(h Head) Head { return h }, c.region, calendar.MustParse(c.day)); ok {
			got = p.ID
		}
		if got != c.want {
			t.Errorf("%s on %s: %q, want %q", c.region, c.day, got, c.want)
		}
	}
}
