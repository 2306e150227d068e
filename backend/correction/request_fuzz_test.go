package correction

import (
	"encoding/json"
	"testing"
)

// What passes the check says what it is about, of whom, by which device and when.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"id":"r","donor_key":"k","donation_id":"d","subject":"amount","site_id":"s","device_id":"v","at":"2026-11-23T04:00:00Z"}`))
	f.Add([]byte(`{"id":"r","donor_key":"k","subject":"missing","about":"2026-02-30","site_id":"s","device_id":"v","at":"2026-11-23T04:00:00Z"}`))
	f.Add([]byte(`{"id":"r","donor_key":"k","donation_id":"d","subject":"day","person":{"name":"x"},"site_id":"s","device_id":"v","at":"2026-11-23T04:00:00Z"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var r Request
		if json.Unmarshal(payload, &r) != nil || r.Check() != nil {
			return
		}
		if (r.DonationID == "") != (r.Subject == Missing) || r.ID == "" || r.DeviceID == "" || r.At.IsZero() || r.State != "" || r.AnsweredBy != "" {
			t.Fatalf("%s became %+v", payload, r)
		}
	})
}
