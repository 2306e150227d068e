package staff

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"
)

// RFC 6238 appendix B, SHA-1, the last six of the eight digits.
func TestTOTPVectors(t *testing.T) {
	secret := totpBase32.EncodeToString([]byte("12345678901234567890"))
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		step, err := acceptTOTP(secret, code, time.Unix(unix, 0), 0)
		if err != nil || step != unix/30 {
			t.Errorf("%d: step %d, %v", unix, step, err)
		}
	}
	const at, code = 1111111109, "081804"
	for shift, want := range map[int64]bool{-60: false, -30: true, 0: true, 30: true, 60: false} {
		if _, err := acceptTOTP(secret, code, time.Unix(at+shift, 0), 0); (err == nil) != want {
			t.Errorf("%d s away: %v", shift, err)
		}
	}
	if _, err := acceptTOTP(secret, "０８１８０４", time.Unix(at, 0), 0); err != nil {
		t.Errorf("full-width digits: %v", err)
	}
	if _, err := acceptTOTP("not base32!", code, time.Unix(at, 0), 0); err == nil || errors.Is(err, errCode) {
		t.Errorf("a broken stored secret counts as a wrong code: %v", err)
	}
}

func TestNewTOTP(t *testing.T) {
	one, err := NewTOTP(rand.Reader, "wang.test")
	if err != nil || !strings.HasPrefix(one.URI, "otpauth://totp/Lianxin:wang.test?") || len(one.Secret) != 32 {
		t.Fatalf("%+v, %v", one, err)
	}
	if two, err := NewTOTP(rand.Reader, "wang.test"); err != nil || two.Secret == one.Secret {
		t.Errorf("drawn twice the same: %v", err)
	}
	if _, err := NewTOTP(strings.NewReader("x"), "wang.test"); err == nil {
		t.Error("a secret from too little randomness")
	}
}
