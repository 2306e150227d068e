package staff

import "time"

// SessionLife is how long a login lasts: a working day. After it the password
// and a code are asked for again.
const SessionLife = 10 * time.Hour

// Session is one login at one desk or in one browser. Its key is made for it,
// never leaves the machine it was made on, and asks for a fresh access token
// every few minutes; ending the session ends every token given to it.
type Session struct {
	ID        string
	MemberID  string
	PublicKey []byte // Ed25519, 32 bytes
	StartedAt time.Time
	EndsAt    time.Time
}

// IsOver tells whether the session may no longer ask for tokens.
func (s Session) IsOver(now time.Time) bool { return !now.Before(s.EndsAt) }
