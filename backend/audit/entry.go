// Package audit is the record of who did what: every access to personal data and
// every action of staff, append-only and chained by hash, so that an entry that
// was altered, taken out or moved is found by Verify.
//
// The log names things by their ids and holds no personal data itself: it is
// kept for long, exported, and read by people who may not see donors. What
// changed is kept as Redact leaves it, or as a keyed digest.
//
// A chain cannot show that its newest entries were cut off. Whoever exports the
// log keeps the Head it ended with; Verify compares.
package audit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"lianxin/backend/chain"
	"lianxin/backend/fault"
)

// Entry is one thing somebody did.
type Entry struct {
	Seq    int64     `json:"seq"`    // from 1, without gaps
	At     time.Time `json:"at"`     // UTC, whole microseconds
	Who    string    `json:"who"`    // staff or device id; "system" for the program itself
	Role   string    `json:"role"`   // role at that moment; "device", "system"
	Action string    `json:"action"` // noun.verb: "visit.read", "device.revoke"
	Object Object    `json:"object"`
	Where  Where     `json:"where"`
	Before string    `json:"before,omitempty"` // Redact or a keyed digest; "" for none
	After  string    `json:"after,omitempty"`
	Prev   []byte    `json:"prev"` // hash of the entry before; empty for the first
	Hash   []byte    `json:"hash"`
}

// Object is what it was done to.
type Object struct {
	Noun string `json:"noun"` // "visit"
	ID   string `json:"id"`   // opaque; never a number a person has; "" when it was many
}

// Where it was done.
type Where struct {
	Device string `json:"device"`
	Site   string `json:"site"`
}

// Head is the end of a log: enough to see later that nothing was cut off.
type Head struct {
	Seq  int64  `json:"seq"`
	Hash []byte `json:"hash"`
}

// Head returns the end of a log whose last entry is e.
func (e Entry) Head() Head { return Head{Seq: e.Seq, Hash: e.Hash} }

// canonicalVersion is part of what is hashed: a later layout gets another.
const canonicalVersion = "audit 1"

// canonical returns the bytes the hash covers. Times are written in microseconds,
// the finest both databases keep.
func (e Entry) canonical() []byte {
	return chain.Fields(canonicalVersion, strconv.FormatInt(e.Seq, 10), strconv.FormatInt(e.At.UnixMicro(), 10),
		e.Who, e.Role, e.Action, e.Object.Noun, e.Object.ID, e.Where.Device, e.Where.Site, e.Before, e.After)
}

// Chain gives e its place after the end of a log (the zero Head for an empty
// one): sequence, time in whole microseconds, prev and hash.
func Chain(end Head, e Entry) Entry {
	e.Seq, e.Prev = end.Seq+1, end.Hash
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Hash = chain.Link(e.Prev, e.canonical())
	return e
}

var (
	actionShape = regexp.MustCompile(`^[a-z][a-z_]*(\.[a-z][a-z_]*)+$`)
	nounShape   = regexp.MustCompile(`^[a-z][a-z_]*$`)
	idShape     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$`)
	// personal finds resident numbers (GB 11643: 17 digits and a digit or X) and
	// mobile numbers standing by themselves, alone or inside more text. No group of
	// a UUID has 11 or 18 characters.
	personal = regexp.MustCompile(`(^|[^0-9A-Za-z])([0-9]{17}[0-9Xx]|1[3-9][0-9]{9})($|[^0-9A-Za-z])`)
)

// leastDigits is how many digits a number of a person has in a row.
const leastDigits = 11

// isPersonal tells whether a text seems to hold a number of a person. Nearly none has
// that many digits in a row, and to see that takes a tenth of the time.
func isPersonal(text string) bool {
	digits := 0
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			digits = 0
			continue
		}
		if digits++; digits == leastDigits {
			return personal.MatchString(text)
		}
	}
	return false
}

// IsID tells whether a text may name a thing in the log: it is short, and no number a
// person has. Whoever takes an ID from outside asks before anything is kept under it.
func IsID(text string) bool { return idShape.MatchString(text) && !isPersonal(text) }

// Shown is a text somebody chose as the log may hold it: "…" when it seems to have a
// number of a person in it.
func Shown(text string) string {
	if isPersonal(text) {
		return "…"
	}
	return text
}

const maxChange = 16 << 10 // bytes of before or after

// Check refuses an entry that is incomplete or seems to hold a person's number.
// It is our fault then, not the user's: "audit.entry_invalid", with the places.
func (e Entry) Check() error {
	f := fault.New(fault.Internal, "audit.entry_invalid")
	bad := func(ok bool, place string) {
		if !ok {
			f.At(place, "invalid", "")
		}
	}
	bad(!e.At.IsZero(), "at")
	bad(IsID(e.Who), "who")
	bad(nounShape.MatchString(e.Role), "role")
	bad(actionShape.MatchString(e.Action), "action")
	bad(nounShape.MatchString(e.Object.Noun), "object.noun")
	bad(e.Object.ID == "" || IsID(e.Object.ID), "object.id")
	bad(e.Where.Device == "" || IsID(e.Where.Device), "where.device")
	bad(e.Where.Site == "" || IsID(e.Where.Site), "where.site")
	bad(len(e.Before) <= maxChange && !isPersonal(e.Before), "before")
	bad(len(e.After) <= maxChange && !isPersonal(e.After), "after")
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

// Redact writes a value as JSON with only the named top-level members shown; of
// the others only that they were there. A list of what may be shown forgets
// nothing when a field is added later.
func Redact(value any, shown ...string) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("redact: %w", err)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return "", fmt.Errorf("redact: not an object")
	}
	isShown := map[string]bool{}
	for _, name := range shown {
		isShown[name] = true
	}
	for name := range members {
		if !isShown[name] {
			members[name] = json.RawMessage(`"…"`)
		}
	}
	redacted, err := json.Marshal(members) // members in order of their names
	return string(redacted), err
}
