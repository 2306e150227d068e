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

func TestOnlyTheCenterReadsAndOnlyTheDeviceWrites(t *testing.T) {
	key, other := newKey(t), newKey(t)
	gate := bytes.Repeat([]byte{7}, 32)
	op, err := outbox.New("op-1", outbox.VisitCheckedIn, at, map[string]string{"name": "测试甲乙"})
	if err != nil {
		t.Fatal(err)
	}
	op = op.Follow(0, nil)
	file, err := letter.Seal(gate, key, letter.Bundle{DeviceID: "device-1", MadeAt: at,
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
	b, err := letter.Open(gate, keyOf, file)
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
		gate  []byte
		keyOf func(string) (token.PublicKey, error)
		code  string
	}{
		"another installation": {file, bytes.Repeat([]byte{8}, 32), keyOf, "letter.not_genuine"},
		"another device":       {file, gate, func(string) (token.PublicKey, error) { return other.Public(), nil }, "letter.not_genuine"},
		"unknown device":       {change(func(m map[string]any) { m["device_id"] = "device-2" }), gate, keyOf, "device.not_found"},
		"another time":         {change(func(m map[string]any) { m["made_at"] = at.Add(time.Hour) }), gate, keyOf, "letter.not_genuine"},
		"changed letters":      {change(func(m map[string]any) { m["sealed"] = "AAAA" + m["sealed"].(string) }), gate, keyOf, "letter.not_genuine"},
		"newer format":         {change(func(m map[string]any) { m["format"] = "lianxin-letters-2" }), gate, keyOf, "letter.malformed"},
		"cut off":              {file[:len(file)/2], gate, keyOf, "letter.malformed"},
		"empty":                {nil, gate, keyOf, "letter.malformed"},
	} {
		if _, err := letter.Open(c.gate, c.keyOf, c.file); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}
