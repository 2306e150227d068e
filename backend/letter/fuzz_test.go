package letter_test

import (
	"bytes"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/letter"
	"lianxin/backend/token"
)

// The file lies on a stick on its way: only what the device sealed is opened.
func FuzzOpen(f *testing.F) {
	key, err := token.NewKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)))
	if err != nil {
		f.Fatal(err)
	}
	center := centerKey(f, 7)
	file, err := letter.Seal(center.Public(), key, letter.Bundle{DeviceID: "device-1", MadeAt: at})
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := letter.Open(center, func(string) (token.PublicKey, error) { return key.Public(), nil }, file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte(`{"format":1,"device_id":"device-1","sealed":"","signature":""}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := letter.Open(center, func(string) (token.PublicKey, error) { return key.Public(), nil }, text)
		if err != nil {
			if from := fault.From(err); from.Kind == fault.Internal || from.Code == "" {
				t.Fatal(err)
			}
			return
		}
		if b.DeviceID != sealed.DeviceID || !b.MadeAt.Equal(sealed.MadeAt) || len(b.Letters) != len(sealed.Letters) {
			t.Fatalf("forged: %+v from %q", b, text)
		}
	})
}
