package site

import (
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

// Kind tells a house from a vehicle.
type Kind string

const (
	Fixed  Kind = "fixed"
	Mobile Kind = "mobile"
)

// Facility is something a site has besides its beds. Codes are stored and never change.
type Facility string

// Facilities a site may name.
const (
	WiFi       Facility = "wifi"
	TV         Facility = "tv"
	Printing   Facility = "printing"
	Reading    Facility = "reading"
	Parking    Facility = "parking"
	Accessible Facility = "accessible" // step-free
	Water      Facility = "water"
	Snacks     Facility = "snacks"
	Charging   Facility = "charging" // for phones
	Toilet     Facility = "toilet"
)

// Facilities returns every facility in the order screens show them.
func Facilities() []Facility {
	return []Facility{WiFi, TV, Reading, Printing, Charging, Water, Snacks, Toilet, Parking, Accessible}
}

// Site is one place to give blood.
type Site struct {
	ID         string      `json:"id" yaml:"id" example:"xizhimen"`
	Station    StationID   `json:"station" yaml:"station" doc:"The station that runs it"`
	District   string      `json:"district" yaml:"district" example:"110102" doc:"GB/T 2260"`
	Kind       Kind        `json:"kind" yaml:"kind" enum:"fixed,mobile"`
	Name       lang.Text   `json:"name" yaml:"name"`
	Address    lang.Text   `json:"address" yaml:"address"`
	Transport  lang.Text   `json:"transport" yaml:"transport" doc:"How to come without a car"`
	Phone      string      `json:"phone" yaml:"phone"`
	Position   Position    `json:"position" yaml:"position"`
	Hours      Week        `json:"hours" yaml:"-" doc:"Usual opening hours; a day that is absent is closed"`
	Exceptions []Exception `json:"exceptions,omitempty" yaml:"-" doc:"Days with other hours"`
	Facilities []Facility  `json:"facilities" yaml:"facilities"`
	Offers     []Offer     `json:"offers" yaml:"offers" doc:"What can be given here"`
	SlotLength int         `json:"slot_length" yaml:"slot_length" doc:"Length of a booking slot, minutes"`
}

// Offer is a product that can be given at a site, and in which amounts.
type Offer struct {
	Product donation.Product  `json:"product" yaml:"product" enum:"whole_blood,apheresis_platelets"`
	Volumes []donation.Volume `json:"volumes,omitempty" yaml:"volumes" doc:"Whole blood, mL"`
	Units   []donation.Units  `json:"units,omitempty" yaml:"units" doc:"Apheresis units"`
	Places  int               `json:"places" yaml:"places" doc:"People who can start in one slot"`
}

// Amounts returns the amounts of the offer, smallest first.
func (o Offer) Amounts() []donation.Amount {
	var amounts []donation.Amount
	for _, v := range o.Volumes {
		amounts = append(amounts, donation.Amount{Volume: v})
	}
	for _, u := range o.Units {
		amounts = append(amounts, donation.Amount{Units: u})
	}
	return amounts
}

// Offer returns what the site offers of a product; ok is false when nothing.
func (s Site) Offer(p donation.Product) (offer Offer, ok bool) {
	i := slices.IndexFunc(s.Offers, func(o Offer) bool { return o.Product == p })
	if i < 0 {
		return Offer{}, false
	}
	return s.Offers[i], true
}

// OpenOn returns the opening hours on a day: those of an exception, else the
// usual ones; none when the site is closed.
func (s Site) OpenOn(day calendar.Date) Hours {
	for _, e := range s.Exceptions {
		if e.Date == day {
			return e.Hours
		}
	}
	return s.Hours[WeekdayOf(day)]
}

// Slot is a booking slot of a day.
type Slot struct {
	Start  Clock `json:"start"`
	Places int   `json:"places"`
}

// SlotsOn returns the booking slots for a product on a day. A slot must end
// before the site closes.
func (s Site) SlotsOn(day calendar.Date, p donation.Product) []Slot {
	offer, ok := s.Offer(p)
	if !ok || s.SlotLength <= 0 {
		return nil
	}
	var slots []Slot
	for _, span := range s.OpenOn(day) {
		for start := span.Opens.Minutes(); start+s.SlotLength <= span.Closes.Minutes(); start += s.SlotLength {
			slots = append(slots, Slot{Start: ClockAt(start), Places: offer.Places})
		}
	}
	return slots
}
