// Package calendar holds civil dates: a day on the wall calendar of the
// blood center, without a time of day and without a time zone.
//
// Deferrals, intervals and birthdays are days. Carrying them as time.Time
// moved them by one in other systems whenever a device had another zone.
package calendar

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Layout is the only written form of a Date: ISO 8601, 2026-11-23.
const Layout = "2006-01-02"

// Beijing is the wall clock of every site; China has kept no summer time since 1991.
var Beijing = time.FixedZone("CST", 8*60*60)

// Date is a civil date. The zero value means "no date".
type Date struct{ t time.Time }

// New returns the date of year, month, day. Values out of range are carried
// over as time.Date does; use Parse for outside input.
func New(year int, month time.Month, day int) Date {
	return Date{time.Date(year, month, day, 0, 0, 0, 0, time.UTC)}
}

// Of returns the date on Beijing's wall calendar at the instant t.
func Of(t time.Time) Date {
	y, m, d := t.In(Beijing).Date()
	return New(y, m, d)
}

// errNotADay does not repeat what was written: it may be anything of anybody.
var errNotADay = errors.New("a date is not a day written as YYYY-MM-DD")

// Parse reads a date written as 2026-11-23 and refuses days that do not exist, and the
// first day of the year 1, which as a Date would say "no date".
func Parse(s string) (Date, error) {
	t, err := time.Parse(Layout, s)
	if err != nil || t.IsZero() {
		return Date{}, errNotADay
	}
	return Date{t}, nil
}

// MustParse is Parse for constants in code and tests; it panics on a fault.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Begins is the instant at which the day begins in Beijing.
func (d Date) Begins() time.Time {
	y, m, day := d.t.Date()
	return time.Date(y, m, day, 0, 0, 0, 0, Beijing)
}

// IsZero tells whether d is "no date".
func (d Date) IsZero() bool { return d.t.IsZero() }

// String returns 2026-11-23, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.t.Format(Layout)
}

// Year returns the calendar year.
func (d Date) Year() int { return d.t.Year() }

// Month returns the month of the year.
func (d Date) Month() time.Month { return d.t.Month() }

// Day returns the day of the month.
func (d Date) Day() int { return d.t.Day() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// Before tells whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.t.Before(other.t) }

// After tells whether d is later than other.
func (d Date) After(other Date) bool { return d.t.After(other.t) }

// Compare returns -1, 0 or +1, so that dates sort with slices.SortFunc.
func (d Date) Compare(other Date) int { return d.t.Compare(other.t) }

// CompareEnds is Compare for days on which something ends: the zero Date is never, and last.
func (d Date) CompareEnds(other Date) int {
	switch {
	case d.IsZero() && other.IsZero():
		return 0
	case d.IsZero():
		return 1
	case other.IsZero():
		return -1
	}
	return d.Compare(other)
}

// AddDays moves by whole days.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddMonths moves by calendar months. A day the target month lacks becomes
// that month's last day: six months after 31 August is 28 (or 29) February,
// not 3 March as time.AddDate would have it.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.t.Year(), d.t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return New(first.Year(), first.Month(), min(d.t.Day(), last))
}

// AddYears moves by calendar years with the rule of AddMonths.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// DaysUntil returns the number of days from d to other; negative when other is earlier.
func (d Date) DaysUntil(other Date) int { return int(other.t.Sub(d.t).Hours() / 24) }

// AgeOn returns full years of life on the day today for someone born on d.
// Who was born on 29 February turns a year older on 1 March of common years.
func (d Date) AgeOn(today Date) int {
	years := today.Year() - d.Year()
	if today.Month() < d.Month() || (today.Month() == d.Month() && today.Day() < d.Day()) {
		years--
	}
	return years
}

// MarshalText writes the ISO form; it serves JSON and YAML.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO form; empty text is "no date".
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// Value stores the ISO form, NULL for no date: text sorts as dates do on both engines.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads what Value wrote; PostgreSQL hands DATE columns over as time.Time.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
		return nil
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case time.Time:
		*d = New(v.Year(), v.Month(), v.Day())
		return nil
	}
	return fmt.Errorf("a date cannot be read from %T", src)
}
