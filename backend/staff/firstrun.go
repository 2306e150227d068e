package staff

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"lianxin/backend/fault"
)

// FirstRunLife is how long the link for the first administrator works.
const FirstRunLife = 24 * time.Hour

const firstRunSize = 32 // bytes

// FirstRun is what is stored of the link with which the first administrator makes
// their account. 256 random bits need no slow hash and no key.
type FirstRun struct {
	Hash      []byte
	ExpiresAt time.Time
	UsedAt    time.Time // zero while unused
}

// NewFirstRun draws a link. The token is shown once, on the console of the
// center, and goes behind the # of an address, where no server log sees it.
func NewFirstRun(random io.Reader, now time.Time) (token string, f FirstRun, err error) {
	raw := make([]byte, firstRunSize)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", FirstRun{}, fmt.Errorf("draw first-run link: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, FirstRun{Hash: firstRunHash(token), ExpiresAt: now.Add(FirstRunLife).UTC()}, nil
}

// Use returns the link as used. Faults: "staff.link_wrong", "staff.link_used",
// "staff.link_expired" (each only to somebody who has the right token).
func (f FirstRun) Use(token string, now time.Time) (FirstRun, error) {
	switch {
	case len(f.Hash) == 0 || subtle.ConstantTimeCompare(f.Hash, firstRunHash(token)) != 1:
		return f, fault.New(fault.Forbidden, "staff.link_wrong")
	case !f.UsedAt.IsZero():
		return f, fault.New(fault.Forbidden, "staff.link_used")
	case !now.Before(f.ExpiresAt):
		return f, fault.New(fault.Forbidden, "staff.link_expired")
	}
	f.UsedAt = now.UTC()
	return f, nil
}

func firstRunHash(token string) []byte {
	sum := sha256.Sum256([]byte("lianxin first run 1\x00" + token))
	return sum[:]
}
