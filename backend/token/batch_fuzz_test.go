package token

import (
	"bytes"
	"testing"
)

// Only the signature itself opens its batch; it is encoded in one way.
func FuzzVerifyBatch(f *testing.F) {
	key, batch := keyOf(f, 1), Batch{Device: "device-1", Seq: 7, Body: []byte(`{"protocol":1}`)}
	good := SignBatch(key, batch)
	f.Add(good, "device-1", int64(7), batch.Body)
	f.Add(good+"=", "device-1", int64(7), batch.Body)
	f.Add("v2."+good[3:], "device-1", int64(7), batch.Body)
	f.Add(good, "device-2", int64(7), batch.Body)
	f.Add(ProvePossession(key, "BBBBBBBBBBB"), "device-1", int64(7), batch.Body)
	f.Fuzz(func(t *testing.T, signature, device string, seq int64, body []byte) {
		err := VerifyBatch(key.Public(), Batch{Device: device, Seq: seq, Body: body}, signature)
		isGood := signature == good && device == batch.Device && seq == batch.Seq && bytes.Equal(body, batch.Body)
		if (err == nil) != isGood {
			t.Fatalf("%q of %q at %d: %v", signature, device, seq, err)
		}
		if CheckPossession(key.Public(), Code(device), signature) == nil && signature == good {
			t.Fatal("a batch's signature proves possession")
		}
	})
}
