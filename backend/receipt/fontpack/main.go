// Command fontpack makes the glyph packs in backend/receipt/fonts from the
// original font files. It runs on a maintainer's machine when a font gets a
// new version, never during a build; fonts/README.md says where the originals
// come from and which checksums they have.
//
//	go run ./backend/receipt/fontpack -out backend/receipt/fonts \
//	    NotoSansSC_400Regular.ttf NotoSansSC_700Bold.ttf HanaMinA.ttf HanaMinB.ttf
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/text/encoding/simplifiedchinese"

	"lianxin/backend/receipt/typeface"
)

func main() {
	out := flag.String("out", "", "folder the packs are written to")
	flag.Parse()
	if *out == "" || flag.NArg() != 4 {
		fmt.Fprintln(os.Stderr, "usage: fontpack -out DIR REGULAR.ttf BOLD.ttf HanaMinA.ttf HanaMinB.ttf")
		os.Exit(2)
	}
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "fontpack:", err)
		os.Exit(1)
	}
}

func run(out string, files []string) error {
	fonts := make([]*font, len(files))
	for i, name := range files {
		f, err := open(name)
		if err != nil {
			return err
		}
		fonts[i] = f
	}
	regular, bold, hanaA, hanaB := fonts[0], fonts[1], fonts[2], fonts[3]

	// A page takes a few hundred characters spread over the whole of Noto:
	// small blocks. Of the rare ones it takes one or two: large blocks.
	if err := write(out, "regular.glyphs", regular.metrics.Scaled(textUnits), 6, regular.scaled(everything)); err != nil {
		return err
	}
	if err := write(out, "bold.glyphs", bold.metrics.Scaled(textUnits), 6, bold.scaled(isCommon)); err != nil {
		return err
	}
	rare := map[rune]typeface.Outline{}
	for _, f := range []*font{hanaB, hanaA} {
		missing := func(r rune) bool {
			_, filled := rare[r]
			return maybeInName(r) && !regular.has(r) && !filled
		}
		for r, o := range f.glyphs(missing) {
			rare[r] = coarse(o, f.metrics.UnitsPerEm)
		}
	}
	return write(out, "rare.glyphs", hanaB.metrics.Scaled(rareUnits), 128, rare)
}

// textUnits is the grid of the text typeface: half of the original's. An edge
// moves by at most 1/1000 em, a tenth of a dot of a 600 dpi printer at 10
// points, and every PDF gets a tenth smaller.
const textUnits = 500

func everything(rune) bool { return true }

// isCommon leaves out of the bold pack what GB 2312 leaves out of Chinese: the
// other 24,000 characters are made bold from their regular form when a heading
// ever needs one.
func isCommon(r rune) bool {
	if r < 0x2E80 {
		return true
	}
	if r >= 0xAC00 && r <= 0xD7A3 || r >= 0xFE00 && r < 0xFF00 {
		return false
	}
	b, err := simplifiedchinese.GBK.NewEncoder().String(string(r))
	return err == nil && len(b) == 2 && b[0] >= 0xA1 && b[0] <= 0xF7 && b[1] >= 0xA1
}

// maybeInName names the blocks the text typeface is completed in: Latin, Greek
// and Cyrillic letters of foreign names, and all Chinese characters.
func maybeInName(r rune) bool {
	for _, block := range [][2]rune{
		{0x0100, 0x024F}, {0x0370, 0x03FF}, {0x0400, 0x052F}, {0x1E00, 0x1EFF}, {0x2010, 0x203B},
		{0x2E80, 0x2FD5}, {0x3000, 0x303F}, {0x31C0, 0x31E3}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF},
		{0xF900, 0xFAFF}, {0x20000, 0x3FFFF},
	} {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}

func write(dir, name string, m typeface.Metrics, perBlock int, glyphs map[rune]typeface.Outline) error {
	pack, err := typeface.Build(m, perBlock, glyphs)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Printf("%s: %d glyphs, %d bytes, sha256 %x\n", name, len(glyphs), len(pack), sha256.Sum256(pack))
	return os.WriteFile(filepath.Join(dir, name), pack, 0o644)
}
