package site

import (
	_ "embed"
	"fmt"
	"maps"
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
		path := fmt.Sprintf("$.sites[%d]", i)
		check := siteCheck{func(field, code, detail string) { file.At(path+field, code, detail) }}
		r.Site.Hours = check.week(r.Hours)
		r.Site.Exceptions = check.exceptions(r)
		check.all(r.Site)
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

func (c siteCheck) week(in map[string]string) Week {
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
			if week[d] = hours; len(hours) == 0 {
				c.at(".hours."+days, "hours", "leave a closed day out")
			}
		}
	}
	return week
}

func (c siteCheck) exceptions(r row) []Exception {
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
