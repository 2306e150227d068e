// Package correction lets donors say, where they look at what is on file of them,
// that something is not right, and lets staff answer. Nothing on file changes here:
// the station that keeps a record corrects it in its own system and reports it again.
package correction

import (
	"context"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/identity"
)

// Subject is what is not right.
type Subject string

// Subjects.
const (
	Missing Subject = "missing" // a donation is not on file
	NotMine Subject = "not_mine"
	Day     Subject = "day"
	Amount  Subject = "amount"
	Place   Subject = "place"
	Product Subject = "product"
)

// State is how far staff are.
type State string

// States. BringProof is an answer that waits for the donor, not for staff.
const (
	Open       State = "open"
	Corrected  State = "corrected"
	Unchanged  State = "unchanged"
	BringProof State = "bring_proof" // the certificate or card is needed at the desk
)

// Request is what a donor said, at a kiosk, of what is on file.
type Request struct {
	ID         string        `json:"id"`
	DonorKey   string        `json:"donor_key"`             // keyed hash of the document on the reader
	DonationID string        `json:"donation_id,omitempty"` // "" when a donation is missing
	Subject    Subject       `json:"subject"`
	About      calendar.Date `json:"about,omitzero"` // Missing: a day near it, as the donor remembers
	SiteID     string        `json:"site_id"`        // where it was said
	DeviceID   string        `json:"device_id"`
	At         time.Time     `json:"at"` // by the center's clock, as well as the device knows it
	// Person is who says so, when the center knows nobody under that document: staff
	// would have nothing to look for otherwise.
	Person *identity.Person `json:"person,omitempty"`

	// What staff at the center answered; no device says so.
	State      State     `json:"-"`
	AnsweredAt time.Time `json:"-"`
	AnsweredBy string    `json:"-"`
}

// Check tells whether a donor can have said this. Fault "correction.malformed".
func (r Request) Check() error {
	known := false
	switch r.Subject {
	case Missing:
		known = r.DonationID == ""
	case NotMine, Day, Amount, Place, Product:
		known = r.DonationID != "" && r.About.IsZero() && r.Person == nil
	}
	if !known || r.ID == "" || r.DonorKey == "" || r.SiteID == "" || r.DeviceID == "" || r.At.IsZero() {
		return fault.New(fault.Invalid, "correction.malformed")
	}
	return nil
}

// Repeats tells whether r says once more what earlier says and nobody has answered.
func (r Request) Repeats(earlier Request) bool {
	return earlier.State == Open && earlier.Subject == r.Subject && earlier.DonationID == r.DonationID && earlier.About == r.About
}

// Answer closes a request. The same answer again changes nothing; another one
// replaces it, for staff err too. Fault "correction.answer" for what is none.
func (r Request) Answer(as State, by string, now time.Time) (Request, error) {
	switch as {
	case Corrected, Unchanged, BringProof:
	default:
		return r, fault.New(fault.Invalid, "correction.answer")
	}
	if r.State != as {
		r.State, r.AnsweredAt, r.AnsweredBy = as, now.UTC(), by
	}
	return r, nil
}

// Store keeps requests at the center. All methods take part in the transaction
// that ctx carries.
type Store interface {
	SaveCorrection(ctx context.Context, r Request) error
	// LockCorrection finds by ID, and keeps others who answer it waiting; fault
	// "correction.not_found".
	LockCorrection(ctx context.Context, id string) (Request, error)
	// CorrectionsOf lists up to limit requests of one person's documents, newest first.
	CorrectionsOf(ctx context.Context, donorKeys []string, limit int) ([]Request, error)
}
