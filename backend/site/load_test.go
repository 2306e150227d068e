package site

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"lianxin/backend/donation"
	"lianxin/backend/fault"
)

func location(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

func sampleSites(t *testing.T) []Site {
	t.Helper()
	sites, err := Samples()
	if err != nil {
		t.Fatal(err)
	}
	return sites
}

func TestSamplesCoverTheCityAndSayTheyAreMadeUp(t *testing.T) {
	sites := sampleSites(t)
	districts, stations, kinds, products := map[string]int{}, map[StationID]int{}, map[Kind]int{}, map[donation.Product]int{}
	numbers := map[string]bool{}
	fakePhone := regexp.MustCompile(`^010-5550-01\d\d$`)
	for _, s := range sites {
		districts[s.District]++
		stations[s.Station]++
		kinds[s.Kind]++
		for _, o := range s.Offers {
			products[o.Product]++
		}
		if !fakePhone.MatchString(s.Phone) || numbers[s.Phone] {
			t.Errorf("%s: phone %s is not clearly made up, or is used twice", s.ID, s.Phone)
		}
		numbers[s.Phone] = true
		if !strings.Contains(s.Name.ZH, "示范") || !strings.Contains(s.Name.EN, "Demo") ||
			!strings.Contains(s.Address.ZH, "示范") || !strings.Contains(s.Address.EN, "demonstration") {
			t.Errorf("%s does not say that it is made up: %s, %s", s.ID, s.Name, s.Address)
		}
		if s.Kind == Mobile && len(s.Hours) > 4 {
			t.Errorf("%s: a vehicle that stands there %d days a week", s.ID, len(s.Hours))
		}
	}
	if len(sites) < 28 || len(districts) != 16 || len(stations) != 4 || kinds[Mobile] < 5 || products[donation.Apheresis] < 6 {
		t.Errorf("%d sites, districts %v, stations %v, kinds %v, products %v", len(sites), districts, stations, kinds, products)
	}
}

func TestSamplesStandInTheirDistrictOnThePicture(t *testing.T) {
	for _, s := range sampleSites(t) {
		at := Districts().Projection.Place(s.Position)
		for _, d := range Districts().Districts {
			if d.Contains(at) != (d.Code == s.District) {
				t.Errorf("%s of %s: in %s is %v", s.ID, s.District, d.Code, d.Contains(at))
			}
		}
	}
}

const oneSite = `sites:
  - id: here
    station: beijing
    district: "110102"
    kind: fixed
    name: {zh: 这里, en: Here}
    address: {zh: 地址, en: Address}
    transport: {zh: 地铁, en: Metro}
    phone: 010-5550-0199
    position: {latitude: 39.93, longitude: 116.36}
    hours: {mon-fri: "09:00-12:00, 13:00-17:00", sun: "10:00-16:00"}
    exceptions:
      - {date: 2027-01-01, hours: "10:00-12:00", note: {zh: 元旦, en: New Year}}
      - {date: 2027-02-06, hours: closed, note: {zh: 春节, en: Spring Festival}}
    facilities: [wifi, tv]
    slot_length: 30
    offers:
      - {product: whole_blood, volumes: [200, 400], places: 4}
      - {product: apheresis_platelets, units: [1, 2], places: 2}
`

func TestLoadNamesFileLineAndMistake(t *testing.T) {
	for _, c := range []struct{ name, old, new, code string }{
		{"id", "id: here", "id: Here!", "id"},
		{"station", "station: beijing", "station: tianjin", "station"},
		{"district", `district: "110102"`, `district: "110103"`, "district"},
		{"kind", "kind: fixed", "kind: floating", "kind"},
		{"one language", "{zh: 这里, en: Here}", "{zh: 这里}", "language_missing"},
		{"no address", "{zh: 地址, en: Address}", "{zh: '', en: ''}", "language_missing"},
		{"no way there", "{zh: 地铁, en: Metro}", "{en: Metro}", "language_missing"},
		{"phone", "phone: 010-5550-0199", "phone: call us", "phone"},
		{"swapped position", "latitude: 39.93, longitude: 116.36", "latitude: 116.36, longitude: 39.93", "position"},
		{"position not a number", "latitude: 39.93", "latitude: .nan", "position"},
		{"another district's position", "longitude: 116.36", "longitude: 116.47", "position"},
		{"hours backwards", `sun: "10:00-16:00"`, `sun: "16:00-10:00"`, "hours"},
		{"hours overlap", "13:00-17:00", "11:00-17:00", "hours"},
		{"hours malformed", `sun: "10:00-16:00"`, `sun: "10-16"`, "hours"},
		{"no such hour", `sun: "10:00-16:00"`, `sun: "10:00-25:00"`, "hours"},
		{"no such day", `sun: "10:00-16:00"`, `sunday: "10:00-16:00"`, "hours"},
		{"run backwards", "mon-fri", "fri-mon", "hours"},
		{"day twice", `sun: "10:00-16:00"`, `fri: "10:00-16:00"`, "duplicate"},
		{"closed written out", `sun: "10:00-16:00"`, `sun: "closed"`, "hours"},
		{"exception date", "2027-02-06", "2027-02-30", "date"},
		{"exception hours", `"10:00-12:00"`, `"10:00-09:00"`, "hours"},
		{"exception twice", "2027-02-06", "2027-01-01", "duplicate"},
		{"exception note", "{zh: 春节, en: Spring Festival}", "{zh: 春节}", "language_missing"},
		{"facility", "[wifi, tv]", "[wifi, pool]", "facility"},
		{"facility twice", "[wifi, tv]", "[tv, tv]", "facility"},
		{"slots", "slot_length: 30", "slot_length: 0", "slot_length"},
		{"volume", "volumes: [200, 400]", "volumes: [250]", "amount"},
		{"units", "units: [1, 2]", "units: [3]", "amount"},
		{"no amount", "volumes: [200, 400], ", "", "amount"},
		{"product", "product: whole_blood", "product: plasma", "product"},
		{"product twice", "product: apheresis_platelets", "product: whole_blood", "product"},
		{"places", "places: 4", "places: 0", "places"},
		{"unknown field", "phone:", "telephone:", "yaml"},
		{"wrong type", "slot_length: 30", "slot_length: half", "yaml"},
	} {
		text := strings.Replace(oneSite, c.old, c.new, 1)
		if text == oneSite {
			t.Fatalf("%s: nothing changed", c.name)
		}
		_, err := Load("s.yaml", []byte(text))
		if fault.CodeOf(err) != "site.file_invalid" {
			t.Errorf("%s: Load = %v", c.name, err)
			continue
		}
		before, _, _ := strings.Cut(oneSite, c.old)
		wantPlace(t, c.name, err, "s.yaml", strings.Count(before, "\n")+1, c.code)
	}
}

func TestLoadReportsEveryMistakeAtOnce(t *testing.T) {
	text := strings.NewReplacer("beijing", "tianjin", "kind: fixed", "kind: none", "slot_length: 30", "slot_length: 1").Replace(oneSite)
	_, err := Load("s.yaml", []byte(text))
	if f := fault.From(err); len(f.Places) != 3 {
		t.Errorf("%d mistakes in %v, want 3", len(f.Places), err)
	}
	_, err = Load("s.yaml", []byte(oneSite+strings.TrimPrefix(oneSite, "sites:\n")))
	wantPlace(t, "twins", err, "s.yaml", 2+strings.Count(oneSite, "\n")-1, "duplicate")
	_, err = Load("s.yaml", []byte("sites: []"))
	wantPlace(t, "no site", err, "s.yaml", 1, "missing")
}
