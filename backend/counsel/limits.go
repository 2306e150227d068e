package counsel

import (
	"time"

	"lianxin/backend/policy/packfile"
)

// Limits are how long a donor who is to be told may wait. They are of the center's
// own making: no public rule gives numbers.
type Limits struct {
	Certainty           packfile.Certainty
	AssignWithin        time.Duration // somebody looks after it
	TryWithin           time.Duration // after that, the first attempt
	EscalateAfterTries  int           // in vain
	EscalateAfter       time.Duration // since it was opened
	TriesBeforeGivingUp int
}

// Late says which limit an open case is over.
type Late string

const (
	OnTime      Late = ""
	NotAssigned Late = "not_assigned"
	NotTried    Late = "not_tried"
	NotTold     Late = "not_told"
)

// LateAt tells which limit a case is over at a time; the worst of them.
func (l Limits) LateAt(c Case, now time.Time) Late {
	switch {
	case c.Status == Closed:
		return OnTime
	case l.MustEscalate(c, now) || !c.EscalatedAt.IsZero():
		return NotTold
	case c.Status == Open && now.Sub(c.OpenedAt) > l.AssignWithin:
		return NotAssigned
	case c.Status == Assigned && len(c.Tries) == 0 && now.Sub(c.AssignedAt) > l.TryWithin:
		return NotTried
	}
	return OnTime
}

// MustEscalate tells whether a case has been tried or has waited for so long that a
// senior must look at it.
func (l Limits) MustEscalate(c Case, now time.Time) bool {
	return c.Status != Closed && c.EscalatedAt.IsZero() && (len(c.Tries) >= l.EscalateAfterTries || now.Sub(c.OpenedAt) > l.EscalateAfter)
}
