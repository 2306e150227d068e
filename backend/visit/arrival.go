package visit

import (
	"strings"
	"time"

	"lianxin/backend/calendar"
)

// Arrival is what every kiosk knows of somebody who waits anywhere today: enough
// to tell that person where they are checked in already, and nothing of who it is.
// There is one for each person and day, so it stands under both and not under its visit.
type Arrival struct {
	DonorKey string        `json:"donor_key"`
	SiteID   string        `json:"site_id"`
	Day      calendar.Date `json:"day"`
	Ticket   string        `json:"ticket"`
	At       time.Time     `json:"at"` // by the center's clock
}

// ArrivalID is where the feed has the arrival of a person on a day.
func ArrivalID(donorKey string, day calendar.Date) string { return donorKey + "|" + day.String() }

// ParseArrivalID reads what ArrivalID wrote. A day has no "|"; a key may, of whoever
// was taken in before its form was checked.
func ParseArrivalID(id string) (donorKey string, day calendar.Date, err error) {
	cut := strings.LastIndex(id, "|")
	day, err = calendar.Parse(id[cut+1:])
	return id[:max(cut, 0)], day, err
}

// arrived begins the ID of an arrival kept among a kiosk's visits.
const arrived = "arrival:"

// KeptArrivalID is the ID under which a kiosk keeps an arrival of the feed.
func KeptArrivalID(arrivalID string) string { return arrived + arrivalID }

// IsArrival tells whether v is one a kiosk knows of by its arrival only.
func (v Visit) IsArrival() bool { return strings.HasPrefix(v.ID, arrived) }

// Arrival returns what other sites may know of the visit.
func (v Visit) Arrival() Arrival {
	return Arrival{DonorKey: v.DonorKey, SiteID: v.SiteID, Day: v.Day, Ticket: v.Ticket, At: v.Arrived()}
}

// Kept is the arrival as a kiosk keeps it: a visit without a person.
func (a Arrival) Kept() Visit {
	return Visit{ID: KeptArrivalID(ArrivalID(a.DonorKey, a.Day)), DonorKey: a.DonorKey, SiteID: a.SiteID, Day: a.Day,
		Ticket: a.Ticket, At: a.At, Outcome: Waiting}
}
