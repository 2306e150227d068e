// Package reception is what happens to a visit at the desk of a site: the number is
// called, what was answered is gone through, things are measured, and the visit ends
// with a donation, a deferral, or with somebody who left. docs/desk.md draws the states.
package reception

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/donation"
	"lianxin/backend/fault"
	"lianxin/backend/policy"
)

// State is how far a visit is at the desk.
type State string

const (
	Waiting     State = "waiting"     // checked in, nobody has called the number
	Called      State = "called"      // the number was called
	Interviewed State = "interviewed" // answers and measurements are on record
	Proceeds    State = "proceeds"    // goes on to give, with product and amount
	Deferred    State = "deferred"    // not today, with reason and date
	Left        State = "left"        // went away
)

// IsOver tells whether the visit has ended at the desk.
func (s State) IsOver() bool { return s == Proceeds || s == Deferred || s == Left }

// Record is what the desk knows of a visit. A visit without one waits.
type Record struct {
	VisitID    string
	SiteID     string
	Day        calendar.Date
	State      State
	Version    int64  // of the record; each change makes it one more
	CallID     string // of the last call; the desk made it up before asking, so that a lost answer calls nobody twice
	CallNumber int64  // place of that call among all of the site on the day, from 1; 0 while not called
	CalledAt   time.Time
	Counter    string // where the person is to come, as the desk calls it: "2"
	ChangedAt  time.Time
	ChangedBy  string // member of staff
	Interview  Interview
	Outcome    *Outcome // of Proceeds and Deferred
	Undone     []Undone // what was taken back, oldest first
}

// Interview is what staff found out. It is sealed wherever it is stored.
type Interview struct {
	Comments     []Comment           `json:"comments,omitempty"`
	Measurements policy.Measurements `json:"measurements,omitzero"`
	OnPaper      bool                `json:"on_paper,omitempty"` // answers and consent were given on paper and looked through
}

// Comment is what came out about one answer.
type Comment struct {
	LinkID string `json:"link_id" maxLength:"80" doc:"Question; empty for what belongs to none"`
	Text   string `json:"text" maxLength:"500"`
}

// Outcome is how a visit ended. It is sealed wherever it is stored.
type Outcome struct {
	Product    donation.Product `json:"product"`
	VolumeML   int              `json:"volume_ml,omitempty"`
	Units      int              `json:"units,omitempty"`
	RuleID     string           `json:"rule_id,omitempty"` // of a deferral
	From       calendar.Date    `json:"from,omitzero"`
	Until      calendar.Date    `json:"until,omitzero"` // zero with a RuleID: for good
	DeferralID string           `json:"deferral_id,omitempty"`
	DonorID    string           `json:"donor_id,omitempty"`
	Slip       json.RawMessage  `json:"slip,omitempty"` // what the donor's paper says
}

// Undone is a step that was taken back.
type Undone struct {
	State  State     `json:"state" enum:"called,interviewed,proceeds,deferred,left" doc:"What was taken back"`
	Reason string    `json:"reason"`
	By     string    `json:"by" doc:"Member of staff"`
	At     time.Time `json:"at"`
}

// Store keeps records. All methods take part in the transaction that ctx carries.
type Store interface {
	// LockReception keeps everybody else who would change something at a site's desk on
	// a day waiting until the transaction ends, and returns the last call's number.
	LockReception(ctx context.Context, siteID string, day calendar.Date) (lastCall int64, err error)
	// Reception is the record of a visit; one that waits when there is none yet.
	Reception(ctx context.Context, visitID string) (Record, error)
	// ReceptionByCall finds the record whose last call had an ID; ok is false for none.
	ReceptionByCall(ctx context.Context, callID string) (r Record, ok bool, err error)
	// NextWaiting is the visit of a site that waits longest; ok is false for none.
	NextWaiting(ctx context.Context, siteID string, day calendar.Date) (visitID string, ok bool, err error)
	SaveReception(ctx context.Context, r Record) error
}

// By says who changes a record, and when.
type By struct {
	Member string
	At     time.Time
}

func (r Record) changed(to State, by By) Record {
	r.State, r.Version, r.ChangedAt, r.ChangedBy = to, r.Version+1, by.At, by.Member
	return r
}

// step refuses what cannot follow on the state: fault "reception.state", with it.
func (r Record) step(from ...State) error {
	if slices.Contains(from, r.State) {
		return nil
	}
	return fault.New(fault.Conflict, "reception.state").With("state", string(r.State))
}

// Expect refuses a change of a record somebody else has changed since it was read:
// fault "reception.changed_meanwhile".
func (r Record) Expect(version int64) error {
	if r.Version != version {
		return fault.New(fault.Conflict, "reception.changed_meanwhile")
	}
	return nil
}

// Call calls the number, or calls it again.
func (r Record) Call(callID, counter string, number int64, by By) (Record, error) {
	if err := r.step(Waiting, Called, Interviewed); err != nil {
		return r, err
	}
	to := Called
	if r.State == Interviewed {
		to = Interviewed
	}
	r = r.changed(to, by)
	r.CallID, r.CallNumber, r.Counter, r.CalledAt = callID, number, counter, by.At
	return r, nil
}

// Interviewed keeps what staff found out so far.
func (r Record) Interviewed(in Interview, by By) (Record, error) {
	if err := r.step(Called, Interviewed); err != nil {
		return r, err
	}
	r = r.changed(Interviewed, by)
	r.Interview = in
	return r, nil
}

// Proceed ends the visit at the desk with a donation to come.
func (r Record) Proceed(o Outcome, by By) (Record, error) {
	if err := r.step(Interviewed); err != nil {
		return r, err
	}
	r = r.changed(Proceeds, by)
	r.Outcome = &o
	return r, nil
}

// Defer ends the visit with "not today".
func (r Record) Defer(o Outcome, by By) (Record, error) {
	if err := r.step(Called, Interviewed); err != nil {
		return r, err
	}
	r = r.changed(Deferred, by)
	r.Outcome = &o
	return r, nil
}

// Leave notes that the person went away.
func (r Record) Leave(by By) (Record, error) {
	if err := r.step(Waiting, Called, Interviewed); err != nil {
		return r, err
	}
	return r.changed(Left, by), nil
}

// Undo takes the last step back, with a reason: an outcome, an interview, a call. What
// was found out stays.
func (r Record) Undo(reason string, by By) (Record, error) {
	if err := r.step(Called, Interviewed, Proceeds, Deferred, Left); err != nil {
		return r, err
	}
	if reason == "" {
		return r, fault.New(fault.Invalid, "reception.reason_missing").At("body.reason", "reception.reason_missing", "")
	}
	before := r.State
	r = r.changed(r.before(), by)
	r.Outcome = nil
	if r.State == Waiting {
		r.CallID, r.CallNumber, r.Counter, r.CalledAt = "", 0, "", time.Time{}
	}
	r.Undone = append(slices.Clone(r.Undone), Undone{State: before, Reason: reason, By: by.Member, At: by.At})
	return r, nil
}

// before is the state the last step was taken from.
func (r Record) before() State {
	wasAsked := len(r.Interview.Comments) > 0 || len(r.Interview.Measurements.Values) > 0 || r.Interview.OnPaper
	switch {
	case r.State.IsOver() && wasAsked:
		return Interviewed
	case r.State == Called || r.CallNumber == 0:
		return Waiting
	}
	return Called
}
