package packfile

import (
	"fmt"
	"strconv"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Unit is what a Period counts.
type Unit string

const (
	Days   Unit = "days"
	Weeks  Unit = "weeks"
	Months Unit = "months"
	Years  Unit = "years"
)

// Period is a stretch of the calendar. Months and years are calendar months:
// six months after 31 August is the last day of February.
type Period struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// ParsePeriod reads "15 days", "1 week", "6 months", "1 year".
func ParsePeriod(s string) (Period, error) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > maxPeriod {
		return Period{}, fmt.Errorf("period %q does not begin with a number from 1 to %d", s, maxPeriod)
	}
	switch u := Unit(strings.TrimSuffix(unit, "s") + "s"); u {
	case Days, Weeks, Months, Years:
		return Period{n, u}, nil
	}
	return Period{}, fmt.Errorf("period %q does not end with days, weeks, months or years", s)
}

// After returns the first day after the period has passed, counted from d: a
// deferral of 3 days from the 1st ends on the 4th.
func (p Period) After(d calendar.Date) calendar.Date {
	switch p.Unit {
	case Days:
		return d.AddDays(p.N)
	case Weeks:
		return d.AddDays(7 * p.N)
	case Months:
		return d.AddMonths(p.N)
	default:
		return d.AddYears(p.N)
	}
}

// String writes what ParsePeriod reads.
func (p Period) String() string {
	if p.N == 1 {
		return fmt.Sprintf("1 %s", strings.TrimSuffix(string(p.Unit), "s"))
	}
	return fmt.Sprintf("%d %s", p.N, p.Unit)
}

// Words writes the period for people: 6个月, 6 months.
func (p Period) Words() lang.Text {
	unit := map[Unit]string{Days: "天", Weeks: "周", Months: "个月", Years: "年"}[p.Unit]
	return lang.Text{ZH: strconv.Itoa(p.N) + unit, EN: p.String()}
}
