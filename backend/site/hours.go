package site

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

// Clock is a time of day on Beijing's wall clock, written "09:30".
type Clock string

// ParseClock reads "09:30"; "24:00" is the end of the day.
func ParseClock(s string) (Clock, error) {
	if s == "24:00" {
		return Clock(s), nil
	}
	if _, err := time.Parse("15:04", s); err != nil || len(s) != 5 {
		return "", fmt.Errorf("time %q is not written as HH:MM", s)
	}
	return Clock(s), nil
}

// ClockAt is the time that many minutes after midnight.
func ClockAt(minutes int) Clock { return Clock(fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)) }

// Minutes since midnight; 0 for a Clock that ParseClock did not make.
func (c Clock) Minutes() int {
	var h, m int
	if _, err := fmt.Sscanf(string(c), "%d:%d", &h, &m); err != nil {
		return 0
	}
	return h*60 + m
}

// Span is from opening to closing.
type Span struct {
	Opens  Clock `json:"opens" example:"09:00"`
	Closes Clock `json:"closes" example:"17:00"`
}

// Hours are the spans of one day in order; none means closed.
type Hours []Span

// MarshalJSON writes closed as no spans, which is what the API's document says it is.
func (h Hours) MarshalJSON() ([]byte, error) { return json.Marshal(append([]Span{}, h...)) }

// ParseHours reads "09:00-12:00, 13:00-17:00"; "closed" is closed.
func ParseHours(s string) (Hours, error) {
	if s == "closed" {
		return Hours{}, nil
	}
	var hours Hours
	last := -1
	for part := range strings.SplitSeq(s, ",") {
		from, to, _ := strings.Cut(strings.TrimSpace(part), "-")
		opens, err := ParseClock(from)
		if err != nil {
			return nil, err
		}
		closes, err := ParseClock(to)
		if err != nil {
			return nil, err
		}
		if opens.Minutes() <= last || closes.Minutes() <= opens.Minutes() {
			return nil, fmt.Errorf("hours %q do not go forward", s)
		}
		last = closes.Minutes()
		hours = append(hours, Span{opens, closes})
	}
	return hours, nil
}

// Contain tells whether the site is open at a time of day; the minute of closing is closed.
func (h Hours) Contain(c Clock) bool {
	for _, s := range h {
		if s.Opens.Minutes() <= c.Minutes() && c.Minutes() < s.Closes.Minutes() {
			return true
		}
	}
	return false
}

// Weekday is "mon" to "sun".
type Weekday string

// Weekdays returns the days of a week from Monday.
func Weekdays() []Weekday { return []Weekday{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

// WeekdayOf is the weekday of a date.
func WeekdayOf(day calendar.Date) Weekday { return Weekdays()[(int(day.Weekday())+6)%7] }

// Week is the usual hours by weekday.
type Week map[Weekday]Hours

// Exception is a day with other hours, such as a holiday.
type Exception struct {
	Date  calendar.Date `json:"date"`
	Hours Hours         `json:"hours" doc:"None: closed"`
	Note  lang.Text     `json:"note"`
}

// parseDays reads "mon", or "mon-fri" for a run of days.
func parseDays(s string) ([]Weekday, error) {
	from, to, isRun := strings.Cut(s, "-")
	if !isRun {
		to = from
	}
	first, last := -1, -1
	for i, d := range Weekdays() {
		if string(d) == from {
			first = i
		}
		if string(d) == to {
			last = i
		}
	}
	if first < 0 || last < first {
		return nil, fmt.Errorf("days %q are neither a day nor a run of days such as mon-fri", s)
	}
	return Weekdays()[first : last+1], nil
}
