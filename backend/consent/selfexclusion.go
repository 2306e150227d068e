package consent

import (
	"fmt"
	"log/slog"

	"lianxin/backend/fault"
)

// SelfExclusion is the donor's private answer whether the blood may be given to
// a patient (保密性弃血 made on the spot).
//
// Somebody may come with a colleague, a partner or a whole class and find no way
// to say "better not mine" aloud. So everybody is asked, both answers look the
// same and lead on in the same way, and which one was given shows on no screen,
// no paper, no list, no log and no message: a donor who is seen to have said
// Discard has been exposed, and one who fears to be seen will say Use. Only the
// center's laboratory release reads it, from its own sealed table. The answer
// Discard changes nothing else: the donation, its thanks and its points stay.
//
// The type prints itself as "undisclosed" for the same reason. To store it,
// convert it: string(e).
type SelfExclusion string

const (
	// Use: the blood may be given to a patient if it passes its tests.
	Use SelfExclusion = "use"
	// Discard: the blood must not be given to anybody.
	Discard SelfExclusion = "discard"
)

// ParseSelfExclusion accepts the two answers; fault "consent.exclusion_unknown"
// otherwise, which does not repeat what was given.
func ParseSelfExclusion(s string) (SelfExclusion, error) {
	if e := SelfExclusion(s); e.Valid() {
		return e, nil
	}
	return "", fault.New(fault.Invalid, "consent.exclusion_unknown")
}

// Valid tells whether an answer was given.
func (e SelfExclusion) Valid() bool { return e == Use || e == Discard }

// Format hides the answer from every fmt verb.
func (e SelfExclusion) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("undisclosed")) }

// LogValue hides the answer from structured logs.
func (e SelfExclusion) LogValue() slog.Value { return slog.StringValue("undisclosed") }
