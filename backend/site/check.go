package site

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

// Check tells what is wrong with a site as a whole: fault "site.invalid" with a place such
// as ".hours.mon" for each mistake. It repeats nothing of what was typed.
func Check(s Site) error {
	f := fault.New(fault.Invalid, "site.invalid")
	check := siteCheck{func(field, code, _ string) { f.At(field, code, "") }}
	check.all(s)
	if len(s.Hours) == 0 {
		check.at(".hours", "missing", "hours of at least one day")
	}
	for day, hours := range s.Hours {
		switch {
		case !slices.Contains(Weekdays(), day):
			check.at(".hours", "weekday", "")
		case len(hours) == 0 || !hours.forward():
			check.at(".hours."+string(day), "hours", "do not go forward")
		}
	}
	for i, e := range s.Exceptions {
		field := fmt.Sprintf(".exceptions[%d]", i)
		if e.Date.IsZero() || slices.ContainsFunc(s.Exceptions[:i], func(o Exception) bool { return o.Date == e.Date }) {
			check.at(field+".date", "date", "missing, or there twice")
		}
		if !e.Hours.forward() {
			check.at(field+".hours", "hours", "do not go forward")
		}
		check.both(field+".note", e.Note)
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

// forward tells whether the spans are times of day, one after the other.
func (h Hours) forward() bool {
	last := -1
	for _, s := range h {
		opens, err := ParseClock(string(s.Opens))
		closes, wrong := ParseClock(string(s.Closes))
		if err != nil || wrong != nil || opens.Minutes() <= last || closes.Minutes() <= opens.Minutes() {
			return false
		}
		last = closes.Minutes()
	}
	return true
}

// siteCheck looks for the mistakes of one site.
type siteCheck struct {
	at func(field, code, detail string)
}

// all looks at everything but hours, which files write as text.
func (c siteCheck) all(s Site) {
	c.texts(s)
	c.codes(s)
	c.position(s)
	c.offers(s)
}

func (c siteCheck) both(field string, t lang.Text) {
	if !t.IsComplete() {
		c.at(field, "language_missing", "needs zh and en")
	}
}

func (c siteCheck) texts(s Site) {
	c.both(".name", s.Name)
	c.both(".address", s.Address)
	c.both(".transport", s.Transport)
}

var (
	plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	phone   = regexp.MustCompile(`^[0-9][0-9 -]{3,19}$`)
)

func (c siteCheck) codes(s Site) {
	if !plainID.MatchString(s.ID) || len(s.ID) > 40 {
		c.at(".id", "id", "small letters, digits and hyphens, at most 40")
	}
	if _, ok := FindStation(s.Station); !ok {
		c.at(".station", "station", fmt.Sprintf("%q is no station", s.Station))
	}
	if s.Kind != Fixed && s.Kind != Mobile {
		c.at(".kind", "kind", fmt.Sprintf("%q is neither fixed nor mobile", s.Kind))
	}
	if !phone.MatchString(s.Phone) {
		c.at(".phone", "phone", "digits, spaces and hyphens")
	}
	for i, f := range s.Facilities {
		if !slices.Contains(Facilities(), f) || slices.Contains(s.Facilities[:i], f) {
			c.at(fmt.Sprintf(".facilities[%d]", i), "facility", fmt.Sprintf("%q is unknown or there twice", f))
		}
	}
}

// Beijing's box in WGS-84 degrees, a little wide.
const south, north, west, east = 39.40, 41.10, 115.40, 117.55

func (c siteCheck) position(s Site) {
	district, ok := Districts().District(s.District)
	if !ok {
		c.at(".district", "district", fmt.Sprintf("%q is no district of Beijing", s.District))
		return
	}
	p := s.Position
	if math.IsNaN(p.Latitude) || math.IsNaN(p.Longitude) || p.Latitude < south || p.Latitude > north || p.Longitude < west || p.Longitude > east {
		c.at(".position", "position", "outside Beijing; are latitude and longitude in each other's place?")
		return
	}
	if !district.Contains(Districts().Projection.Place(p)) {
		c.at(".position", "position", "outside "+district.Name.EN)
	}
}

func (c siteCheck) offers(s Site) {
	if len(s.Offers) == 0 {
		c.at(".offers", "missing", "at least one product")
	}
	if s.SlotLength < 5 || s.SlotLength > 240 {
		c.at(".slot_length", "slot_length", "5 to 240 minutes")
	}
	for i, o := range s.Offers {
		field := fmt.Sprintf(".offers[%d]", i)
		if !o.Product.Valid() || slices.ContainsFunc(s.Offers[:i], func(p Offer) bool { return p.Product == o.Product }) {
			c.at(field+".product", "product", fmt.Sprintf("%q is unknown or there twice", o.Product))
			continue
		}
		if len(o.Amounts()) == 0 {
			c.at(field, "amount", "no amount")
		}
		for _, a := range o.Amounts() {
			if err := o.Product.Check(a); err != nil {
				c.at(field, "amount", err.Error())
			}
		}
		if o.Places < 1 || o.Places > 100 {
			c.at(field+".places", "places", "1 to 100 people in a slot")
		}
	}
}
