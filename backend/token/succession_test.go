package token

import (
	"bytes"
	"testing"

	"lianxin/backend/fault"
)

func TestSuccession(t *testing.T) {
	key := func(n byte) Key {
		k, err := KeyFromSeed(bytes.Repeat([]byte{n}, 32))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	old, next, other := key(1), key(2), key(3)
	code, another := Code("code-1"), Code("code-2")
	proof := ProveSuccession(old, "device-1", code, next.Public())
	for name, c := range map[string]struct {
		by     PublicKey
		device string
		code   Code
		next   PublicKey
		proof  string
		want   string
	}{
		"right":               {old.Public(), "device-1", code, next.Public(), proof, ""},
		"another machine":     {other.Public(), "device-1", code, next.Public(), proof, "enrolment.predecessor_proof"},
		"another device":      {old.Public(), "device-2", code, next.Public(), proof, "enrolment.predecessor_proof"},
		"another invitation":  {old.Public(), "device-1", another, next.Public(), proof, "enrolment.predecessor_proof"},
		"another key":         {old.Public(), "device-1", code, other.Public(), proof, "enrolment.predecessor_proof"},
		"none":                {old.Public(), "device-1", code, next.Public(), "", "enrolment.predecessor_proof"},
		"a proof of the code": {old.Public(), "device-1", code, old.Public(), ProvePossession(old, code), "enrolment.predecessor_proof"},
	} {
		if err := CheckSuccession(c.by, c.device, c.code, c.next, c.proof); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
