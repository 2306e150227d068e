package donor

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// PhoneForm is the digits of a phone in one spelling, "" for none.
func (d Donor) PhoneForm() string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, norm.NFKC.String(d.Phone))
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86") // mobile numbers of China have 11 digits
	}
	return digits
}

// NameForm is the name in one spelling: width, case and spaces do not count.
func (d Donor) NameForm() string {
	return strings.ToUpper(strings.Join(strings.Fields(norm.NFKC.String(d.Person.DisplayName())), ""))
}

// Likeness is how one thing known of two donors compares.
type Likeness string

const (
	Same      Likeness = "same"
	Different Likeness = "different"
	Unknown   Likeness = "unknown" // of one of them it is not known
)

// Compared is what tells two donors apart, or does not. Their documents are always two.
type Compared struct {
	Name       Likeness `json:"name" enum:"same,different,unknown"`
	Born       Likeness `json:"born" enum:"same,different,unknown"`
	Sex        Likeness `json:"sex" enum:"same,different,unknown"`
	Phone      Likeness `json:"phone" enum:"same,different,unknown" doc:"Of the whole number, of which the end is shown"`
	BloodGroup Likeness `json:"blood_group" enum:"same,different,unknown" doc:"One person has one group"`
}

// Compare holds two donors against each other.
func Compare(one, other Donor) Compared {
	return Compared{
		Name:       likeness(one.NameForm(), other.NameForm()),
		Born:       likeness(one.Person.Born, other.Person.Born),
		Sex:        likeness(one.Person.Sex, other.Person.Sex),
		Phone:      likeness(one.PhoneForm(), other.PhoneForm()),
		BloodGroup: bloodLikeness(one, other),
	}
}

func likeness[T comparable](one, other T) Likeness {
	var none T
	switch {
	case one == none || other == none:
		return Unknown
	case one == other:
		return Same
	}
	return Different
}

// bloodLikeness is different as soon as one of the two systems is, and the same only when
// both are.
func bloodLikeness(one, other Donor) Likeness {
	abo, rhd := likeness(one.ABO, other.ABO), likeness(one.RhD, other.RhD)
	switch {
	case abo == Different || rhd == Different:
		return Different
	case abo == Same && rhd == Same:
		return Same
	}
	return Unknown
}
