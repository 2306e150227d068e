package relief

import (
	"time"

	"lianxin/backend/calendar"
)

// Question asks what a patient is entitled to. Donations, honours and what was drawn
// before are looked up.
type Question struct {
	Region string // GB/T 2260 of the rules; "" for the center's own
	// On is the day of the assessment.
	On     calendar.Date
	Donors []Related
	Bill   Bill
}

// Related is a donor and what the patient is to them.
type Related struct {
	DonorID  string
	Relation Relation
}

// MaxDonors bounds the people one question names.
const MaxDonors = 20

// Order asks for a reservation. Its ID is made by whoever asks, before anything is
// sent, so that it may be told any number of times.
type Order struct {
	ID string // UUIDv7
	// For names what it is for, as the ID of a claim or of a hospital's stay.
	For      string
	Channel  Channel
	PlaceID  string // the office or hospital that asks
	Question Question
	// Expect is what was shown to whoever decided. When another has drawn meanwhile and
	// less or more is there, nothing is reserved: fault "relief.changed". nil takes what there is.
	Expect *Totals
	At     time.Time
	Until  time.Time // when the reservation lapses by itself
}

// Channel is by which way relief is given.
type Channel string

const (
	Reimbursed Channel = "reimbursed" // an office pays back what was paid
	Waived     Channel = "waived"     // a hospital asks for less at discharge
)

// Reservation is what was set aside for an order.
type Reservation struct {
	ID         string
	For        string
	Channel    Channel
	PlaceID    string
	State      State
	ML         int64
	PayableFen int64
	DonorIDs   []string // whose volumes it holds, sorted
	MadeAt     time.Time
	Until      time.Time
	EndedAt    time.Time // zero while it is reserved
	Reason     string    // Reversed: why, a code
}

// State is where a reservation is.
type State string

const (
	Reserved  State = "reserved"
	Confirmed State = "confirmed"
	Released  State = "released"
	Lapsed    State = "lapsed"   // its time ran out
	Reversed  State = "reversed" // it was confirmed, and that was wrong
)

// Rules gives the pack in force for a region on a day; region "" is the center's own.
type Rules func(region string, on calendar.Date) (*Pack, error)

// Service answers what somebody is entitled to and keeps account of it. Every method
// may be told the same twice and acts once.
type Service struct {
	Store Store
	Rules Rules
}
