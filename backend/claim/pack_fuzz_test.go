package claim

import (
	"os"
	"testing"
)

// A pack is taken as a whole, with its examples worked through, or refused.
func FuzzLoadBytes(f *testing.F) {
	text, err := os.ReadFile("packs/handling/beijing.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := LoadBytes("fuzz.yaml", data)
		if err == nil && (p.ID == "" || p.SecondApprovalFen < 1 || len(p.Reasons) == 0) {
			t.Fatalf("%+v", p)
		}
	})
}
