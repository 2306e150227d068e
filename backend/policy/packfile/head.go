package packfile

import (
	"regexp"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Nationwide is the region of a pack that applies wherever no pack of the region does.
const Nationwide = "CN"

// Head says what a pack is, and where and when it is in force.
type Head struct {
	ID      string        `json:"id"`      // "donor-selection"
	Version string        `json:"version"` // grows as text: "2026.1"
	Region  string        `json:"region"`  // GB/T 2260 code of a province, or Nationwide
	Title   lang.Text     `json:"title"`
	From    calendar.Date `json:"from"`           // first day in force
	Until   calendar.Date `json:"until,omitzero"` // first day no longer in force; zero = open
	Source  string        `json:"source"`         // the public document the rules are taken from
}

var (
	kebab    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	version  = regexp.MustCompile(`^[0-9]{4}\.[0-9]{1,4}$`)
	regionID = regexp.MustCompile(`^(CN|[0-9]{6})$`)
)

// Read takes the head out of the field "pack" of a document; a pack has one.
func (h *Head) Read(c Cursor) {
	if h.IsRead() {
		c.Fault("pack.duplicate_header", "a pack has one header; the other one is in another document")
		return
	}
	fields := c.Mapping("id", "version", "region", "title", "from", "until", "source")
	Need(c, fields, "id", func(f Cursor) { h.ID = f.ID("donor-selection") })
	Need(c, fields, "version", func(f Cursor) { h.Version = f.Matching(version, "2026.1") })
	Need(c, fields, "region", func(f Cursor) { h.Region = f.Matching(regionID, "CN or 110000") })
	Need(c, fields, "title", func(f Cursor) { h.Title = f.Translated() })
	Need(c, fields, "from", func(f Cursor) { h.From = f.Date() })
	Need(c, fields, "source", func(f Cursor) { h.Source = f.Text() })
	if f, ok := fields["until"]; ok {
		if h.Until = f.Date(); !h.Until.IsZero() && !h.Until.After(h.From) {
			f.Fault("pack.not_after", "until %s is not after from %s", h.Until, h.From)
		}
	}
}

// IsRead tells whether anything of a head was there.
func (h Head) IsRead() bool { return h != Head{} }

// InForce tells whether the pack applies on a day.
func (h Head) InForce(day calendar.Date) bool {
	return !day.Before(h.From) && (h.Until.IsZero() || day.Before(h.Until))
}

// Current chooses the pack for a region and a day: in force, of that region
// before Nationwide, then the one that began last, then the highest version.
// ok is false when none is in force.
func Current[P any](packs []P, head func(P) Head, region string, day calendar.Date) (best P, ok bool) {
	for _, p := range packs {
		h := head(p)
		if !h.InForce(day) || (h.Region != region && h.Region != Nationwide) {
			continue
		}
		if !ok || h.outranks(head(best), region) {
			best, ok = p, true
		}
	}
	return best, ok
}

func (h Head) outranks(other Head, region string) bool {
	if own, its := h.Region == region, other.Region == region; own != its {
		return own
	}
	if h.From != other.From {
		return h.From.After(other.From)
	}
	return h.Version > other.Version
}
