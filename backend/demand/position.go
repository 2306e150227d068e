package demand

import (
	"math"
	"slices"
	"sort"

	"lianxin/backend/calendar"
	"lianxin/backend/policy/packfile"
)

// Direction is where demand goes.
type Direction string

const (
	Steady  Direction = "steady"
	Rising  Direction = "rising"
	Falling Direction = "falling"
)

// Shelf is what is there of a gift, at one place or at all of them, and what was asked
// for in past weeks, the latest last.
type Shelf struct {
	Stock  int
	Series []int
}

// Position is what is known of a shelf on a day, and what to do.
type Position struct {
	Stock   int       `json:"stock" doc:"Pieces there now"`
	Recent  int       `json:"recent" doc:"Asked for in the latest weeks of the pack"`
	Before  int       `json:"before" doc:"Asked for in as many weeks before them"`
	Trend   Direction `json:"trend" enum:"steady,rising,falling"`
	Method  Method    `json:"method" enum:"level,trend,intermittent" doc:"How demand was forecast"`
	PerWeek float64   `json:"per_week" doc:"Expected demand of next week, pieces"`
	// LastsUntil is when the expected demand has used the stock up; LastsAtLeast the same
	// of demand that is exceeded only in one of twenty cases, or what the pack says.
	LastsUntil   calendar.Date `json:"lasts_until,omitzero" doc:"Expected day on which the shelf is empty; absent when it lasts a year or longer"`
	LastsAtLeast calendar.Date `json:"lasts_at_least,omitzero" doc:"Day it lasts until at least, as surely as the pack asks for; absent when it lasts a year or longer"`
	ReorderPoint int           `json:"reorder_point" doc:"Order at or below this stock"`
	OrderUpTo    int           `json:"order_up_to" doc:"Stock to have after an order"`
	Order        int           `json:"order" doc:"Pieces to order now; 0 for none"`
	Reorder      bool          `json:"reorder"`
	Retire       bool          `json:"retire" doc:"Hardly asked for although it is there"`
}

// horizon is how far ahead is told until when stock lasts, in days.
const horizon = 365

// Position judges a shelf.
func (p *Pack) Position(s Shelf, today calendar.Date) Position {
	s.Series = s.available()
	f := Predict(s.Series, horizon/7+1)
	at := Position{Stock: s.Stock, Method: f.Method, PerWeek: f.week(0)}
	at.Recent, at.Before = sum(lastWeeks(s.Series, 0, p.Trend.Weeks)), sum(lastWeeks(s.Series, p.Trend.Weeks, p.Trend.Weeks))
	at.Trend = p.Trend.direction(at.Recent, at.Before, len(s.Series))
	at.Retire = s.Stock > 0 && len(s.Series) >= p.Retire.Weeks && sum(lastWeeks(s.Series, 0, p.Retire.Weeks)) <= p.Retire.AtMost
	p.order(&at, f, today)
	at.LastsUntil = lasts(s.Stock, today, func(days int) int {
		mean, _ := f.Within(days)
		return int(math.Ceil(mean))
	})
	at.LastsAtLeast = lasts(s.Stock, today, func(days int) int { return f.quantile(days, p.Stock.ServiceLevel) })
	return at
}

// available leaves out the latest weeks of a shelf that has been empty since: what nobody
// could ask for says nothing about what people want.
func (s Shelf) available() []int {
	end := len(s.Series)
	for s.Stock == 0 && end > 0 && s.Series[end-1] == 0 {
		end--
	}
	return s.Series[:end]
}

// order decides whether and how much to order: up to what is needed until the order
// after the next one is there.
func (p *Pack) order(at *Position, f Forecast, today calendar.Date) {
	days := func(periods ...packfile.Period) int {
		end := today
		for _, period := range periods {
			end = period.After(end)
		}
		return today.DaysUntil(end)
	}
	at.ReorderPoint = f.quantile(days(p.Stock.LeadTime, p.Stock.Review), p.Stock.ServiceLevel)
	at.OrderUpTo = f.quantile(days(p.Stock.LeadTime, p.Stock.Review, p.Stock.Cover), p.Stock.ServiceLevel)
	if at.Reorder = at.ReorderPoint > 0 && at.Stock <= at.ReorderPoint && !at.Retire; at.Reorder {
		at.Order = at.OrderUpTo - at.Stock
	}
}

func (f Forecast) quantile(days int, level float64) int {
	mean, variance := f.Within(days)
	return Quantile(mean, variance, level)
}

// lasts is the first day by which more is used than there is; zero for none within a year.
func lasts(stock int, today calendar.Date, used func(days int) int) calendar.Date {
	days := 1 + sort.Search(horizon, func(i int) bool { return used(i+1) > stock })
	if days > horizon {
		return calendar.Date{}
	}
	return today.AddDays(days - 1)
}

// direction compares two equal stretches of time. Requests that come one by one fall
// into either with the same chance when nothing changed, so the share of the later one
// is binomial; its normal approximation with a correction for whole numbers is used.
func (r TrendRule) direction(recent, before, weeks int) Direction {
	total := float64(recent + before)
	if weeks < 2*r.Weeks || total == 0 {
		return Steady
	}
	more, less := float64(max(recent, before)), float64(min(recent, before))
	z := (more - less - 1) / math.Sqrt(total)
	if more < r.Ratio*less || z < normal((1+r.Confidence)/2) {
		return Steady
	}
	if recent > before {
		return Rising
	}
	return Falling
}

// lastWeeks returns n weeks that end so many before the end of a series.
func lastWeeks(series []int, before, n int) []int {
	end := max(len(series)-before, 0)
	return series[max(end-n, 0):end]
}

func sum(series []int) int {
	total := 0
	for _, n := range series {
		total += n
	}
	return total
}

// Together adds shelves of one gift up.
func Together(shelves []Shelf) Shelf {
	var all Shelf
	for _, s := range shelves {
		all.Stock += s.Stock
		if all.Series == nil {
			all.Series = slices.Clone(s.Series)
			continue
		}
		for i, n := range s.Series {
			all.Series[i] += n
		}
	}
	return all
}
