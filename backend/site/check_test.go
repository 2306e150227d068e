package site

import (
	"slices"
	"strings"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

func TestCheckNamesEveryMistake(t *testing.T) {
	samples, err := Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range samples {
		if err := Check(s); err != nil {
			t.Errorf("%s: %v", s.ID, err)
		}
	}
	day := calendar.MustParse("2027-01-01")
	for place, edit := range map[string]func(*Site){
		".id":                 func(s *Site) { s.ID = "Wang Fu Jing" },
		".name":               func(s *Site) { s.Name.EN = "" },
		".phone":              func(s *Site) { s.Phone = "x" },
		".position":           func(s *Site) { s.Position.Latitude, s.Position.Longitude = s.Position.Longitude, s.Position.Latitude },
		".slot_length":        func(s *Site) { s.SlotLength = 0 },
		".offers[0].places":   func(s *Site) { s.Offers = slices.Clone(s.Offers); s.Offers[0].Places = 0 },
		".hours":              func(s *Site) { s.Hours = nil },
		".hours.mon":          func(s *Site) { s.Hours = Week{"mon": {{"17:00", "09:00"}}} },
		".hours.tue":          func(s *Site) { s.Hours = Week{"tue": {{"09:00", "12:00"}, {"11:00", "17:00"}}} },
		".hours ":             func(s *Site) { s.Hours = Week{"mon": {{"09:00", "17:00"}}, "noday": {{"09:00", "17:00"}}} },
		".exceptions[0].note": func(s *Site) { s.Exceptions = []Exception{{Date: day}} },
		".exceptions[1].date": func(s *Site) {
			note := samples[0].Name
			s.Exceptions = []Exception{{Date: day, Note: note}, {Date: day, Note: note}}
		},
	} {
		s := samples[0]
		edit(&s)
		f := fault.From(Check(s))
		if f.Code != "site.invalid" || len(f.Places) != 1 || f.Places[0].Location != strings.TrimSpace(place) {
			t.Errorf("%s: %s %v", place, f.Code, f.Places)
		}
	}
}
