package settlement

import (
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/fault"
)

// Month is one month of Beijing's calendar, "2026-11".
type Month string

// firstMonth and lastMonth bound those that are read: their days are dates, and so are those
// of the month after.
const firstMonth, lastMonth = "0002-01", "9999-11"

// ParseMonth reads one; fault "settlement.month".
func ParseMonth(text string) (Month, error) {
	if _, err := time.Parse("2006-01", text); err != nil || len(text) != len("2006-01") || text < firstMonth || text > lastMonth {
		return "", fault.New(fault.Invalid, "settlement.month").At("body.month", "settlement.month", "a month is written 2026-11")
	}
	return Month(text), nil
}

// MonthOf is the month in which something happened.
func MonthOf(at time.Time) Month { return Month(calendar.Of(at).String()[:len("2006-01")]) }

// Next is the month after it.
func (m Month) Next() Month {
	first := calendar.MustParse(string(m) + "-01")
	return Month(first.AddMonths(1).String()[:len("2006-01")])
}
