package appointment

import (
	"cmp"
	"slices"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/site"
)

// Why says what keeps a booking from being honoured at its site.
type Why string

// Reasons, the first that holds counts.
const (
	Closed     Why = "closed"      // the site is not open for the whole slot
	NotOffered Why = "not_offered" // the product, or the amount, is not given there
	Full       Why = "full"        // more are booked for the slot than can start in it
)

// Unfit is how many bookings of a slot no longer fit, and why.
type Unfit struct {
	Day     calendar.Date    `json:"day"`
	Start   string           `json:"start" example:"09:30"`
	Product donation.Product `json:"product"`
	Why     Why              `json:"why" enum:"closed,not_offered,full"`
	Count   int              `json:"count"`
}

// slot is what people book for.
type slot struct {
	day     calendar.Date
	start   string
	product donation.Product
}

// FallingOut lists the bookings that fit a site as it is and would not as it is to be, by
// slot, the earliest first. What does not fit already is not the change's doing.
func FallingOut(before, after site.Site, booked []Appointment) []Unfit {
	was, is := misfits(before, booked), misfits(after, booked)
	out := []Unfit{}
	for key, n := range is {
		if n -= was[key]; n > 0 {
			out = append(out, Unfit{key.day, key.start, key.product, key.why, n})
		}
	}
	slices.SortFunc(out, func(a, b Unfit) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Why, b.Why))
	})
	return out
}

type misfit struct {
	slot
	why Why
}

func misfits(at site.Site, booked []Appointment) map[misfit]int {
	found, taken := map[misfit]int{}, map[slot]int{}
	for _, a := range booked {
		if a.Status != Booked {
			continue
		}
		s := slot{a.Day, a.Start, a.Product}
		offer, _ := at.Offer(a.Product)
		switch {
		case !isOpen(at, a):
			found[misfit{s, Closed}]++
		case !slices.Contains(offer.Amounts(), donation.Amount{Volume: donation.Volume(a.VolumeML), Units: donation.Units(a.Units)}):
			found[misfit{s, NotOffered}]++
		default:
			if taken[s]++; taken[s] > offer.Places {
				found[misfit{s, Full}]++
			}
		}
	}
	return found
}

// isOpen tells whether the site is open from the start of a booking to the end of its slot.
func isOpen(at site.Site, a Appointment) bool {
	start := site.Clock(a.Start).Minutes()
	return slices.ContainsFunc(at.OpenOn(a.Day), func(s site.Span) bool {
		return s.Opens.Minutes() <= start && start+at.SlotLength <= s.Closes.Minutes()
	})
}
