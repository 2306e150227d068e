package seal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lianxin/backend/fault"
)

var (
	noon  = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)
	place = Place{Table: "donor", Column: "name", Row: "0190a0a0-0000-7000-8000-000000000001"}
)

func newRing(t testing.TB) *Keyring {
	t.Helper()
	return ringOf(t, Generate(noon))
}

func ringOf(t testing.TB, f File) *Keyring {
	t.Helper()
	ring, err := f.Keyring()
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func mustSeal(t testing.TB, ring *Keyring, at Place, text string) []byte {
	t.Helper()
	env, err := ring.Seal(at, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// What was sealed opens to the same bytes, is not readable, and never looks the same twice.
func TestSealOpenProperty(t *testing.T) {
	ring := newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "value")
		at := Place{
			Table:  rapid.StringN(1, 8, -1).Draw(t, "table"),
			Column: rapid.StringN(1, 8, -1).Draw(t, "column"),
			Row:    rapid.StringN(1, 8, -1).Draw(t, "row"),
		}
		env, err := ring.Seal(at, value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ring.Open(at, env)
		if err != nil || !bytes.Equal(got, value) {
			t.Fatalf("opened %x (%v), want %x", got, err, value)
		}
		if len(value) >= 8 && bytes.Contains(env, value) {
			t.Fatal("the envelope shows its value")
		}
		again, err := ring.Seal(at, value)
		if err != nil || bytes.Equal(env, again) {
			t.Fatal("two envelopes of one value are equal")
		}
	})
}

// Every altered bit, every cut and every added byte is refused.
func TestOpenRefusesEveryAlteration(t *testing.T) {
	ring := newRing(t)
	env := mustSeal(t, ring, place, "测试甲𬭎")
	for i := range env {
		for bit := range 8 {
			altered := bytes.Clone(env)
			altered[i] ^= 1 << bit
			if got, err := ring.Open(place, altered); err == nil {
				t.Fatalf("byte %d bit %d altered, still opens to %q", i, bit, got)
			}
		}
	}
	for n := range env {
		if _, err := ring.Open(place, env[:n]); err == nil {
			t.Fatalf("cut to %d bytes, still opens", n)
		}
	}
	if _, err := ring.Open(place, append(bytes.Clone(env), 0)); err == nil {
		t.Fatal("a byte longer, still opens")
	}
}

func TestOpenRefusesAnotherPlace(t *testing.T) {
	ring := newRing(t)
	env := mustSeal(t, ring, place, "value")
	// The last two would pass if the parts were only joined with "|".
	others := []Place{
		{"visit", place.Column, place.Row},
		{place.Table, "phone", place.Row},
		{place.Table, place.Column, "0190a0a0-0000-7000-8000-000000000002"},
		{place.Column, place.Table, place.Row},
		{"donor|name", place.Row, "x"},
		{place.Table, "name|" + place.Row, ""},
	}
	for _, at := range others {
		if got, err := ring.Open(at, env); err == nil {
			t.Errorf("opens at %v to %q", at, got)
		}
	}
	joined := mustSeal(t, ring, Place{"a|b", "c", "d"}, "value")
	if _, err := ring.Open(Place{"a", "b|c", "d"}, joined); fault.CodeOf(err) != "seal.tampered" {
		t.Errorf("a separator inside a part moves the value: %v", err)
	}
}

func TestOpenFaults(t *testing.T) {
	ring := newRing(t)
	env := mustSeal(t, ring, place, "value")
	alter := func(i int, b byte) []byte {
		c := bytes.Clone(env)
		c[i] = b
		return c
	}
	cases := []struct {
		name     string
		envelope []byte
		code     string
	}{
		{"nothing", nil, "seal.envelope_malformed"},
		{"only a version", env[:1], "seal.envelope_malformed"},
		{"without padding", env[:len(env)-1], "seal.envelope_malformed"},
		{"kept for SM4", alter(0, 2), "seal.algorithm_unknown"},
		{"version 0", alter(0, 0), "seal.algorithm_unknown"},
		{"other key", alter(4, env[4]^1), "seal.key_unknown"},
		{"other nonce", alter(5, env[5]^1), "seal.tampered"},
		{"plain text", []byte(strings.Repeat("\x01plain text in the column ", 9)), "seal.envelope_malformed"},
	}
	for _, c := range cases {
		if _, err := ring.Open(place, c.envelope); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	ring := newRing(t)
	if _, err := ring.Seal(place, make([]byte, MaxPlaintext+1)); fault.CodeOf(err) != "seal.too_large" {
		t.Errorf("too large: %v", err)
	}
	if env, err := ring.Seal(place, make([]byte, MaxPlaintext)); err != nil {
		t.Errorf("the largest allowed: %v", err)
	} else if _, err := ring.Open(place, env); err != nil {
		t.Errorf("the largest allowed does not open: %v", err)
	}
	for _, at := range []Place{{}, {"", "c", "r"}, {"t", "", "r"}, {"t", "c", ""}} {
		if _, err := ring.Seal(at, nil); err == nil {
			t.Errorf("sealed for the incomplete place %v", at)
		}
	}
}

// A yes and a no, a short and a long name: the length says nothing.
func TestEnvelopeHidesShortLengths(t *testing.T) {
	ring := newRing(t)
	want := len(mustSeal(t, ring, place, ""))
	for n := range padding {
		if got := len(mustSeal(t, ring, place, strings.Repeat("x", n))); got != want {
			t.Errorf("%d bytes give an envelope of %d, others %d", n, got, want)
		}
	}
	if got := len(mustSeal(t, ring, place, strings.Repeat("x", padding))); got != want+padding {
		t.Errorf("%d bytes give an envelope of %d, want %d", padding, got, want+padding)
	}
}

func TestRotation(t *testing.T) {
	before := Generate(noon)
	after := before.Rotate(noon.AddDate(0, 6, 0))
	old, new := ringOf(t, before), ringOf(t, after)
	env := mustSeal(t, old, place, "value")

	if got, err := new.Open(place, env); err != nil || string(got) != "value" {
		t.Fatalf("the old envelope opens to %q, %v", got, err)
	}
	if needs, err := new.NeedsReseal(env); err != nil || !needs {
		t.Errorf("the old envelope needs sealing again: %v, %v", needs, err)
	}
	fresh := mustSeal(t, new, place, "value")
	if needs, err := new.NeedsReseal(fresh); err != nil || needs {
		t.Errorf("the new envelope needs sealing again: %v, %v", needs, err)
	}
	if id, err := KeyID(fresh); err != nil || id != new.CurrentKey() {
		t.Errorf("sealed under key %d (%v), want %d", id, err, new.CurrentKey())
	}
	if _, err := old.Open(place, fresh); fault.CodeOf(err) != "seal.key_unknown" {
		t.Errorf("the old keyring on a new envelope: %v", err)
	}
	if old.Index("donor.phone", "13800000000") != new.Index("donor.phone", "13800000000") {
		t.Error("rotation changed the index: no donor would be found any more")
	}
}

// Another installation's keys, even under the same id, open nothing.
func TestOtherSecretSameID(t *testing.T) {
	mine, theirs := Generate(noon), Generate(noon)
	theirs.Seal[0].ID, theirs.Current = mine.Current, mine.Current
	env := mustSeal(t, ringOf(t, mine), place, "value")
	if _, err := ringOf(t, theirs).Open(place, env); fault.CodeOf(err) != "seal.tampered" {
		t.Fatalf("opened with another secret: %v", err)
	}
}

func TestErrorsAreFaults(t *testing.T) {
	_, err := newRing(t).Open(place, []byte("x"))
	if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Kind != fault.Outdated {
		t.Fatalf("%v", err)
	}
}

func FuzzOpen(f *testing.F) {
	ring := newRing(f)
	env := mustSeal(f, ring, place, "value")
	f.Add(env)
	f.Add(env[:40])
	f.Add([]byte{1, 0, 0, 0, 1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := ring.Open(place, data); err == nil && !bytes.Equal(data, env) {
			t.Fatalf("forged: %x opens to %x", data, got)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	ring := newRing(b)
	for _, size := range []int{18, 4096} {
		value := make([]byte, size)
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			for b.Loop() {
				if _, err := ring.Seal(place, value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	ring := newRing(b)
	for _, size := range []int{18, 4096} {
		env := mustSeal(b, ring, place, strings.Repeat("x", size))
		b.Run(fmt.Sprintf("%dB", size), func(b *testing.B) {
			for b.Loop() {
				if _, err := ring.Open(place, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkIndex(b *testing.B) {
	ring := newRing(b)
	for b.Loop() {
		ring.Index("donor.number", "11010519491231002X")
	}
}
