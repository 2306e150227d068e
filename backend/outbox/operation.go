// Package outbox is the one write path of a device: every change a kiosk or
// desk makes is an Operation, written in the same transaction as the change
// itself and chained by hash to the operation before it.
//
// The device names the operation (UUIDv7) before anything is sent, so the
// center can tell a repeat from a new one for ever. The center answers a Fate
// for each; nothing is dropped in silence.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"lianxin/backend/chain"
)

// Kind names what an operation does, as noun.verb in the past tense.
type Kind string

const (
	VisitCheckedIn   Kind = "visit.checked_in"   // a donor checked in, with answers and consent
	VisitDeferred    Kind = "visit.deferred"     // a donor was told that today is too early
	StaffCallRaised  Kind = "staff_call.raised"  // somebody at the kiosk asks for a person
	StaffCallCleared Kind = "staff_call.cleared" // that somebody took the call back
	// RedemptionRequested asks for a gift without a line; the center decides when it arrives.
	RedemptionRequested Kind = "redemption.requested"
	// SuggestionsSwitched says whether somebody wants gifts suggested to them.
	SuggestionsSwitched Kind = "suggestions.switched"
	CorrectionAsked     Kind = "correction.asked" // a donor says that something on file is not right
)

// PayloadVersion is the version of the payloads this program writes. A center
// that knows only older ones parks the operation until it is updated; one that knows
// newer ones still reads these.
const PayloadVersion = 1

// Operation is one change, as it was made on a device.
type Operation struct {
	ID         string          `json:"id" format:"uuid" doc:"UUIDv7 made on the device; unique for ever"`
	Seq        int64           `json:"seq" minimum:"1" doc:"Position in this device's log, without gaps"`
	Kind       Kind            `json:"kind" doc:"What happened, noun.verb"`
	Version    int             `json:"version" minimum:"1" doc:"Version of the payload"`
	DeviceTime time.Time       `json:"device_time" doc:"The device's clock when it was made, kept as said"`
	Payload    json.RawMessage `json:"payload" doc:"The change itself"`
	Prev       []byte          `json:"prev" doc:"Hash of the operation before it; empty for the first"`
	Hash       []byte          `json:"hash" doc:"Hash over prev and this operation"`
}

// Fate is what the center did with an operation.
type Fate string

const (
	Pending        Fate = "pending"         // not answered yet; only ever seen on the device
	Applied        Fate = "applied"         // done now
	AlreadyApplied Fate = "already_applied" // done before; the same answer for ever
	Parked         Fate = "parked"          // the center keeps it whole until it is updated, then applies it
	Refused        Fate = "refused"         // not done; Code says why; staff see it in the dead letters
)

// IsAnswer tells whether a fate is one a center answers with.
func (f Fate) IsAnswer() bool {
	return f == Applied || f == AlreadyApplied || f == Parked || f == Refused
}

// Answer is the center's fate for one operation.
type Answer struct {
	ID   string `json:"id" format:"uuid"`
	Seq  int64  `json:"seq"`
	Fate Fate   `json:"fate" enum:"applied,already_applied,parked,refused"`
	Code string `json:"code,omitempty" doc:"Why it was refused, as a fault code"`
}

// Entry is an operation with what is known of its fate.
type Entry struct {
	Operation
	Fate Fate   `json:"fate"`
	Code string `json:"code,omitempty"`
	// SettledBy and SettledAt say who dealt with a refused one by hand, and when.
	SettledBy string    `json:"settled_by,omitempty"`
	SettledAt time.Time `json:"settled_at,omitzero"`
}

// New returns an operation still without its place in the log (Seq, Prev, Hash):
// Append gives it that, inside the transaction that makes the change.
func New(id string, kind Kind, at time.Time, payload any) (Operation, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return Operation{}, fmt.Errorf("encode %s payload: %w", kind, err)
	}
	return Operation{ID: id, Kind: kind, Version: PayloadVersion, DeviceTime: at.UTC(), Payload: body}, nil
}

// canonical returns the bytes the hash covers: every field in a fixed order, the
// payload byte for byte as it was made.
func (o Operation) canonical() []byte {
	return chain.Fields(o.ID, strconv.FormatInt(o.Seq, 10), string(o.Kind), strconv.Itoa(o.Version),
		o.DeviceTime.UTC().Format(time.RFC3339Nano), string(o.Payload))
}

// Follow gives o its place after an operation with sequence seq and hash prev.
func (o Operation) Follow(seq int64, prev []byte) Operation {
	o.Seq, o.Prev = seq+1, prev
	o.Hash = chain.Link(prev, o.canonical())
	return o
}

// Verify tells whether o's hash is right for its content and its predecessor.
func (o Operation) Verify() bool {
	return chain.Holds(o.Prev, o.canonical(), o.Hash)
}

// Forgotten tells whether o came without its payload: the device has emptied it,
// long after it was accounted for. Its hash stands for it and cannot be checked.
func (o Operation) Forgotten() bool {
	return len(o.Payload) == 0 || string(o.Payload) == "null"
}

// Log is where a device keeps its operations. All methods take part in the
// transaction that ctx carries.
type Log interface {
	// AppendOperation places op at the end of the log and returns it as placed.
	AppendOperation(ctx context.Context, op Operation) (Operation, error)
	// PendingOperations returns up to limit operations after seq that have no fate yet, oldest first.
	PendingOperations(ctx context.Context, after int64, limit int) ([]Operation, error)
	// RecordFates writes what the center answered.
	RecordFates(ctx context.Context, answers []Answer) error
	// DeadLetters returns the refused operations nobody dealt with yet, newest first.
	DeadLetters(ctx context.Context, limit int) ([]Entry, error)
	// SettledLetters returns the refused operations somebody dealt with, newest first.
	SettledLetters(ctx context.Context, limit int) ([]Entry, error)
	// SettleLetter notes that somebody dealt with a refused operation; it stays in
	// the log. Fault "letter.not_found" when none of the id waits for that.
	SettleLetter(ctx context.Context, id, by string, at time.Time) error
	// LastSeq returns the sequence of the last operation; 0 for an empty log.
	LastSeq(ctx context.Context) (int64, error)
	// CountOperations returns how many operations have the fate; refused ones that
	// somebody dealt with are not counted.
	CountOperations(ctx context.Context, fate Fate) (int64, error)
}
