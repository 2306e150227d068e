package preference

import "testing"

// What a device says of a switch is a switch of somebody at some time, or is refused.
func FuzzReadSwitched(f *testing.F) {
	f.Add([]byte(`{"donor_key":"AAAAAAAAAAAAAAAAAAAAAA","on":true,"at":"2026-11-23T04:00:00Z"}`))
	f.Add([]byte(`{"donor_key":"","on":true,"at":"2026-11-23T04:00:00Z"}`))
	f.Add([]byte(`{"donor_key":"k","on":"yes","at":"0001-01-01T00:00:00Z"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if in, err := ReadSwitched(payload); err == nil && (in.DonorKey == "" || in.At.IsZero()) {
			t.Fatalf("%+v", in)
		}
	})
}
