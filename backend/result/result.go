// Package result holds what a laboratory found in a donation, and what of it a
// donor may be shown.
package result

import (
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Result is what the center keeps of the tests of one donation. It is sealed
// wherever it is stored.
type Result struct {
	DonationID string
	Qualified  bool // every test passed
	Group      donation.Group
	ReportedOn calendar.Date // the day the laboratory reported it
	Markers    Markers       // only for who works the confidential calls, see Store
}

// Markers are the values behind a verdict. They never leave the center.
type Markers struct {
	HIV      Reading `json:"hiv,omitempty"`
	HBV      Reading `json:"hbv,omitempty"`
	HCV      Reading `json:"hcv,omitempty"`
	Syphilis Reading `json:"syphilis,omitempty"`
	ALT      float64 `json:"alt,omitempty"` // alanine aminotransferase, U/L; 0: not told
}

// FailsLike tells whether the same failed in the same way as in m. Whether ALT is too
// high is the laboratory's to say: it counts where no test for an infection failed.
func (m Markers) FailsLike(other Markers) bool { return m.failing() == other.failing() }

func (m Markers) failing() Markers {
	for _, r := range []*Reading{&m.HIV, &m.HBV, &m.HCV, &m.Syphilis} {
		if *r == NonReactive {
			*r = NotTold
		}
	}
	if m.IsReactive() {
		m.ALT = 0
	}
	return m
}

// Reading is what a test for an infection said.
type Reading string

const (
	NotTold      Reading = ""
	NonReactive  Reading = "nonreactive"
	Reactive     Reading = "reactive"
	Undetermined Reading = "undetermined"
)

// IsReactive tells whether any test for an infection found something, or could
// not exclude it. ALT alone is for the laboratory to judge: its limit is local.
func (m Markers) IsReactive() bool {
	for _, r := range []Reading{m.HIV, m.HBV, m.HCV, m.Syphilis} {
		if r == Reactive || r == Undetermined {
			return true
		}
	}
	return false
}

// HasPassed tells whether every test passed. A verdict that contradicts values which
// are there is taken as the careful one.
func (r Result) HasPassed() bool { return r.Qualified && !r.Markers.IsReactive() }

// String keeps values out of logs.
func (m Markers) String() string { return "result.Markers" }

// GoString keeps values out of %#v as well.
func (m Markers) GoString() string { return m.String() }

// Store keeps results. All methods take part in the transaction that ctx carries.
type Store interface {
	// SaveResults inserts or replaces by donation.
	SaveResults(ctx context.Context, all ...Result) error
	// Results finds by donation, without markers; donations without one are left out.
	Results(ctx context.Context, donationIDs []string) (map[string]Result, error)
	// Markers opens the values of one donation for whoever has a leave. Faults
	// "result.no_leave", "result.not_found".
	Markers(ctx context.Context, by Leave, donationID string) (Markers, error)
}
