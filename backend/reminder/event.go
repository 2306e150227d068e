// Package reminder writes the day from which somebody may give again as a calendar
// file (RFC 5545) that fits into a QR code, for the phone of whoever scans it.
package reminder

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/lang"
)

// Event is one day to remember. Nothing in it says whose it is: a phone's calendar is
// often shared, and the code stands on a screen in a lobby.
type Event struct {
	Product donation.Product
	On      calendar.Date
}

var titles = map[donation.Product]lang.Text{
	donation.WholeBlood: {ZH: "今天起可以献全血", EN: "You may give blood again"},
	donation.Apheresis:  {ZH: "今天起可以献血小板", EN: "You may give platelets again"},
}

// What is known today may be another thing then: the note says so. Texts are short,
// for every byte makes the code finer.
var (
	note      = lang.Text{ZH: "以当天健康征询为准", EN: "Subject to that day's health questions"}
	alarmText = lang.Text{ZH: "献血", EN: "Blood"}
)

// File is the calendar file of one event: all day, with a reminder on its morning
// at nine. now is when it was written.
func (e Event) File(language lang.Tag, now time.Time) string {
	cal := ics.NewCalendarFor("Lianxin")
	cal.SetProductId("-//Lianxin//EN")
	// The same day of the same product is the same event, however often it is scanned.
	event := cal.AddEvent(string(e.Product) + "-" + e.On.String() + "@lianxin")
	event.SetDtStampTime(now)
	event.SetAllDayStartAt(time.Date(e.On.Year(), e.On.Month(), e.On.Day(), 0, 0, 0, 0, time.UTC))
	event.SetSummary(titles[e.Product].In(language))
	event.SetDescription(note.In(language))
	alarm := event.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetProperty(ics.ComponentPropertyDescription, alarmText.In(language))
	alarm.SetTrigger("PT9H")
	return cal.Serialize(ics.WithNewLineWindows)
}
