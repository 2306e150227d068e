package hospital

import (
	"os"
	"testing"

	"lianxin/backend/fault"
)

// A pack is taken as a whole, with its examples worked through, or refused.
func FuzzLoadBytes(f *testing.F) {
	text, err := os.ReadFile("packs/handling/beijing.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := LoadBytes("fuzz.yaml", data)
		switch {
		case err == nil && (h.ID == "" || h.ReserveDays < 1 || h.CorrectDays < 1 || h.ConsentDays < 1):
			t.Fatalf("%+v", h)
		case err != nil && (h.ID != "" || fault.CodeOf(err) != "policy.pack_invalid" || len(fault.From(err).Places) == 0):
			t.Fatalf("%+v, %v", h, err)
		}
	})
}
