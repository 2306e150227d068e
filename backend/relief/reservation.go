package relief

import (
	"fmt"
	"time"

	"lianxin/backend/fault"
)

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

// MaxReserved bounds how long anything is set aside.
const MaxReserved = 400 * 24 * time.Hour

func (o Order) check() error {
	f := fault.New(fault.Invalid, "relief.order")
	for place, wrong := range map[string]bool{
		"id": o.ID == "", "for": o.For == "", "place_id": o.PlaceID == "",
		"channel": o.Channel != Reimbursed && o.Channel != Waived,
		"until":   !o.Until.After(o.At) || o.Until.Sub(o.At) > MaxReserved,
	} {
		if wrong {
			f.At(place, "relief.order", fmt.Sprintf("%s is missing or cannot be", place))
		}
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
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
	DonorIDs   []string // of the question, sorted
	MadeAt     time.Time
	Until      time.Time
	EndedAt    time.Time // zero while it is reserved
	Reason     string    // Reversed: why, a code
	// Assessment is what it was made by, without sources it takes nothing of. It is
	// sealed wherever it is stored.
	Assessment Assessment
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

// States are all of them, in the order they are told.
func States() []State { return []State{Reserved, Confirmed, Released, Lapsed, Reversed} }

// StateSum is what the reservations of one state are together.
type StateSum struct{ Number, ML, PayableFen int64 }

// isFor tells whether the reservation is that of an order.
func (r Reservation) isFor(o Order) bool {
	return r.For == o.For && r.Channel == o.Channel && r.PlaceID == o.PlaceID
}
