package donor

import (
	"context"
	"time"
)

// SessionLife is how long a donor stays logged in on a phone of their own: long enough to
// photograph the papers of a claim, and short on a phone that is lent or left.
const SessionLife = 30 * time.Minute

// Session is one login of a donor. Its key is made for it, never leaves the phone, and asks
// for a fresh access token every few minutes; ending it ends every token given to it.
type Session struct {
	ID        string
	DonorID   string // whose document was typed, not who they are counted under
	PublicKey []byte // Ed25519, 32 bytes
	StartedAt time.Time
	EndsAt    time.Time
}

// IsOver tells whether the session may no longer ask for tokens.
func (s Session) IsOver(now time.Time) bool { return !now.Before(s.EndsAt) }

// Sessions keeps logins. Methods take part in the transaction that ctx carries.
type Sessions interface {
	// SaveDonorSession inserts or replaces by ID.
	SaveDonorSession(ctx context.Context, s Session) error
	// DonorSession finds by ID; fault "donor.session_not_found".
	DonorSession(ctx context.Context, id string) (Session, error)
	// EndDonorSession ends one; one that is not there has ended already.
	EndDonorSession(ctx context.Context, id string) error
	// EndDonorSessionsOf ends all of some donors.
	EndDonorSessionsOf(ctx context.Context, donorIDs []string) error
	// ForgetDonorSessions drops those that were over before a time.
	ForgetDonorSessions(ctx context.Context, before time.Time) error
}
