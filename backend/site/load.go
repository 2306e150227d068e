package site

import (
	_ "embed"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"sync"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
	"lianxin/backend/lang"
	"lianxin/backend/yamlsource"
)

//go:embed data/sample-sites.yaml
var sampleYAML []byte

var samples = sync.OnceValues(func() ([]Site, error) { return Load("data/sample-sites.yaml", sampleYAML) })

// Samples returns the made-up sites that come with the program.
func Samples() ([]Site, error) {
	sites, err := samples()
	return slices.Clone(sites), err
}

// row is a site as it is written in a file: hours as text that people can read.
type row struct {
	Site       `yaml:",inline"`
	Hours      map[string]string `yaml:"hours"` // "mon-fri": "09:00-17:00"
	Exceptions []struct {
		Date  string    `yaml:"date"`
		Hours string    `yaml:"hours"`
		Note  lang.Text `yaml:"note"`
	} `yaml:"exceptions"`
}

// Load reads a file of sites and checks all of it. Fault "site.file_invalid"
// has one place "file:line" per mistake.
func Load(name string, b []byte) ([]Site, error) {
	faults := fault.New(fault.Invalid, "site.file_invalid")
	var in struct {
		Sites []row `yaml:"sites"`
	}
	file, ok := yamlsource.Decode(name, b, &in, faults)
	if !ok {
		return nil, faults
	}
	if len(in.Sites) == 0 {
		file.At("$.sites", "missing", "at least one site")
	}
	var sites []Site
	for i, r := range in.Sites {
		check := rowCheck{file, fmt.Sprintf("$.sites[%d]", i)}
		r.Site.Hours = check.week(r.Hours)
		r.Site.Exceptions = check.exceptions(r)
		check.texts(r.Site)
		check.codes(r.Site)
		check.position(r.Site)
		check.offers(r.Site)
		if slices.ContainsFunc(sites, func(s Site) bool { return s.ID == r.Site.ID }) {
			check.at(".id", "duplicate", r.Site.ID)
		}
		sites = append(sites, r.Site)
	}
	if len(faults.Places) > 0 {
		return nil, faults
	}
	return sites, nil
}

// rowCheck looks for the mistakes of one site.
type rowCheck struct {
	file yamlsource.File
	path string
}

func (c rowCheck) at(field, code, detail string) { c.file.At(c.path+field, code, detail) }

func (c rowCheck) both(field string, t lang.Text) {
	if !t.IsComplete() {
		c.at(field, "language_missing", "needs zh and en")
	}
}

func (c rowCheck) week(in map[string]string) Week {
	week := Week{}
	if len(in) == 0 {
		c.at(".hours", "missing", "hours of at least one day")
	}
	for _, days := range slices.Sorted(maps.Keys(in)) {
		text := in[days]
		hours, err := ParseHours(text)
		run, daysErr := parseDays(days)
		if err != nil || daysErr != nil {
			c.at(".hours."+days, "hours", fmt.Sprintf("%s: %s", days, text))
			continue
		}
		for _, d := range run {
			if _, twice := week[d]; twice {
				c.at(".hours."+days, "duplicate", string(d))
			}
			if week[d] = hours; hours == nil {
				c.at(".hours."+days, "hours", "leave a closed day out")
			}
		}
	}
	return week
}

func (c rowCheck) exceptions(r row) []Exception {
	var out []Exception
	for i, e := range r.Exceptions {
		field := fmt.Sprintf(".exceptions[%d]", i)
		date, err := calendar.Parse(e.Date)
		if err != nil {
			c.at(field+".date", "date", err.Error())
		}
		hours, err := ParseHours(e.Hours)
		if err != nil {
			c.at(field+".hours", "hours", err.Error())
		}
		c.both(field+".note", e.Note)
		if slices.ContainsFunc(out, func(o Exception) bool { return o.Date == date }) {
			c.at(field+".date", "duplicate", e.Date)
		}
		out = append(out, Exception{date, hours, e.Note})
	}
	return out
}

func (c rowCheck) texts(s Site) {
	c.both(".name", s.Name)
	c.both(".address", s.Address)
	c.both(".transport", s.Transport)
}

var (
	plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	phone   = regexp.MustCompile(`^[0-9][0-9 -]{3,19}$`)
)

func (c rowCheck) codes(s Site) {
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

func (c rowCheck) position(s Site) {
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

func (c rowCheck) offers(s Site) {
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
