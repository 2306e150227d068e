package reader

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"lianxin/backend/fault"
	"lianxin/backend/identity"
)

// write puts text at a byte offset of a card's text, as the standard counts them.
func write(card []byte, at int, text string) []byte {
	for i, unit := range utf16.Encode([]rune(text)) {
		binary.LittleEndian.PutUint16(card[at+2*i:], unit)
	}
	return card
}

func blank() []byte { return write(make([]byte, textBytes), 0, strings.Repeat(" ", textBytes/2)) }

// sampleCard is a right mainland card; tests spoil one thing each.
func sampleCard() []byte {
	c := blank()
	write(c, 0, "王𬭎")
	write(c, 30, "1")
	write(c, 36, "19900307")
	write(c, 122, "119900199003070017")
	write(c, 188, "20200101")
	return write(c, 204, "20400101")
}

func TestDecodeText(t *testing.T) {
	p, err := decodeText(sampleCard())
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "王𬭎" || p.Sex != identity.Male || p.Born.String() != "1990-03-07" || p.Nationality != "CHN" ||
		p.Document != (identity.Document{Kind: identity.ResidentID, Number: "119900199003070017"}) ||
		p.ValidFrom.String() != "2020-01-01" || p.ValidUntil.String() != "2040-01-01" || p.LongTerm {
		t.Errorf("read %+v", p.Masked())
	}
}

func TestDecodeTextFaults(t *testing.T) {
	for name, spoil := range map[string]func(c []byte){
		"name: empty":                  func(c []byte) { write(c, 0, "    ") },
		"name: half a surrogate pair":  func(c []byte) { binary.LittleEndian.PutUint16(c[4:], ' ') },
		"sex: no code":                 func(c []byte) { write(c, 30, "7") },
		"birth date: not a day":        func(c []byte) { write(c, 36, "19900230") },
		"birth date: differs":          func(c []byte) { write(c, 36, "19900308") },
		"number: identity.check_digit": func(c []byte) { write(c, 122, "119900199003070018") },
		"number: identity.length":      func(c []byte) { write(c, 122, "                  ") },
		"number: identity.kind":        func(c []byte) { write(c, 248, "J") },
		"valid from: not a day":        func(c []byte) { write(c, 188, "2020.1.1") },
		"valid until: not a day":       func(c []byte) { write(c, 204, "长长期期    ") },
	} {
		c := sampleCard()
		spoil(c)
		_, err := decodeText(c)
		if !errors.Is(err, errContent) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), "199003") || strings.Contains(err.Error(), "王")) {
			t.Errorf("%s: the error holds personal data: %v", name, err)
		}
		if code := explain(err).Code; code != "reader.card_content" {
			t.Errorf("%s: code %s", name, code)
		}
	}
}

func TestDecodeCardChecksTheLengths(t *testing.T) {
	whole := func(text, photo uint16, size int) []byte {
		b := binary.BigEndian.AppendUint16(nil, text)
		b = binary.BigEndian.AppendUint16(b, photo)
		b = append(b, sampleCard()...)
		return append(b, make([]byte, size)...)
	}
	if _, err := decodeCard(whole(256, 1024, 1024)); err != nil {
		t.Errorf("a right card: %v", err)
	}
	if _, err := decodeCard(whole(256, 0, 0)); err != nil {
		t.Errorf("a card without a photo: %v", err)
	}
	for name, data := range map[string][]byte{
		"empty": nil, "short": {1, 0}, "text too long": whole(300, 1024, 1024), "photo too long": whole(256, 2048, 2048), "photo cut": whole(256, 1024, 1000),
	} {
		if _, err := decodeCard(data); !errors.Is(err, errContent) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryStatusHasItsFault(t *testing.T) {
	seen := map[string]bool{}
	for sw3 := range 256 {
		f := (&StatusError{Command: "find card", SW3: byte(sw3)}).Fault()
		_, known := meanings[byte(sw3)]
		if known == (f.Code == "reader.status_unknown") || !strings.HasPrefix(f.Code, "reader.") || f.Params["status"] == "" {
			t.Errorf("status %02X: %v", sw3, f)
		}
		if (f.Kind == fault.Invalid) != meaningOf(byte(sw3)).card {
			t.Errorf("status %02X: kind %s", sw3, f.Kind)
		}
		seen[f.Code] = true
	}
	if len(seen) != len(meanings) { // 31 and 32 share one, the unknown ones another
		t.Errorf("%d codes for %d meanings", len(seen), len(meanings))
	}
}

func FuzzDecodeText(f *testing.F) {
	f.Add(sampleCard())
	f.Add(blank())
	for _, flag := range []string{"J", "I", "Y"} {
		f.Add(write(sampleCard(), 248, flag))
	}
	f.Add(write(write(sampleCard(), 204, "长期      "), 0, "䶮𠮷"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < textBytes {
			text = append(text, make([]byte, textBytes-len(text))...)
		}
		p, err := decodeText(text[:textBytes])
		if err != nil {
			if !errors.Is(err, errContent) {
				t.Fatal(err)
			}
			return
		}
		if p.DisplayName() == "" || !utf8.ValidString(p.Name+p.LatinName+p.PassNumber+p.PriorLink) || p.Born.IsZero() || p.ValidUntil.IsZero() != p.LongTerm {
			t.Fatalf("a card without its values: %+v", p.Masked())
		}
		if _, err := identity.Parse(p.Document.Kind, p.Document.Text()); err != nil {
			t.Fatal(err)
		}
	})
}
