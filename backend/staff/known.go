package staff

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"lianxin/backend/chain"
)

const (
	cookieNonce = 16 // bytes
	maxCookie   = 128
)

// A device cookie is what a desk or browser keeps from a login that worked and
// shows at the next one (OWASP, "Slow Down Online Guessing Attacks with Device
// Cookies"). It lets nobody in: it only keeps the failures of strangers apart from
// those of the member's own devices.

// NewCookie makes the device cookie of a member.
func (s *Service) NewCookie(memberID string) (string, error) {
	nonce := make([]byte, cookieNonce)
	if _, err := io.ReadFull(s.Random, nonce); err != nil {
		return "", fmt.Errorf("draw device cookie: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(nonce)
	return text + "." + s.cookieMAC(memberID, text), nil
}

func (s *Service) cookieMAC(memberID, nonce string) string {
	mac := hmac.New(sha256.New, s.CookieKey)
	mac.Write(chain.Fields("device-cookie", memberID, nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// origin is where an attempt at a member's account comes from: the device when its
// cookie is right, the network otherwise.
func (s *Service) origin(memberID string, a Attempt) Origin {
	nonce, mac, found := strings.Cut(a.Cookie, ".")
	if found && len(a.Cookie) <= maxCookie && hmac.Equal([]byte(mac), []byte(s.cookieMAC(memberID, nonce))) {
		return Origin("device:" + nonce)
	}
	return a.From
}
