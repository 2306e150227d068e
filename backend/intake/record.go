// Package intake takes in what the stations' own systems report: donations, who
// gave them and what the laboratory found. Files and messages of every format
// become the same rows of text, the rows are checked in one place, and what passes
// is applied once, however often it is sent.
package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lianxin/backend/donation"
	"lianxin/backend/donor"
	"lianxin/backend/identity"
	"lianxin/backend/result"
)

// Record is one donation as a station reports it, checked. One without an ID is what the
// laboratory reported of a donation that is known, by its number: see IsReport.
type Record struct {
	ID       string             // the station's own name of it; says nothing of a person
	Person   identity.Person    //
	Phone    string             // "" when the station has none
	Earlier  *identity.Document // a document the same person had before
	Donation donor.Donation     // without ID and DonorID
	Group    donation.Group     // what is known of it
	Result   *result.Result     // nil until the laboratory has reported; without DonationID
}

// IsReport tells whether the record is nothing but a result: it has the donation's number,
// the group and the result.
func (r Record) IsReport() bool { return r.ID == "" }

// String shows the record's name only.
func (r Record) String() string { return "record " + r.ID }

// GoString keeps the person out of %#v.
func (r Record) GoString() string { return r.String() }

// canonical is everything the record says, for its digest.
func (r Record) canonical() (string, error) {
	text, err := json.Marshal(struct {
		Version  int
		Person   identity.Person
		Phone    string
		Earlier  *identity.Document
		Donation donor.Donation
		Group    donation.Group
		Result   *result.Result
	}{1, r.Person, r.Phone, r.Earlier, r.Donation, r.Group, r.Result})
	if err != nil {
		return "", fmt.Errorf("record %s: %w", r.ID, err)
	}
	return string(text), nil
}

// Fate is what became of a record.
type Fate string

const (
	Applied        Fate = "applied"
	AlreadyApplied Fate = "already_applied" // the same was sent before
	Corrected      Fate = "corrected"       // it was sent before and said something else then
	Refused        Fate = "refused"
)

// Known is a record that was applied.
type Known struct {
	RecordID   string
	Digest     string // keyed hash of all it said
	DonorID    string
	DonationID string
	At         time.Time
}

// Superseded is what a correction replaced.
type Superseded struct {
	ID       string
	Person   identity.Person
	Phone    string
	Donation donor.Donation
	Result   *result.Result
	At       time.Time
	By       string
}

// Store keeps what was taken in. All methods take part in the transaction that ctx carries.
type Store interface {
	result.Store
	// Known finds what was applied of a station by the station's names.
	Known(ctx context.Context, stationID string, recordIDs []string) (map[string]Known, error)
	SaveKnown(ctx context.Context, stationID string, all ...Known) error
	// Supersede keeps what corrections replaced; SupersededOf returns it, oldest first.
	Supersede(ctx context.Context, all ...Superseded) error
	SupersededOf(ctx context.Context, donationID string) ([]Superseded, error)
	DonorsByKeys(ctx context.Context, keys []string) (map[string]donor.Donor, error)
	DonorsByIDs(ctx context.Context, ids []string) (map[string]donor.Donor, error)
	// Alike finds for each donor, by ID, others with the same name, birth date, sex and phone.
	Alike(ctx context.Context, donors []donor.Donor) (map[string][]string, error)
	Suspect(ctx context.Context, pairs ...donor.Merge) error
	DonationsByDIN(ctx context.Context, numbers []donation.DIN) (map[donation.DIN]donor.Donation, error)
	DonationsByIDs(ctx context.Context, ids []string) (map[string]donor.Donation, error)
	// DonationsOfAll lists donations by donor, newest first.
	DonationsOfAll(ctx context.Context, donorIDs []string) (map[string][]donor.Donation, error)
	SaveDonors(ctx context.Context, all ...donor.Donor) error
	SaveDonations(ctx context.Context, all ...donor.Donation) error
}
