package reader

import (
	"encoding/binary"
	"errors"
	"testing"
)

// The lengths a reader states are not believed.
func FuzzDecodeCard(f *testing.F) {
	lengths := func(text, photo uint16) []byte {
		return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, text), photo)
	}
	f.Add(append(lengths(textBytes, 0), sampleCard()...))
	f.Add(append(lengths(textBytes, photoBytes), sampleCard()...))
	f.Add(append(lengths(65535, 65535), sampleCard()...))
	f.Add(lengths(0, 0))
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := decodeCard(data)
		if err != nil && !errors.Is(err, errContent) {
			t.Fatal(err)
		}
		if err == nil && (len(data) < lengthsBytes+textBytes || p.Document.Number == "") {
			t.Fatalf("a card of %d bytes: %+v", len(data), p.Masked())
		}
	})
}
