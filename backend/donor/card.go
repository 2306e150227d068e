package donor

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// CardKey returns the keyed hash of a donor card's code: HMAC-SHA-256 under the
// center's gate key, 128 bits, base64url. The code cannot be made of it; "" for none.
func CardKey(gateKey []byte, code string) string {
	if code == "" {
		return ""
	}
	mac := hmac.New(sha256.New, gateKey)
	mac.Write([]byte("lianxin/donor-card/v1\x00" + code))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}
