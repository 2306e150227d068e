package demand

import (
	"time"

	"lianxin/backend/calendar"
)

// Monday returns the first day of the week a day is in.
func Monday(d calendar.Date) calendar.Date {
	return d.AddDays(-((int(d.Weekday()) - int(time.Monday) + 7) % 7))
}

// Weeks are whole weeks, the earliest first; the week of today is not over and not
// among them.
type Weeks struct {
	From calendar.Date // Monday of the first
	N    int
}

// WeeksBefore returns the n weeks before the one today is in.
func WeeksBefore(today calendar.Date, n int) Weeks {
	return Weeks{From: Monday(today).AddDays(-7 * n), N: n}
}

// Index tells in which week a day is; ok is false for a day before or after them.
func (w Weeks) Index(d calendar.Date) (i int, ok bool) {
	if d.Before(w.From) {
		return 0, false
	}
	i = w.From.DaysUntil(d) / 7
	return i, i < w.N
}

// Starts are the Mondays.
func (w Weeks) Starts() []calendar.Date {
	starts := make([]calendar.Date, w.N)
	for i := range starts {
		starts[i] = w.From.AddDays(7 * i)
	}
	return starts
}
