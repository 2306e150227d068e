package result

import (
	"encoding/json"
	"strings"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
)

// ShownAfter is how many days after a donation its result may be shown (published
// description of the Beijing service: results can be asked for from day 3).
const ShownAfter = 3

// State is the one thing a donor is told of a donation's tests.
type State string

const (
	NotYet    State = "not_yet"   // the day has not come, see Shown.From
	Awaited   State = "awaited"   // the day has come, the laboratory has not reported yet
	Qualified State = "qualified" // every test passed
	Contact   State = "contact"   // please contact the center: the same whatever failed
)

// Shown is what a screen, a slip or a phone may know of a result. Of a result that
// is not qualified it holds nothing but the one state, so that nothing about it
// can differ with what failed: no blood group, no day.
type Shown struct {
	State State          `json:"state" enum:"not_yet,awaited,qualified,contact" doc:"What the donor is told"`
	From  calendar.Date  `json:"from,omitzero" doc:"not_yet: first day on which it may be asked for"`
	Group donation.Group `json:"group,omitzero" doc:"qualified: blood group"`
	// Filler keeps whoever sees an encrypted answer pass from telling by its length how a test came out.
	Filler string `json:"filler" doc:"Says nothing; makes every state as long as the others"`
}

// shownLength is how long what Show returns is as JSON, whatever it says.
const shownLength = 112

// filled returns s with as much filler as makes it as long as any other.
func (s Shown) filled() Shown {
	text, _ := json.Marshal(s) // nothing in it can fail to be encoded
	s.Filler = strings.Repeat("-", max(shownLength-len(text), 0))
	return s
}

// Show is what a donor may be shown on the day today of a donation given on a day;
// r is nil while nothing is reported.
func Show(givenOn, today calendar.Date, r *Result) Shown { return show(givenOn, today, r).filled() }

func show(givenOn, today calendar.Date, r *Result) Shown {
	from := givenOn.AddDays(ShownAfter)
	switch {
	case today.Before(from):
		return Shown{State: NotYet, From: from}
	case r == nil:
		return Shown{State: Awaited}
	case r.HasPassed():
		return Shown{State: Qualified, Group: r.Group}
	}
	return Shown{State: Contact}
}
