package seal

import (
	"bytes"
	"testing"

	"lianxin/backend/fault"
)

func TestSingleOpensWhatItSealedAndNobodyElseDoes(t *testing.T) {
	mine, theirs := bytes.Repeat([]byte("0123456789abcdef"), 2), bytes.Repeat([]byte("fedcba9876543210"), 2)
	place := Place{"kept", "1/1", "a"}
	of := func(secret []byte) *Keyring {
		t.Helper()
		keys, err := Single(secret)
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	envelope, err := of(mine).Seal(place, []byte("王𬭎"))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := of(mine).Open(place, envelope); err != nil || string(text) != "王𬭎" {
		t.Errorf("opened later: %q %v", text, err)
	}
	if _, err := of(theirs).Open(place, envelope); fault.CodeOf(err) != "seal.key_unknown" {
		t.Errorf("another secret: %v", err)
	}
	if _, err := Single(mine[:31]); err == nil {
		t.Error("a short secret is taken")
	}
}
