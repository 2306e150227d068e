package appointment

import (
	"slices"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/site"
)

func TestFallingOut(t *testing.T) {
	monday, tuesday := calendar.MustParse("2026-11-23"), calendar.MustParse("2026-11-24")
	before := site.Site{SlotLength: 30, Hours: site.Week{"mon": {{Opens: "09:00", Closes: "17:00"}}, "tue": {{Opens: "09:00", Closes: "17:00"}}},
		Offers: []site.Offer{{Product: donation.WholeBlood, Volumes: []donation.Volume{200, 400}, Places: 2}, {Product: donation.Apheresis, Units: []donation.Units{1}, Places: 1}}}
	book := func(day calendar.Date, start string, volume int) Appointment {
		return Appointment{Day: day, Start: start, Product: donation.WholeBlood, VolumeML: volume, Status: Booked}
	}
	booked := []Appointment{book(monday, "09:00", 400), book(monday, "09:00", 200), book(monday, "16:30", 400), book(tuesday, "12:00", 400),
		{Day: tuesday, Start: "10:00", Product: donation.Apheresis, Units: 1, Status: Booked},
		{Day: tuesday, Start: "10:00", Product: donation.Apheresis, Units: 1, Status: Cancelled},
		book(tuesday, "08:00", 400)} // was never within the hours
	cases := []struct {
		name string
		edit func(*site.Site)
		want []Unfit
	}{
		{"nothing changes", func(*site.Site) {}, []Unfit{}},
		{"closes earlier", func(s *site.Site) { s.Hours["mon"] = site.Hours{{Opens: "09:00", Closes: "16:45"}} },
			[]Unfit{{monday, "16:30", donation.WholeBlood, Closed, 1}}},
		{"a break", func(s *site.Site) {
			s.Hours["tue"] = site.Hours{{Opens: "09:00", Closes: "12:00"}, {Opens: "13:00", Closes: "17:00"}}
		},
			[]Unfit{{tuesday, "12:00", donation.WholeBlood, Closed, 1}}},
		{"a holiday", func(s *site.Site) { s.Exceptions = []site.Exception{{Date: monday}} },
			[]Unfit{{monday, "09:00", donation.WholeBlood, Closed, 2}, {monday, "16:30", donation.WholeBlood, Closed, 1}}},
		{"longer slots", func(s *site.Site) { s.SlotLength = 60 }, []Unfit{{monday, "16:30", donation.WholeBlood, Closed, 1}}},
		{"fewer places", func(s *site.Site) { s.Offers[0].Places = 1 }, []Unfit{{monday, "09:00", donation.WholeBlood, Full, 1}}},
		{"an amount less", func(s *site.Site) { s.Offers[0].Volumes = []donation.Volume{400} }, []Unfit{{monday, "09:00", donation.WholeBlood, NotOffered, 1}}},
		{"a product less", func(s *site.Site) { s.Offers = s.Offers[:1] }, []Unfit{{tuesday, "10:00", donation.Apheresis, NotOffered, 1}}},
	}
	for _, c := range cases {
		after := before
		after.Hours = site.Week{"mon": before.Hours["mon"], "tue": before.Hours["tue"]}
		after.Offers = slices.Clone(before.Offers)
		c.edit(&after)
		if got := FallingOut(before, after, booked); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
