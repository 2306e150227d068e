package staff

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Of all that can be typed only what reads as a code of now is taken, and once.
func FuzzAcceptTOTP(f *testing.F) {
	drawn, err := NewTOTP(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "wang")
	if err != nil {
		f.Fatal(err)
	}
	for _, code := range []string{"000000", "123456", "１２３４５６", "12 34 56", "-12345", "1e5", "", strings.Repeat("9", 16), "\x00\xff"} {
		f.Add(code, int64(1_795_406_400))
	}
	f.Fuzz(func(t *testing.T, code string, at int64) {
		if at < 60 || at > 1<<40 { // no such clock
			return
		}
		now := time.Unix(at, 0)
		step, err := acceptTOTP(drawn.Secret, code, now, -1)
		if err != nil {
			return
		}
		if len(normal(code)) != 6 || strings.Trim(normal(code), "0123456789") != "" {
			t.Fatalf("%q is taken", code)
		}
		if _, err := acceptTOTP(drawn.Secret, code, now, step); err == nil {
			// Another step may have the same code by chance; the same one is never good twice.
			if again, _ := acceptTOTP(drawn.Secret, code, now, step); again <= step {
				t.Fatalf("%q is good twice", code)
			}
		}
	})
}
