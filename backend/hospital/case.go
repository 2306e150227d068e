package hospital

import (
	"fmt"
	"slices"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/relief"
)

// Case is one stay of a patient for which millilitres were set aside. Its state is that
// of what was set aside; docs/hospitals.md draws how it goes.
type Case struct {
	ID           string
	HospitalID   string
	District     string // of the hospital, when the case was opened
	Reference    string // the center's number of it, for statements
	Number       string // the hospital's own; sealed, for it leads to a patient
	State        relief.State
	Version      int // grows by one with each change
	Reservation  string
	ML           int64 // covered
	WaivedFen    int64
	MadeAt       time.Time
	Until        time.Time // Reserved: when it lapses
	ConfirmedAt  time.Time // zero before
	CorrectUntil time.Time // Confirmed: until when it may be corrected
	Inquiry      Inquiry
	Coverage     Coverage
	Digest       string // of the inquiry it was opened with: its number may be told again
	// Last is the digest of the last correction: told again it is done once.
	Last string
}

// Order asks for a case.
type Order struct {
	Number string `json:"number" minLength:"1" maxLength:"64" pattern:"^[A-Za-z0-9][A-Za-z0-9._:/-]*$" doc:"The hospital's own number of the stay's bill. The same number is the same case"`
	Inquiry
	Expect *Expected `json:"expect,omitempty" doc:"What was shown. When there is less or more now, nothing is set aside"`
}

// Expected is what somebody was shown before they decided.
type Expected struct {
	CoveredML int64 `json:"covered_ml" minimum:"0"`
	WaivedFen int64 `json:"waived_fen" minimum:"0"`
}

// Reason is why a case is corrected.
type Reason string

const (
	WrongPatient Reason = "wrong_patient"
	WrongBill    Reason = "wrong_bill"
	WrongDonor   Reason = "wrong_donor"
	NotUsed      Reason = "not_used"
)

// Reasons are all of them.
func Reasons() []Reason { return []Reason{WrongPatient, WrongBill, WrongDonor, NotUsed} }

// Valid tells whether r is one of Reasons.
func (r Reason) Valid() bool { return slices.Contains(Reasons(), r) }

// Correction puts a case right: another inquiry instead of the first one, or nothing.
type Correction struct {
	Version int      `json:"version" minimum:"1" doc:"Of the case that was looked at"`
	Reason  Reason   `json:"reason" enum:"wrong_patient,wrong_bill,wrong_donor,not_used"`
	Instead *Inquiry `json:"instead,omitempty" doc:"What it should have been; absent to take all of it back"`
}

// View is a case as its hospital sees it.
type View struct {
	ID            string       `json:"id"`
	Number        string       `json:"number"`
	Reference     string       `json:"reference" doc:"The center's number of it, on statements"`
	State         relief.State `json:"state" enum:"reserved,confirmed,released,lapsed,reversed"`
	Version       int          `json:"version"`
	CoveredML     int64        `json:"covered_ml"`
	WaivedFen     int64        `json:"waived_fen"`
	ReservedUntil time.Time    `json:"reserved_until,omitzero" doc:"When what was set aside lapses"`
	CorrectUntil  time.Time    `json:"correct_until,omitzero" doc:"Until when it may be corrected"`
	Coverage      Coverage     `json:"coverage"`
}

// ViewAt is the case as its hospital sees it at a time.
func (c Case) ViewAt(now time.Time) View {
	v := View{ID: c.ID, Number: c.Number, Reference: c.Reference, State: c.State, Version: c.Version, CoveredML: c.ML, WaivedFen: c.WaivedFen, Coverage: c.Coverage}
	switch {
	case c.State == relief.Reserved && !now.Before(c.Until):
		v.State, v.ReservedUntil = relief.Lapsed, c.Until
	case c.State == relief.Reserved:
		v.ReservedUntil = c.Until
	case c.State == relief.Confirmed:
		v.CorrectUntil = c.CorrectUntil
	}
	return v
}

// Act is what was done with a case.
type Act string

const (
	ReserveAct Act = "reserve"
	ConfirmAct Act = "confirm"
	ReleaseAct Act = "release"
	CorrectAct Act = "correct"
	ReverseAct Act = "reverse"
)

// Event is one step in the history of a case; it names nobody and is never changed.
type Event struct {
	CaseID     string
	HospitalID string
	Seq        int // version of the case it led to
	At         time.Time
	By         string // the hospital's client
	Act        Act
	Reason     Reason
	State      relief.State // after it
	ML         int64
	WaivedFen  int64
	GrewML     int64 // by how much what is confirmed grew by it
	GrewFen    int64
}

// event is the step that led from a case to this one.
func (c Case) event(before Case, act Act, reason Reason, by string, at time.Time) Event {
	ml, fen := c.confirmed()
	hadML, hadFen := before.confirmed()
	return Event{CaseID: c.ID, HospitalID: c.HospitalID, Seq: c.Version, At: at, By: by, Act: act, Reason: reason, State: c.State, ML: c.ML, WaivedFen: c.WaivedFen,
		GrewML: ml - hadML, GrewFen: fen - hadFen}
}

// confirmed is what of a case is confirmed.
func (c Case) confirmed() (ml, fen int64) {
	if c.State != relief.Confirmed {
		return 0, 0
	}
	return c.ML, c.WaivedFen
}

// reference is what people call a case by: district, year, and its place among them.
func reference(district string, year, n int) string {
	return fmt.Sprintf("H%s-%d-%05d", district, year, n)
}

// isSame refuses another inquiry under a number that is used.
func (c Case) isSame(digest string) error {
	if c.Digest != digest {
		return fault.New(fault.Conflict, "hospital.number_used")
	}
	return nil
}

// IsOver tells whether nothing is set aside or used for the case any more. What only lapsed
// by the clock is not: it may be confirmed until it is given back.
func (c Case) IsOver() bool {
	return slices.Contains([]relief.State{relief.Released, relief.Lapsed, relief.Reversed}, c.State)
}
