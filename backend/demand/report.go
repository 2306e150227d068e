package demand

import (
	"cmp"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

const (
	// PastWeeks is how far back requests are looked at: a year.
	PastWeeks = 52
	// NextWeeks is how far ahead the report shows what is expected of all gifts together.
	NextWeeks = 8
	// judgedWeeks is how many of the past weeks forecasts are measured on.
	judgedWeeks = 8
)

// Gift is what the report says of a gift.
type Gift struct {
	ID       string    `json:"id"`
	Name     lang.Text `json:"name"`
	Category lang.Text `json:"category"`
	Points   int64     `json:"points"`
}

// Site is a place where gifts are picked up.
type Site struct {
	ID   string    `json:"id"`
	Name lang.Text `json:"name"`
}

// Place names the shelf of a gift; SiteID is "" for codes, which lie nowhere.
type Place struct{ GiftID, SiteID string }

// Facts are what a report is made of.
type Facts struct {
	Today   calendar.Date
	Gifts   []Gift // in the catalogue, in its order
	Sites   []Site // whose shelves are looked at
	Shelves map[Place]Shelf
	Taste   Taste
}

// Taste says how good suggestions were, as shares from 0 to 1; see preference.Evaluate.
type Taste struct {
	People             int     `json:"people" doc:"Whose latest gift was held out"`
	HitRate            float64 `json:"hit_rate" doc:"Share of people in whose ten suggestions it was"`
	HitRatePopular     float64 `json:"hit_rate_popular" doc:"Share in whose list of the ten most popular gifts it was"`
	Coverage           float64 `json:"coverage" doc:"Share of gifts suggested to anybody"`
	CoveragePopularity float64 `json:"coverage_popular"`
	SwitchedOff        int     `json:"switched_off" doc:"People who want no suggestions; nothing of theirs is counted"`
}

// Line is one gift, at all places of the report or at one.
type Line struct {
	Gift
	Site *Site `json:"site,omitempty" doc:"Absent: all places of the report, or codes, which lie nowhere"`
	Position
	Weeks []int `json:"weeks" doc:"Asked for in each week of the report"`
}

// Report is what staff are told about gifts. Page, workbook and paper are made of it.
type Report struct {
	AsOf     calendar.Date   `json:"as_of"`
	Rules    string          `json:"rules" doc:"Pack and version the report was judged by"`
	Sites    []Site          `json:"sites" doc:"Places the report is about"`
	Window   int             `json:"window" doc:"Weeks that trends compare with as many before"`
	Idle     int             `json:"idle" doc:"Weeks without requests after which a gift may be retired"`
	Sureness float64         `json:"sureness" doc:"Probability with which a shelf is not empty before an order is there"`
	Weeks    []calendar.Date `json:"weeks" doc:"Mondays of the weeks looked at"`
	Asked    []int           `json:"asked" doc:"Gifts asked for in each week"`
	Expected []float64       `json:"expected" doc:"Gifts expected to be asked for in each coming week"`
	Gifts    []Line          `json:"gifts" doc:"Every gift of the catalogue, in its order"`
	Rising   []Line          `json:"rising" doc:"The strongest first"`
	Falling  []Line          `json:"falling" doc:"The strongest first"`
	Reorder  []Line          `json:"reorder" doc:"By place; what is empty first comes first"`
	Retire   []Line          `json:"retire" doc:"What ties up most points first"`
	Accuracy Accuracy        `json:"accuracy"`
	Taste    Taste           `json:"taste"`
}

// Report judges all shelves.
func (p *Pack) Report(f Facts) Report {
	weeks := WeeksBefore(f.Today, PastWeeks)
	r := Report{AsOf: f.Today, Rules: p.ID + " " + p.Version, Sites: f.Sites, Window: p.Trend.Weeks, Idle: p.Retire.Weeks, Sureness: p.Stock.ServiceLevel,
		Weeks: weeks.Starts(), Gifts: []Line{}, Rising: []Line{}, Falling: []Line{}, Reorder: []Line{}, Retire: []Line{}, Taste: f.Taste}
	var all []Shelf
	var series [][]int
	for _, g := range f.Gifts {
		var shelves []Shelf
		for _, at := range append([]Site{{}}, f.Sites...) {
			shelf, ok := f.Shelves[Place{g.ID, at.ID}]
			if !ok {
				continue
			}
			shelves = append(shelves, shelf)
			if line := p.line(g, at, shelf, f.Today); line.Reorder {
				r.Reorder = append(r.Reorder, line)
			}
		}
		whole := Together(append(shelves, Shelf{Series: make([]int, PastWeeks)}))
		r.sort(p.line(g, Site{}, whole, f.Today))
		all, series = append(all, whole), append(series, whole.Series)
	}
	total := Together(append(all, Shelf{Series: make([]int, PastWeeks)}))
	r.Asked, r.Expected = total.Series, Predict(total.Series, NextWeeks).Weekly
	r.Accuracy = Backtest(series, judgedWeeks, p.Stock.ServiceLevel)
	r.order()
	return r
}

func (p *Pack) line(g Gift, at Site, shelf Shelf, today calendar.Date) Line {
	l := Line{Gift: g, Position: p.Position(shelf, today), Weeks: shelf.Series}
	if at.ID != "" {
		l.Site = &at
	}
	return l
}

// sort puts a gift where it belongs.
func (r *Report) sort(l Line) {
	r.Gifts = append(r.Gifts, l)
	switch {
	case l.Retire:
		r.Retire = append(r.Retire, l)
	case l.Trend == Rising:
		r.Rising = append(r.Rising, l)
	case l.Trend == Falling:
		r.Falling = append(r.Falling, l)
	}
}

// order puts what matters most first; among equals the catalogue's order stays.
func (r *Report) order() {
	slices.SortStableFunc(r.Rising, func(a, b Line) int { return cmp.Compare(b.Recent-b.Before, a.Recent-a.Before) })
	slices.SortStableFunc(r.Falling, func(a, b Line) int { return cmp.Compare(a.Recent-a.Before, b.Recent-b.Before) })
	slices.SortStableFunc(r.Retire, func(a, b Line) int {
		return cmp.Compare(int64(b.Stock)*b.Points, int64(a.Stock)*a.Points)
	})
	slices.SortStableFunc(r.Reorder, func(a, b Line) int {
		return cmp.Or(a.LastsUntil.CompareEnds(b.LastsUntil), cmp.Compare(b.PerWeek, a.PerWeek))
	})
}
