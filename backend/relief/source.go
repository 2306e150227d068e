package relief

import (
	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// Share says for whom a donation earns blood. Both are counted apart.
type Share string

const (
	Own    Share = "own"    // for the donor
	Family Share = "family" // for the relatives together
	// Lifetime is the donor's own once their donations are enough: without limit.
	Lifetime Share = "lifetime"
)

// Source is what millilitres are drawn from: a share of a donation, or the lifetime
// right of a donor.
type Source struct {
	Of    string `json:"of" doc:"Donation, or donor when the share is lifetime"`
	Share Share  `json:"share" enum:"own,family,lifetime"`
}

// String is unique among sources.
func (s Source) String() string { return s.Of + "/" + string(s.Share) }

// Drawn is what was taken from a source until now, in mL.
type Drawn struct {
	ReservedML  int64 // set aside, neither confirmed nor released
	UsedML      int64 // confirmed
	AvailableML int64 // what was left when somebody last drew; only the book itself looks at it
}

// ML is both together: what nobody else can have.
func (d Drawn) ML() int64 { return d.ReservedML + d.UsedML }

// Donation is one donation as far as relief looks at it.
type Donation struct {
	ID          string
	Product     donation.Product
	VolumeML    int // whole blood, mL
	Units       int // apheresis, units
	On          calendar.Date
	Unqualified bool // the blood did not pass; set only where the pack looks at it, see Pack.AsksVerdicts
}

// Donor is somebody whose donations may cover the patient's blood.
type Donor struct {
	ID        string // any of the donors who are one person
	Relation  Relation
	Donations []Donation
	Honours   []string // ids of the grades earned, see package award
}

// Case is everything an assessment looks at.
type Case struct {
	On     calendar.Date // day of the assessment
	Donors []Donor       // the patient as well, when they gave: Relation Self
	Bill   Bill
	Drawn  map[Source]Drawn // what was taken before; sources that were never drawn from may be missing
}
