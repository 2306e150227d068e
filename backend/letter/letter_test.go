package letter_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/letter"
	"lianxin/backend/outbox"
	"lianxin/backend/token"
)

var at = time.Date(2026, 11, 23, 9, 40, 0, 0, time.UTC)

func newKey(t *testing.T) token.Key {
	t.Helper()
	key, err := token.NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func centerKey(t testing.TB, secret byte) letter.Key {
	t.Helper()
	key, err := letter.NewKey(bytes.Repeat([]byte{secret}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestOnlyTheCenterReadsAndOnlyTheDeviceWrites(t *testing.T) {
	key, other := newKey(t), newKey(t)
	center := centerKey(t, 7)
	op, err := outbox.New("op-1", outbox.VisitCheckedIn, at, map[string]string{"name": "测试甲乙"})
	if err != nil {
		t.Fatal(err)
	}
	op = op.Follow(0, nil)
	file, err := letter.Seal(center.Public(), key, letter.Bundle{DeviceID: "device-1", MadeAt: at,
		Letters: []outbox.Entry{{Operation: op, Fate: outbox.Refused, Code: "visit.malformed"}}})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(file, []byte("测试")) || bytes.Contains(file, []byte("visit.")) {
		t.Errorf("the file can be read without a key: %s", file)
	}
	keyOf := func(id string) (token.PublicKey, error) {
		if id != "device-1" {
			return token.PublicKey{}, fault.New(fault.NotFound, "device.not_found")
		}
		return key.Public(), nil
	}
	b, err := letter.Open(center, keyOf, file)
	if err != nil || len(b.Letters) != 1 || !b.Letters[0].Verify() || b.Letters[0].Code != "visit.malformed" || !b.MadeAt.Equal(at) {
		t.Fatalf("read back %+v (%v)", b, err)
	}

	change := func(with func(m map[string]any)) []byte {
		var m map[string]any
		if err := json.Unmarshal(file, &m); err != nil {
			t.Fatal(err)
		}
		with(m)
		changed, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return changed
	}
	for name, c := range map[string]struct {
		file  []byte
		with  letter.Key
		keyOf func(string) (token.PublicKey, error)
		code  string
	}{
		"another installation": {file, centerKey(t, 8), keyOf, "letter.not_genuine"},
		"another device":       {file, center, func(string) (token.PublicKey, error) { return other.Public(), nil }, "letter.not_genuine"},
		"unknown device":       {change(func(m map[string]any) { m["device_id"] = "device-2" }), center, keyOf, "device.not_found"},
		"another time":         {change(func(m map[string]any) { m["made_at"] = at.Add(time.Hour) }), center, keyOf, "letter.not_genuine"},
		"changed letters":      {change(func(m map[string]any) { m["sealed"] = "AAAA" + m["sealed"].(string) }), center, keyOf, "letter.not_genuine"},
		"newer format":         {change(func(m map[string]any) { m["format"] = "lianxin-letters-3" }), center, keyOf, "letter.malformed"},
		"cut off":              {file[:len(file)/2], center, keyOf, "letter.malformed"},
		"empty":                {nil, center, keyOf, "letter.malformed"},
	} {
		if _, err := letter.Open(c.with, c.keyOf, c.file); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

// What a kiosk knows, its own key, the public one and what all kiosks share, opens
// neither its own file nor that of another.
func TestAKioskCannotRead(t *testing.T) {
	key, center := newKey(t), centerKey(t, 7)
	file, err := letter.Seal(center.Public(), key, letter.Bundle{DeviceID: "device-1", MadeAt: at})
	if err != nil {
		t.Fatal(err)
	}
	keyOf := func(string) (token.PublicKey, error) { return key.Public(), nil }
	for what, secret := range map[string][]byte{"public key": center.Public(), "its own": key.Seed()} {
		with, err := letter.NewKey(secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := letter.Open(with, keyOf, file); fault.CodeOf(err) != "letter.not_genuine" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if again := centerKey(t, 7); !bytes.Equal(again.Public(), center.Public()) {
		t.Error("after a restart the center has another key")
	}
	if _, err := letter.Seal(nil, key, letter.Bundle{}); fault.CodeOf(err) != "letter.key_missing" {
		t.Errorf("without a key: %v", err)
	}
	if _, err := letter.Seal([]byte("short"), key, letter.Bundle{}); err == nil {
		t.Error("a key of the wrong length is used")
	}
}
