package staff

import (
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 * time.Second // what every authenticator app assumes (RFC 6238 §4.1)
	totpSkew   = 1                // steps before and after, for slow fingers and clocks
	totpSecret = 20               // bytes, RFC 4226 §4 R6
)

var totpBase32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// TOTP is a new second factor, to be shown once as a QR code.
type TOTP struct {
	Secret string // base32
	URI    string // otpauth://…, what the QR code says
}

// NewTOTP draws a second factor for a login name.
func NewTOTP(random io.Reader, login string) (TOTP, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Lianxin", AccountName: login, SecretSize: totpSecret, Rand: random})
	if err != nil {
		return TOTP{}, fmt.Errorf("draw second factor: %w", err)
	}
	return TOTP{Secret: key.Secret(), URI: key.URL()}, nil
}

// errCode is any code that does not work; the person is not told which.
var errCode = errors.New("the code is wrong, too old, or was used before")

// acceptTOTP returns the time step of a right code. A step at or before last was
// used already: somebody may have watched it being typed (RFC 6238 §5.2).
func acceptTOTP(secret, code string, now time.Time, last int64) (step int64, err error) {
	if raw, err := totpBase32.DecodeString(secret); err != nil || len(raw) != totpSecret {
		return 0, errors.New("stored second factor is not 20 bytes of base32")
	}
	current := now.Unix() / int64(totpPeriod/time.Second)
	found := int64(-1)
	for step := current - totpSkew; step <= current+totpSkew; step++ { // always all of them, for the same time
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, fmt.Errorf("compute code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(normal(code))) == 1 && step > last {
			found = step
		}
	}
	if found < 0 {
		return 0, errCode
	}
	return found, nil
}

// CodeAt is what an authenticator app shows for a secret at a moment. Only a demo, whose
// secret everybody knows, may ask for it.
func CodeAt(secret string, at time.Time) (string, error) {
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		return "", fmt.Errorf("code of a demo: %w", err)
	}
	return code, nil
}

// CodePeriod is how long a code is shown.
const CodePeriod = totpPeriod
