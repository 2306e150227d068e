package site

import (
	"encoding/json"
	"reflect"
	"testing"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

func loaded(t *testing.T) Site {
	t.Helper()
	sites, err := Load("s.yaml", []byte(oneSite))
	if err != nil {
		t.Fatal(err)
	}
	return sites[0]
}

func TestOpenOn(t *testing.T) {
	s := loaded(t)
	for day, want := range map[string]Hours{
		"2026-11-23": {{"09:00", "12:00"}, {"13:00", "17:00"}}, // Monday
		"2026-11-27": {{"09:00", "12:00"}, {"13:00", "17:00"}}, // Friday
		"2026-11-28": nil,                                      // Saturday
		"2026-11-29": {{"10:00", "16:00"}},                     // Sunday
		"2027-01-01": {{"10:00", "12:00"}},                     // a holiday with other hours, a Friday
		"2027-02-06": {},                                       // a holiday, closed
	} {
		if got := s.OpenOn(calendar.MustParse(day)); !reflect.DeepEqual(got, want) {
			t.Errorf("on %s: %v, want %v", day, got, want)
		}
	}
}

func TestHoursContain(t *testing.T) {
	hours, err := ParseHours("09:00-12:00, 13:00-24:00")
	if err != nil {
		t.Fatal(err)
	}
	for clock, want := range map[Clock]bool{"08:59": false, "09:00": true, "11:59": true, "12:00": false, "13:00": true, "23:59": true, "00:00": false} {
		if got := hours.Contain(clock); got != want {
			t.Errorf("open at %s: %v", clock, got)
		}
	}
}

func TestParseClock(t *testing.T) {
	for _, s := range []string{"00:00", "09:30", "23:59", "24:00"} {
		if c, err := ParseClock(s); err != nil || ClockAt(c.Minutes()) != c {
			t.Errorf("ParseClock(%q) = %q, %v", s, c, err)
		}
	}
	for _, s := range []string{"", "9:30", "24:01", "12:60", "12.30", "12:30:00", " 12:30"} {
		if c, err := ParseClock(s); err == nil {
			t.Errorf("ParseClock(%q) = %q", s, c)
		}
	}
}

func TestSlotsOn(t *testing.T) {
	s := loaded(t)
	monday := calendar.MustParse("2026-11-23")
	slots := s.SlotsOn(monday, donation.WholeBlood)
	if len(slots) != 6+8 || slots[0] != (Slot{"09:00", 4}) || slots[5].Start != "11:30" || slots[6].Start != "13:00" || slots[13].Start != "16:30" {
		t.Errorf("whole blood: %v", slots)
	}
	if got := s.SlotsOn(monday, donation.Apheresis); len(got) != 14 || got[0].Places != 2 {
		t.Errorf("apheresis: %v", got)
	}
	if got := s.SlotsOn(calendar.MustParse("2026-11-28"), donation.WholeBlood); len(got) != 0 {
		t.Errorf("on a closed day: %v", got)
	}
	s.SlotLength = 100 // 09:00 to 10:40, then 20 minutes before noon stay empty
	if got := s.SlotsOn(monday, donation.WholeBlood); len(got) != 1+2 {
		t.Errorf("slots of 100 minutes: %v", got)
	}
	s.SlotLength = 0
	if got := s.SlotsOn(monday, donation.WholeBlood); got != nil {
		t.Errorf("without a length: %v", got)
	}
}

func TestOffers(t *testing.T) {
	s := loaded(t)
	o, ok := s.Offer(donation.Apheresis)
	if !ok || !reflect.DeepEqual(o.Amounts(), []donation.Amount{{Units: 1}, {Units: 2}}) {
		t.Errorf("apheresis: %v %v", ok, o)
	}
	s.Offers = s.Offers[:1]
	if _, ok := s.Offer(donation.Apheresis); ok {
		t.Error("offers what it does not")
	}
}

func TestDistanceMetres(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Position
		want int
	}{
		{"nowhere", Position{39.9, 116.4}, Position{39.9, 116.4}, 0},
		{"a degree of latitude", Position{39, 116}, Position{40, 116}, 111_195},
		{"a degree of longitude at 60° is half", Position{60, 10}, Position{60, 11}, 55_597},
		{"a quarter of the equator", Position{0, 0}, Position{0, 90}, 10_007_557},
		{"the other side of the earth", Position{0, 0}, Position{0, 180}, 20_015_115},
	} {
		got, back := DistanceMetres(c.a, c.b), DistanceMetres(c.b, c.a)
		if got < c.want-2 || got > c.want+2 || got != back {
			t.Errorf("%s: %d and back %d, want %d", c.name, got, back, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	sites := sampleSites(t)
	from := Position{39.9395, 116.3505} // Xizhimen
	all := Nearest(sites, from, "")
	if len(all) != len(sites) || all[0].Site.ID != "xizhimen" || all[0].DistanceMetres != 0 {
		t.Errorf("%d of %d sites, first %s at %d m", len(all), len(sites), all[0].Site.ID, all[0].DistanceMetres)
	}
	for i := 1; i < len(all); i++ {
		if all[i].DistanceMetres < all[i-1].DistanceMetres {
			t.Errorf("%s comes before a nearer one", all[i-1].Site.ID)
		}
	}
	platelets := Nearest(sites, from, donation.Apheresis)
	if len(platelets) == 0 || len(platelets) == len(all) {
		t.Errorf("%d of %d sites take platelets", len(platelets), len(all))
	}
	for _, r := range platelets {
		if _, ok := r.Site.Offer(donation.Apheresis); !ok {
			t.Errorf("%s takes no platelets", r.Site.ID)
		}
	}
	twins := []Site{{ID: "b"}, {ID: "a"}}
	if got := Nearest(twins, from, ""); got[0].Site.ID != "a" {
		t.Error("sites equally far are not ordered by ID")
	}
	if got, err := json.Marshal(Nearest(nil, from, "")); err != nil || string(got) != "[]" {
		t.Errorf("no site gives %s, %v", got, err)
	}
}

// A site is stored and sent as JSON.
func TestSiteSurvivesJSON(t *testing.T) {
	for _, s := range append(sampleSites(t), loaded(t)) {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Site
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, s) {
			t.Errorf("%s became %+v", b, back)
		}
	}
}

func TestStations(t *testing.T) {
	if len(Stations()) != 4 {
		t.Errorf("%d stations", len(Stations()))
	}
	for _, s := range Stations() {
		if got, ok := FindStation(s.ID); !ok || got != s || !s.Name.IsComplete() {
			t.Errorf("station %+v", s)
		}
	}
	if _, ok := FindStation("tianjin"); ok {
		t.Error("found a station of another city")
	}
}
