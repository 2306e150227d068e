//go:build linux

package readersim

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"
)

func bytesOf(t *testing.T, hexText string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(hexText, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are those of vendors' manuals, not this package's own.
func TestAnswersByteForByte(t *testing.T) {
	s, err := Start(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	port, err := os.OpenFile(s.Port(), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer port.Close()
	const head = "AA AA AA 96 69"
	for _, step := range []struct {
		before    func()
		ask, want string
	}{
		{nil, head + "00 03 10 FF EC", head + "00 04 00 00 90 94"},
		{nil, head + "00 03 11 FF ED", head + "00 04 00 00 90 94"},
		{nil, head + "00 03 20 01 22", head + "00 04 00 00 80 84"},
		{nil, head + "00 03 20 02 21", head + "00 04 00 00 81 85"},
		{nil, head + "00 03 30 01 32", head + "00 04 00 00 41 45"},
		{nil, head + "00 03 30 01 33", head + "00 04 00 00 10 14"},              // wrong check
		{nil, head + "00 04 30 01 00 35", head + "00 04 00 00 11 15"},           // wrong length
		{nil, head + "00 03 77 01 75", head + "00 04 00 00 24 20"},              // unknown
		{nil, "00 AA AA" + head + "00 03 11 FF ED", head + "00 04 00 00 90 94"}, // stray bytes
		{nil, head + "00 03 30 03 30", head + "00 04 00 00 91 95"},
		{func() { s.Put(Cards()[0]) }, head + "00 03 20 01 22", head + "00 08 00 00 9F 00 00 00 00 97"},
		{nil, head + "00 03 30 01 32", head + "00 04 00 00 41 45"}, // not selected yet
		{nil, head + "00 03 20 02 21", head + "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"},
	} {
		if step.before != nil {
			step.before()
		}
		if _, err := port.Write(bytesOf(t, step.ask)); err != nil {
			t.Fatal(err)
		}
		want := bytesOf(t, step.want)
		got := make([]byte, len(want))
		if _, err := io.ReadFull(port, got); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: % X, %v; want %s", step.ask, got, err, step.want)
		}
	}
	if _, err := port.Write(bytesOf(t, head+"00 03 30 01 32")); err != nil {
		t.Fatal(err)
	}
	card := make([]byte, 1295)
	if _, err := io.ReadFull(port, card); err != nil {
		t.Fatal(err)
	}
	if want := bytesOf(t, head+"05 08 00 00 90 01 00 04 00 8B 73"); !bytes.HasPrefix(card, want) { // 王 = U+738B
		t.Errorf("the card begins % X, want % X", card[:len(want)], want)
	}
	if check(card[5:]) != 0 || !bytes.HasPrefix(card[270:], []byte("WLf")) {
		t.Errorf("photo % X, check %X", card[270:274], card[1294])
	}
}

func TestCards(t *testing.T) {
	for _, c := range Cards() {
		if len(c.text()) != 256 {
			t.Errorf("%s: %d bytes", c.Name, len(c.text()))
		}
	}
	if c, ok := CardOf("欧阳"); !ok || c.ValidUntil != "长期" {
		t.Errorf("CardOf(欧阳) = %+v, %v", c, ok)
	}
	if _, ok := CardOf("nobody"); ok {
		t.Error("a card of nobody")
	}
}
