// Package visit holds what happens when a donor comes: the check-in with its
// answers and consent, or the honest "not today", one record for each.
package visit

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/consent"
	"lianxin/backend/donation"
	"lianxin/backend/identity"
	"lianxin/backend/lang"
	"lianxin/backend/policy"
)

// Outcome is how a visit stands.
type Outcome string

const (
	Waiting   Outcome = "waiting"   // checked in, waits to be called
	Deferred  Outcome = "deferred"  // told that today is not possible, with dates
	Duplicate Outcome = "duplicate" // the same person had checked in elsewhere the same day; see DuplicateOf
)

// Source says how the person was recognised. Staff check what was not read from a card.
type Source string

const (
	Card  Source = "card"  // read from the document by the reader
	Code  Source = "code"  // QR of a booking or donor card
	Typed Source = "typed" // entered on the screen
)

// Visit is one person's coming on one day.
type Visit struct {
	ID            string           `json:"id"`
	SiteID        string           `json:"site_id"`
	DeviceID      string           `json:"device_id"`
	Day           calendar.Date    `json:"day"`
	Outcome       Outcome          `json:"outcome"`
	Ticket        string           `json:"ticket,omitempty"` // "A012"; letter of the kiosk, number of the day
	TicketNumber  int              `json:"ticket_number,omitempty"`
	Source        Source           `json:"source"`
	DonorKey      string           `json:"donor_key"`
	Person        identity.Person  `json:"person"`
	Unprintable   []string         `json:"unprintable,omitempty"` // characters of the name no typeface of the kiosk has, "U+XXXXX"; staff write them by hand
	Product       donation.Product `json:"product"`
	VolumeML      int              `json:"volume_ml,omitempty"`
	Units         int              `json:"units,omitempty"`
	AppointmentID string           `json:"appointment_id,omitempty"`
	Language      lang.Tag         `json:"language"`
	Verdict       policy.Verdict   `json:"verdict"`
	Screening     *Screening       `json:"screening,omitempty"` // absent when deferred at the gate
	At            time.Time        `json:"at"`                  // the device's clock, kept as said
	ClockOffset   time.Duration    `json:"clock_offset"`        // center's clock minus the device's, when last known
	DuplicateOf   string           `json:"duplicate_of,omitempty"`
	Doubts        []Doubt          `json:"doubts,omitempty"` // what the center could not confirm; for staff
}

// Arrived is when the person came, by the center's clock as far as the device knew it.
func (v Visit) Arrived() time.Time { return v.At.Add(v.ClockOffset) }

// before tells which of two check-ins of one person counts: the earlier arrival,
// and of two at the same instant the one whose ID is smaller. The order in which
// the center heard of them does not matter.
func (v Visit) before(other Visit) bool {
	return cmp.Or(v.Arrived().Compare(other.Arrived()), cmp.Compare(v.ID, other.ID)) < 0
}

// Screening is everything between the gate and the ticket.
type Screening struct {
	Questionnaire string                `json:"questionnaire"` // canonical url|version
	Answers       json.RawMessage       `json:"answers"`       // FHIR R4 QuestionnaireResponse
	PassID        string                `json:"pass_id,omitempty"`
	Findings      []policy.Finding      `json:"findings,omitempty"` // for staff only
	PackVersion   string                `json:"pack_version"`
	Consent       consent.Consent       `json:"consent"`
	Exclusion     consent.SelfExclusion `json:"exclusion"` // stored apart; on no screen and no paper
}

// Listed is a visit as a list shows it: without its answers, but with how many findings
// there are for staff to look at.
type Listed struct {
	Visit
	Findings int
}

// Pass is a questionnaire answered elsewhere, good on the day it was answered.
type Pass struct {
	ID            string          `json:"id"`
	DonorKey      string          `json:"donor_key"`
	SiteID        string          `json:"site_id"`
	Questionnaire string          `json:"questionnaire"` // canonical url|version
	Answers       json.RawMessage `json:"answers"`       // sealed wherever it is stored
	AnsweredAt    time.Time       `json:"answered_at"`
}

// PassTolerance is how far the clock that decides may be behind the one by which a
// pass was answered. What was answered later than that is not true yet.
const PassTolerance = 5 * time.Minute

// PassWindow is when a pass must have been answered to count now: from the first
// instant on and before the second. Answers count on the day of the donation only,
// by Beijing's calendar, and never before they were given.
func PassWindow(now time.Time) (from, before time.Time) {
	day := calendar.Of(now)
	from = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Beijing)
	before = from.AddDate(0, 0, 1)
	if latest := now.Add(PassTolerance); latest.Before(before) {
		before = latest
	}
	return from, before
}

// IsGood tells whether the pass may stand for the questionnaire that is in force now.
func (p Pass) IsGood(now time.Time, questionnaire string) bool {
	from, before := PassWindow(now)
	return !p.AnsweredAt.Before(from) && p.AnsweredAt.Before(before) && p.Questionnaire == questionnaire
}

// Store keeps visits. All methods take part in the transaction that ctx carries.
type Store interface {
	InTx(ctx context.Context, do func(ctx context.Context) error) error
	// InsertVisit writes the visit, its screening and (in its own table) the self-exclusion.
	// A second Waiting visit of a person on a day is refused with fault "visit.already_checked_in":
	// nothing of it is written and the transaction may go on. After any other error it may not.
	InsertVisit(ctx context.Context, v Visit) error
	// PrepareVisit seals what InsertVisit writes of v sealed, without the database, and returns
	// the rest of InsertVisit. What is not sealed of v may still change: outcome, booking, doubts.
	PrepareVisit(v Visit) (insert func(ctx context.Context, v Visit) error, err error)
	// Visit finds by ID; fault "visit.not_found". Exclusion is never returned.
	Visit(ctx context.Context, id string) (Visit, error)
	// WaitingVisit finds the Waiting visit of a person on a day; ok is false when there is none.
	WaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (v Visit, ok bool, err error)
	// LockWaitingVisit is WaitingVisit, and keeps everybody else who would make it a
	// duplicate waiting until the transaction ends.
	LockWaitingVisit(ctx context.Context, donorKey string, day calendar.Date) (v Visit, ok bool, err error)
	// MarkDuplicate makes a check-in, and all that were duplicates of it, duplicates of another.
	MarkDuplicate(ctx context.Context, id, of string) error
	// VisitsAt returns a site's visits of a day in order of Arrived.
	VisitsAt(ctx context.Context, siteID string, day calendar.Date) ([]Visit, error)
	// NextTicketNumber counts a device's tickets of a day, from 1.
	NextTicketNumber(ctx context.Context, deviceID string, day calendar.Date) (int, error)
	// CountArrivals counts who came to a site after one time and until another, by
	// Arrived, and waits.
	CountArrivals(ctx context.Context, siteID string, day calendar.Date, after, until time.Time) (int64, error)
	SavePass(ctx context.Context, p Pass) error
	DeletePass(ctx context.Context, id string) error
	// PassOf finds the newest pass of a person within PassWindow; ok is false when there is none.
	PassOf(ctx context.Context, donorKey string, now time.Time) (p Pass, ok bool, err error)
	// HasPass tells whether a person ever answered elsewhere, good today or not.
	HasPass(ctx context.Context, donorKey string) (bool, error)
}
