// Package counsel is the list of donors who must be told of a result in confidence:
// who looks after each, when they were tried, and that they were told.
//
// What is told, and how, follows the service's rule (docs/decisions/0038): by
// telephone, HIV face to face only, and to the donor only. The list holds no values
// behind a verdict; what a way of telling says of them only a counsellor sees.
package counsel

import (
	"context"
	"slices"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/result"
)

// Way is how a donor is spoken to.
type Way string

const (
	Phone      Way = "phone"
	FaceToFace Way = "face_to_face"
)

// RightWay is the only way in which a donor may be told what was found.
func RightWay(m result.Markers) Way {
	if m.HIV == result.Reactive || m.HIV == result.Undetermined {
		return FaceToFace
	}
	return Phone
}

// Status is how far a case is.
type Status string

const (
	Open     Status = "open"     // nobody looks after it
	Assigned Status = "assigned" // somebody does
	Closed   Status = "closed"
)

// Reason is why a donor is to be told.
type Reason string

const (
	NotQualified Reason = "not_qualified"
	// Corrected: the donor was told, and then the laboratory corrected the result, or
	// the station found that the donation was somebody else's.
	Corrected Reason = "corrected"
)

// Outcome is what came of trying to reach somebody.
type Outcome string

const (
	NoAnswer     Outcome = "no_answer"
	WrongNumber  Outcome = "wrong_number"
	SomeoneElse  Outcome = "someone_else" // nothing was said but that the center asks to be called
	WillCome     Outcome = "will_come"    // the donor will come to be told
	DonorRefuses Outcome = "refuses"      // the donor does not want to be told
	Told         Outcome = "told"
)

// Ending is why a case was closed.
type Ending string

const (
	EndTold        Ending = "told"
	EndRefused     Ending = "refused"     // the donor does not want to be told
	EndUnreachable Ending = "unreachable" // tried as the rules ask for, in vain
	EndWithdrawn   Ending = "withdrawn"   // the result was corrected before anybody was told
)

// Attempt is one try at reaching a donor.
type Attempt struct {
	At      time.Time `json:"at"`
	By      string    `json:"by" doc:"ID of the counsellor"`
	Way     Way       `json:"way" enum:"phone,face_to_face"`
	Outcome Outcome   `json:"outcome" enum:"no_answer,wrong_number,someone_else,will_come,refuses,told"`
}

// Case is one donor who is to be told of one donation's result; there is one for each
// donor and donation. All of it but ID, SiteID and whether it is closed is sealed.
type Case struct {
	ID         string
	DonationID string
	DonorID    string
	SiteID     string // where the donation was given; decides which counsellors see it
	Reason     Reason
	Status     Status
	OpenedAt   time.Time
	AssignedTo string
	AssignedAt time.Time
	Tries      []Attempt
	// Heard is what the donor was told last, "" for nothing. Cases of an earlier version
	// of the program have none; see heard.
	Heard       Reason
	EscalatedAt time.Time // a senior must look at it
	ToldAt      time.Time
	ClosedAt    time.Time
	ClosedBy    string
	Ending      Ending
}

// Assign gives the case to a counsellor. Fault "counsel.closed".
func (c Case) Assign(to string, now time.Time) (Case, error) {
	if c.Status == Closed {
		return c, fault.New(fault.Conflict, "counsel.closed")
	}
	if c.AssignedTo != to || c.Status != Assigned {
		c.Status, c.AssignedTo, c.AssignedAt = Assigned, to, now.UTC()
	}
	return c, nil
}

// Try notes an attempt. That somebody was told counts only in the right way, by whom
// the case is assigned to. Faults "counsel.closed", "counsel.not_yours",
// "counsel.face_to_face".
func (c Case) Try(t Attempt, right Way) (Case, error) {
	switch {
	case c.Status == Closed:
		return c, fault.New(fault.Conflict, "counsel.closed")
	case c.AssignedTo != t.By:
		return c, fault.New(fault.Conflict, "counsel.not_yours")
	case t.Outcome == Told && right == FaceToFace && t.Way != FaceToFace:
		return c, fault.New(fault.Conflict, "counsel.face_to_face")
	}
	c.Tries = append(slices.Clone(c.Tries), t)
	switch t.Outcome {
	case Told:
		c.ToldAt, c.Heard = t.At, c.Reason
		return c.end(EndTold, t.By, t.At), nil
	case DonorRefuses:
		return c.end(EndRefused, t.By, t.At), nil
	}
	return c, nil
}

// GiveUp closes a case nobody could be reached for. Faults "counsel.closed",
// "counsel.not_yours", and "counsel.too_few_tries" with how many the rules ask for.
func (c Case) GiveUp(by string, now time.Time, limits Limits) (Case, error) {
	switch {
	case c.Status == Closed:
		return c, fault.New(fault.Conflict, "counsel.closed")
	case c.AssignedTo != by:
		return c, fault.New(fault.Conflict, "counsel.not_yours")
	case len(c.Tries) < limits.TriesBeforeGivingUp || c.EscalatedAt.IsZero():
		return c, fault.New(fault.Conflict, "counsel.too_few_tries").With("tries", limits.TriesBeforeGivingUp)
	}
	return c.end(EndUnreachable, by, now), nil
}

// Escalate asks for a senior to look at it. Fault "counsel.closed".
func (c Case) Escalate(now time.Time) (Case, error) {
	if c.Status == Closed {
		return c, fault.New(fault.Conflict, "counsel.closed")
	}
	if c.EscalatedAt.IsZero() {
		c.EscalatedAt = now.UTC()
	}
	return c, nil
}

// Report is what was reported of the donation of a case.
type Report struct {
	IsTheirs    bool // the donation is of the case's donor
	IsQualified bool
	// FailsOtherwise: what failed is not what failed before, see result.Markers.FailsLike.
	FailsOtherwise bool
}

// Reported brings the case in line with a donation that was reported again. Whoever
// heard what is not so hears what is; whoever heard nothing yet is not called for nothing.
func (c Case) Reported(r Report, now time.Time) Case {
	c.Heard = c.heard()
	isFailing, isClosed := r.IsTheirs && !r.IsQualified, c.Status == Closed
	switch {
	case isFailing && isClosed && (c.Ending == EndWithdrawn || c.Reason == Corrected || r.FailsOtherwise):
		return c.again(NotQualified, now)
	case isFailing && !isClosed:
		c.Reason = NotQualified
	case isFailing: // it is closed for what it says
	case c.Heard == NotQualified && isClosed && c.Reason == NotQualified:
		return c.again(Corrected, now)
	case c.Heard == NotQualified && !isClosed:
		c.Reason = Corrected
	case !isClosed:
		return c.end(EndWithdrawn, "system", now)
	}
	return c
}

// heard is Heard, worked out for a case that was written before it was noted.
func (c Case) heard() Reason {
	switch {
	case c.Heard == "" && c.Ending == EndTold:
		return c.Reason
	case c.Heard == "" && c.Reason == Corrected:
		return NotQualified
	}
	return c.Heard
}

// again opens a closed case; what was tried stays.
func (c Case) again(why Reason, now time.Time) Case {
	c.Reason, c.Status, c.OpenedAt = why, Open, now.UTC()
	c.AssignedTo, c.AssignedAt, c.EscalatedAt, c.ToldAt = "", time.Time{}, time.Time{}, time.Time{}
	c.ClosedAt, c.ClosedBy, c.Ending = time.Time{}, "", ""
	return c
}

func (c Case) end(as Ending, by string, now time.Time) Case {
	c.Status, c.Ending, c.ClosedBy, c.ClosedAt = Closed, as, by, now.UTC()
	return c
}

// Store keeps cases. Methods take part in the transaction that ctx carries.
type Store interface {
	SaveCase(ctx context.Context, c Case) error
	// Case finds by ID; fault "counsel.not_found", as for LockCase, which keeps others waiting.
	Case(ctx context.Context, id string) (Case, error)
	LockCase(ctx context.Context, id string) (Case, error)
	// CasesOf finds by donation, in the order of their IDs, and keeps others waiting.
	CasesOf(ctx context.Context, donationIDs []string) (map[string][]Case, error)
	// Cases lists those of some sites (nil: of all) in the order of their IDs, after one of them.
	Cases(ctx context.Context, siteIDs []string, closed bool, after string, limit int) ([]Case, error)
}
