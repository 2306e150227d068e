package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lianxin/backend/token"
)

// secret stands in damaged files, and never in what is said of them.
const secret = "c2VjcmV0IHNlZWQgb2YgYSBjbGllbnQ"

// A client's file is read or refused without a word of it; what is read is written the same.
func FuzzClientFile(f *testing.F) {
	f.Add([]byte(`{"url":"https://center.example.invalid","issuer":"i","device_id":"d","seed":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`))
	f.Add([]byte(`{"seed":"` + secret + `"}`))
	f.Add([]byte(`{"seed":["` + secret + `"]}`))
	f.Add([]byte(`null`))
	f.Add([]byte(secret))
	c := HospitalClient{Client: filepath.Join(f.TempDir(), "client.json")}
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(c.Client, file, 0o600); err != nil {
			t.Fatal(err)
		}
		kept, err := c.read()
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Fatal(err)
			}
			return
		}
		if _, err := token.KeyFromSeed(kept.Seed); err != nil && strings.Contains(err.Error(), secret) {
			t.Fatal(err)
		}
		if err := c.write(kept); err != nil {
			t.Fatal(err)
		}
		again, err := c.read()
		if err != nil || again.URL != kept.URL || again.Issuer != kept.Issuer || again.DeviceID != kept.DeviceID || string(again.Seed) != string(kept.Seed) || again.Enrolment != kept.Enrolment {
			t.Fatalf("%+v is read as %+v, %v", kept, again, err)
		}
	})
}
