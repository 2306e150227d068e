package token

import (
	"strings"
	"testing"
)

func TestBatch(t *testing.T) {
	key := keyOf(t, 2)
	batch := Batch{Device: "device-1", Seq: 41, Body: []byte(`{"operations":[]}`)}
	signature := SignBatch(key, batch)
	if err := VerifyBatch(key.Public(), batch, signature); err != nil || len(signature) != 89 {
		t.Fatalf("%q: %v", signature, err)
	}
	with := func(change func(*Batch)) Batch {
		c := batch
		change(&c)
		return c
	}
	assertion, err := Assertion{"device-1", endpoint, "j"}.Sign(key, noon)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name      string
		key       Key
		batch     Batch
		signature string
	}{
		{"another device", key, with(func(b *Batch) { b.Device = "device-2" }), signature},
		{"another place", key, with(func(b *Batch) { b.Seq = 42 }), signature},
		{"digit moved", key, with(func(b *Batch) { b.Device, b.Seq = "device-14", 1 }), signature},
		{"another body", key, with(func(b *Batch) { b.Body = []byte(`{"operations":[ ]}`) }), signature},
		{"another key", keyOf(t, 3), batch, signature},
		{"no version", key, batch, signature[3:]},
		{"other version", key, batch, "v2." + signature[3:]},
		{"line break", key, batch, signature[:20] + "\n" + signature[20:]},
		{"unused bits", key, batch, signature[:88] + nextCharacter(signature[88])},
		{"short", key, batch, signature[:85]},
		{"empty", key, batch, ""},
		{"signature of a token", key, batch, "v1." + assertion[strings.LastIndexByte(assertion, '.')+1:]},
		{"proof of possession", key, batch, ProvePossession(key, newCode(t))},
	}
	for _, c := range cases {
		wantCode(t, c.name, VerifyBatch(c.key.Public(), c.batch, c.signature), "token.batch_signature")
	}
	for i := range signature {
		altered := []byte(signature)
		altered[i] ^= 4
		if VerifyBatch(key.Public(), batch, string(altered)) == nil {
			t.Errorf("byte %d altered, still right", i)
		}
	}
}
