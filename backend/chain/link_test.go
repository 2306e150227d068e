package chain

import (
	"bytes"
	"encoding/hex"
	"testing"

	"pgregory.net/rapid"
)

// The vectors were computed with coreutils, not with this package:
// printf 'lianxin chain 1\0\0\0\0\0\0\0\0\0one' | sha256sum, and the second from it.
func TestLinkVectors(t *testing.T) {
	first := Link(nil, []byte("one"))
	second := Link(first, []byte("two"))
	for i, c := range []struct {
		got  []byte
		want string
	}{
		{first, "722993ce4b08ba549da9c8f80380df173c4f3fa16355954473d5220efe1dc272"},
		{second, "e29dba29eec105cedba9a98d5741979c823abb64193fff144c36fafdf5df1428"},
	} {
		if hex.EncodeToString(c.got) != c.want {
			t.Errorf("link %d = %x, want %s", i+1, c.got, c.want)
		}
	}
}

func TestLinkTellsPrevFromContent(t *testing.T) {
	if bytes.Equal(Link([]byte("a"), []byte("bc")), Link([]byte("ab"), []byte("c"))) {
		t.Fatal("bytes moved from the content to prev give the same link")
	}
	if bytes.Equal(Link(nil, nil), Link(nil, []byte{0})) {
		t.Fatal("an empty entry and a zero byte give the same link")
	}
}

func TestHolds(t *testing.T) {
	prev, entry := Link(nil, []byte("one")), []byte("two")
	hash := Link(prev, entry)
	cases := []struct {
		name              string
		prev, entry, hash []byte
		want              bool
	}{
		{"as made", prev, entry, hash, true},
		{"no prev", nil, entry, hash, false},
		{"other entry", prev, []byte("twO"), hash, false},
		{"short hash", prev, entry, hash[:31], false},
		{"no hash", prev, entry, nil, false},
	}
	for _, c := range cases {
		if got := Holds(c.prev, c.entry, c.hash); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Different lists of values never share canonical bytes.
func TestFieldsAreInjective(t *testing.T) {
	values := rapid.SliceOfN(rapid.StringN(0, 4, 8), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		a, b := values.Draw(t, "a"), values.Draw(t, "b")
		same := len(a) == len(b)
		for i := 0; same && i < len(a); i++ {
			same = a[i] == b[i]
		}
		if bytes.Equal(Fields(a...), Fields(b...)) != same {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestFieldsKeepsInvalidTextApart(t *testing.T) {
	if bytes.Equal(Fields("\xff"), Fields("\uFFFD")) {
		t.Fatal("an invalid byte and its replacement character are the same")
	}
}

func BenchmarkLink(b *testing.B) {
	prev, entry := make([]byte, Size), make([]byte, 2048)
	b.SetBytes(int64(len(entry)))
	for b.Loop() {
		Link(prev, entry)
	}
}
