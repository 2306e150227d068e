package fonts

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestPacksAreTheOnesDescribed fails when a pack was changed without its
// description.
func TestPacksAreTheOnesDescribed(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		name, sum string
		data      []byte
	}{
		{"regular.glyphs", "fa1f0f7136ad2bd2aa34273a52420df119762b7f9cc803ad2010039fd6d79339", regular},
		{"bold.glyphs", "f6c350c284c4b78b05237798692f90a816a9e5233d1841413f7e6fc5dda2cdee", bold},
		{"rare.glyphs", "1b42933cca8034945f9ea34973a2d3e1afa4a54024b78edb9836914433fc03b5", rare},
	} {
		if got := fmt.Sprintf("%x", sha256.Sum256(p.data)); got != p.sum {
			t.Errorf("%s has checksum %s, want %s", p.name, got, p.sum)
		}
		if size := grouped(len(p.data)); !strings.Contains(string(readme), size) {
			t.Errorf("README.md does not give the size of %s, %s bytes", p.name, size)
		}
	}
}

func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func TestPacksOpen(t *testing.T) {
	set := Open()
	for _, r := range "王龑A，" {
		if !set.Regular.Has(r) {
			t.Errorf("regular lacks %c", r)
		}
	}
	for _, r := range "王A，" {
		if !set.Bold.Has(r) {
			t.Errorf("bold lacks %c", r)
		}
	}
	for _, r := range "𠀀𮯠ǝ" {
		if !set.Rare.Has(r) {
			t.Errorf("rare lacks %c", r)
		}
	}
}
