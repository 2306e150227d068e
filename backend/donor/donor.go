// Package donor holds the people who give blood, what they gave, and what keeps
// them from giving for a while.
package donor

import (
	"cmp"
	"context"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
)

// Donor is a person known to the center. Person is sealed wherever it is stored.
type Donor struct {
	ID        string          // UUIDv7
	StationID string          // the station that keeps the file
	SiteID    string          // where the donor last gave; decides which kiosks know the donor card
	Key       string          // keyed hash of the document, see screening.Key
	Card      string          // code of the donor card; opaque, printed as a QR
	CardKey   string          `json:"-"` // keyed hash of Card, see CardKey; only for the center to find it by
	Person    identity.Person // name, document, birth date, sex
	Phone     string          // clearly fake in sample data
	ABO       string          // "A", "B", "AB", "O", or "" before the first test
	RhD       string          // "+", "-", or ""
	// MergedInto is the donor who is the same person, as staff decided; "" for none.
	// Only the center knows.
	MergedInto string `json:"-"`
}

// Head is the ID under which everything of the person is counted together.
func (d Donor) Head() string { return cmp.Or(d.MergedInto, d.ID) }

// Donation is one completed donation.
type Donation struct {
	ID       string
	DonorID  string
	SiteID   string
	DIN      donation.DIN
	Product  donation.Product
	VolumeML int // whole blood: 200, 300 or 400 mL; apheresis: platelets and plasma together, which are limited a year
	Units    int // apheresis: 1 or 2 units
	On       calendar.Date
	Reaction bool // the donor had an adverse reaction
}

// Deferral keeps a donor from giving until a date.
type Deferral struct {
	ID       string
	DonorID  string
	RuleID   string        // rule of the donor-selection pack
	From     calendar.Date // first day of the deferral
	Until    calendar.Date // first day on which giving is possible again; zero = permanent
	Products []donation.Product
}

// Store keeps donors. All methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// SaveDonor inserts or replaces by ID.
	SaveDonor(ctx context.Context, d Donor) error
	DeleteDonor(ctx context.Context, id string) error
	// Donor finds by ID; fault "donor.not_found", as for the other two.
	Donor(ctx context.Context, id string) (Donor, error)
	DonorByKey(ctx context.Context, key string) (Donor, error)
	DonorByCard(ctx context.Context, card string) (Donor, error)
	InsertDonation(ctx context.Context, d Donation) error
	// DonationsOf returns a donor's donations, newest first, with those of everybody
	// who is the same person; DonorID tells whose each is. So does DeferralsOf.
	DonationsOf(ctx context.Context, donorID string) ([]Donation, error)
	InsertDeferral(ctx context.Context, d Deferral) error
	DeferralsOf(ctx context.Context, donorID string) ([]Deferral, error)
}
