// Package sync carries changes between a device and the center: operations up,
// with a fate for each, and the center's change feed down, by cursor.
//
// Both ends are here, so that the protocol is one thing to read. The center end
// applies operations through the same nouns the device used; the device end
// applies pulled changes without ever writing to its outbox.
package sync

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lianxin/backend/device"
	"lianxin/backend/fault"
	"lianxin/backend/outbox"
)

// Protocol is the version both ends speak. A peer of another version says so in
// every message: unknown fields of a newer one are parked, a too-old one is told
// to update while it goes on capturing.
const Protocol = 1

// MinProtocol is the oldest version this program still understands.
const MinProtocol = 1

// Noun names what a change is about.
type Noun string

const (
	Site        Noun = "site"        // a donation site, in scope Everywhere
	Pack        Noun = "pack"        // rules, questionnaire or consent, in scope Everywhere
	Gate        Noun = "gate"        // a person held back, by keyed hash, in scope Everywhere
	Appointment Noun = "appointment" // a booking, in the scope of its site
	Notice      Noun = "notice"      // a booking anywhere, without its person, in scope Notices
	Arrival     Noun = "arrival"     // somebody waits somewhere today, without their person, in scope Notices
	Pass        Noun = "pass"        // a questionnaire answered elsewhere, in the scope of its site
	Donor       Noun = "donor"       // a donor card, in the scope of the site last visited
	StaffCall   Noun = "staff_call"  // what staff did about a call, in the scope of its site
	Gift        Noun = "gift"        // a gift of the catalogue, in scope Everywhere
	Stock       Noun = "stock"       // what is left of a gift, in the scope of its site; Everywhere when it comes to none or some
	Visit       Noun = "visit"       // who is checked in today, in the scope of its site
)

// Everywhere is the scope all devices follow; the other scopes are site IDs.
const Everywhere = "*"

// Notices is the scope of what all devices are told without a person in it:
// bookings and arrivals of every site. It is apart from Everywhere so that a
// site's check-ins and the gate list never wait for each other.
const Notices = "notices"

// InOrder sorts marks so that no two transactions wait for each other's scopes:
// Everywhere, then the sites by ID, then Notices. Of several marks for one thing
// the last stays.
func InOrder(marks []Mark) []Mark {
	last := map[Mark]int{}
	thing := func(m Mark) Mark { m.Deleted = false; return m }
	for i, m := range marks {
		last[thing(m)] = i
	}
	var kept []Mark
	for i, m := range marks {
		if last[thing(m)] == i {
			kept = append(kept, m)
		}
	}
	slices.SortStableFunc(kept, func(a, b Mark) int {
		return cmp.Or(rank(a.Scope)-rank(b.Scope), cmp.Compare(a.Scope, b.Scope))
	})
	return kept
}

func rank(scope string) int {
	switch scope {
	case Everywhere:
		return 0
	case Notices:
		return 2
	}
	return 1
}

// Mark says that a thing changed; the feed keeps the last place of each.
type Mark struct {
	Scope   string
	Noun    Noun
	ID      string
	Deleted bool
}

// Placed is a mark with its place in the feed of its scope.
type Placed struct {
	Mark
	Seq int64
}

// Feed is the center's record of what changed. Methods take part in the
// transaction that ctx carries.
type Feed interface {
	// MarkChanged gives every mark the next place in its scope, scopes as InOrder has
	// them. Each scope stays locked until the transaction ends: mark last, and once.
	MarkChanged(ctx context.Context, marks ...Mark) error
	// Changed returns up to limit marks of a scope after a place, in order.
	Changed(ctx context.Context, scope string, after int64, limit int) ([]Placed, error)
}

// Change is one thing of the feed with its present content.
type Change struct {
	Noun    Noun            `json:"noun"`
	ID      string          `json:"id"`
	Deleted bool            `json:"deleted,omitempty"`
	Data    json.RawMessage `json:"data,omitempty" doc:"Content by noun; absent when deleted"`
}

// PushRequest carries a device's operations, oldest first.
type PushRequest struct {
	Protocol   int                `json:"protocol" minimum:"1"`
	Version    string             `json:"version" maxLength:"80" doc:"Program version of the device"`
	SentAt     time.Time          `json:"sent_at" doc:"The device's clock"`
	Pending    int64              `json:"pending" doc:"Operations still waiting, these included"`
	Dead       int64              `json:"dead" doc:"Refused operations the device holds"`
	SetAside   int64              `json:"set_aside,omitempty" doc:"Changes of the feed the device could not take over"`
	LastSeq    int64              `json:"last_seq,omitempty" doc:"End of the device's log: a center that was restored sees by it what it lacks"`
	Heard      []string           `json:"heard,omitempty" maxItems:"500" doc:"IDs of the late answers of the push before, which are written down now"`
	Condition  *device.Condition  `json:"condition,omitempty" doc:"How the device is: with each sign of life, and when it is another one than said before"`
	Operations []outbox.Operation `json:"operations" maxItems:"2000"`
}

// FirstSeq is the sequence of the first operation, 0 for none; the signature covers it.
func (r PushRequest) FirstSeq() int64 {
	if len(r.Operations) == 0 {
		return 0
	}
	return r.Operations[0].Seq
}

// PushResponse carries a fate for each operation.
type PushResponse struct {
	Protocol   int             `json:"protocol"`
	Now        time.Time       `json:"now" doc:"The center's clock"`
	Answers    []outbox.Answer `json:"answers"`
	Late       []outbox.Answer `json:"late,omitempty" doc:"Fates of operations that were parked, until the device says it heard"`
	ResendFrom int64           `json:"resend_from,omitempty" doc:"The center lacks operations from this sequence on, as after a restored backup: send them again"`
}

// PullResponse carries changes after a cursor.
type PullResponse struct {
	Protocol int       `json:"protocol"`
	Now      time.Time `json:"now" doc:"The center's clock"`
	Changes  []Change  `json:"changes"`
	Cursor   string    `json:"cursor" doc:"Ask with this next time"`
	More     bool      `json:"more" doc:"There is more; ask again at once"`
}

// LookupRequest asks the center for what it knows of one person who has just been
// identified by a card or code. Exactly one of the keyed hashes is given.
type LookupRequest struct {
	DonorKey  string `json:"donor_key,omitempty" minLength:"22" maxLength:"22" doc:"Of the document that was read: answers with today's pass"`
	CardKey   string `json:"card_key,omitempty" minLength:"22" maxLength:"22" doc:"Of the donor card that was scanned: answers with its donor too"`
	CodeKey   string `json:"code_key,omitempty" minLength:"22" maxLength:"22" doc:"Of the booking code that was scanned: answers with the booking too"`
	BookingID string `json:"booking_id,omitempty" maxLength:"80" doc:"The booking the code is of, as its notice says"`
}

// IsOne tells whether exactly one thing is asked for.
func (r LookupRequest) IsOne() bool {
	n := 0
	for _, key := range []string{r.DonorKey, r.CardKey, r.CodeKey} {
		if key != "" {
			n++
		}
	}
	return n == 1 && (r.CodeKey == "") == (r.BookingID == "")
}

// LookupResponse carries what was found as the feed would; nothing is no failure.
type LookupResponse struct {
	Protocol int      `json:"protocol"`
	Changes  []Change `json:"changes"`
}

// Cursor is a place in the feeds a device follows, within one epoch of the center.
type Cursor struct {
	Epoch string // changes when a center is restored from a backup; the device starts over
	Seqs  map[string]int64
}

// String writes epoch;scope=seq;… with the scope Everywhere first.
func (c Cursor) String(scopes []string) string {
	parts := []string{c.Epoch}
	for _, scope := range scopes {
		parts = append(parts, scope+"="+strconv.FormatInt(c.Seqs[scope], 10))
	}
	return strings.Join(parts, ";")
}

// ParseCursor reads what String wrote; "" is the beginning.
func ParseCursor(text string) (Cursor, error) {
	c := Cursor{Seqs: map[string]int64{}}
	if text == "" {
		return c, nil
	}
	epoch, rest, _ := strings.Cut(text, ";")
	c.Epoch = epoch
	for part := range strings.SplitSeq(rest, ";") {
		if part == "" {
			continue
		}
		scope, digits, found := strings.Cut(part, "=")
		seq, err := strconv.ParseInt(digits, 10, 64)
		if !found || err != nil || seq < 0 {
			return Cursor{}, fault.Wrap(fmt.Errorf("part %q", part), fault.Invalid, "sync.cursor").At("query.cursor", "sync.cursor", "")
		}
		c.Seqs[scope] = seq
	}
	return c, nil
}
