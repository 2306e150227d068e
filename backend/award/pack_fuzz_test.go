package award

import (
	"os"
	"testing"
)

// A pack is taken as a whole, with its examples worked through, or refused.
func FuzzLoadBytes(f *testing.F) {
	text, err := os.ReadFile("packs/honours/honours.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := LoadBytes("fuzz.yaml", data)
		if (p == nil) == (err == nil) {
			t.Fatalf("pack %v with error %v", p, err)
		}
	})
}
