package seal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lianxin/backend/fault"
)

// answers is JSON as a form's answers are, with one answer of its own.
func answers(n int, odd string) string {
	var b strings.Builder
	for i := range n {
		value := "false"
		if i == n/2 {
			value = odd
		}
		fmt.Fprintf(&b, `{"linkId":"q%d","answer":[{"valueBoolean":%s}]},`, i, value)
	}
	return b.String()
}

func TestLongValuesAreDeflated(t *testing.T) {
	ring := newRing(t)
	noise := make([]byte, 4*deflateFrom)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	for name, c := range map[string]struct {
		value string
		want  Algorithm
	}{
		"short":                  {strings.Repeat("x", deflateFrom-1), XChaCha20Poly1305},
		"long":                   {strings.Repeat("x", deflateFrom), DeflateXChaCha20Poly1305},
		"what does not get less": {string(noise), XChaCha20Poly1305},
		"answers":                {answers(100, "true"), DeflateXChaCha20Poly1305},
		"as long as can be":      {strings.Repeat("long", MaxPlaintext/4), DeflateXChaCha20Poly1305},
	} {
		env := mustSeal(t, ring, place, c.value)
		if Algorithm(env[0]) != c.want {
			t.Errorf("%s: algorithm %d, want %d", name, env[0], c.want)
		}
		if got, err := ring.Open(place, env); err != nil || string(got) != c.value {
			t.Errorf("%s: opened %d bytes (%v) of %d", name, len(got), err, len(c.value))
		}
	}
	if long := mustSeal(t, ring, place, answers(100, "true")); len(long) > len(answers(100, "true"))/3 {
		t.Errorf("answers of %d bytes take %d", len(answers(100, "true")), len(long))
	}
}

// How well answers deflate must not tell what they are.
func TestDeflatedSizeDoesNotTellTheAnswer(t *testing.T) {
	ring := newRing(t)
	sizes := map[int]bool{}
	for _, odd := range []string{"true", "false", "null"} {
		sizes[len(mustSeal(t, ring, place, answers(100, odd)))] = true
	}
	if len(sizes) != 1 {
		t.Errorf("envelopes of answers have sizes %v", sizes)
	}
}

// The mark that says "deflated" cannot be put on or taken off.
func TestTheMarkOfDeflatingIsBound(t *testing.T) {
	ring := newRing(t)
	for _, value := range []string{"short", answers(100, "true")} {
		env := mustSeal(t, ring, place, value)
		env[0] = byte(XChaCha20Poly1305 + DeflateXChaCha20Poly1305 - Algorithm(env[0]))
		if got, err := ring.Open(place, env); fault.CodeOf(err) != "seal.tampered" {
			t.Errorf("opened %d bytes, %v", len(got), err)
		}
	}
}

// What was sealed before anything was deflated opens for ever.
func TestLongEnvelopesOfBeforeOpen(t *testing.T) {
	ring := newRing(t)
	value := []byte(answers(100, "true"))
	sealed := mustSeal(t, ring, place, "x")
	header, nonce := sealed[:headerSize], sealed[headerSize:headerSize+nonceSize]
	env := ring.ciphers[ring.current].Seal(bytes.Clone(sealed[:headerSize+nonceSize]), nonce, pad(value, padding), place.associated(header))
	if got, err := ring.Open(place, env); err != nil || !bytes.Equal(got, value) {
		t.Errorf("opened %d bytes, %v", len(got), err)
	}
}

func TestInflatedRefuses(t *testing.T) {
	bomb, ok := deflated(make([]byte, MaxPlaintext+1))
	if !ok {
		t.Fatal("zeros do not deflate")
	}
	for name, value := range map[string][]byte{"nothing": nil, "no deflate": []byte(base64.StdEncoding.EncodeToString(bomb)), "more than a value": bomb,
		"cut": bomb[:len(bomb)-4]} {
		if _, err := inflated(value); fault.CodeOf(err) != "seal.envelope_malformed" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkSealAnswers(b *testing.B) {
	ring, value := newRing(b), []byte(answers(127, "true"))
	b.SetBytes(int64(len(value)))
	for b.Loop() {
		if _, err := ring.Seal(place, value); err != nil {
			b.Fatal(err)
		}
	}
}
