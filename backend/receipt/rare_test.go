package receipt

import (
	"strings"
	"testing"

	"lianxin/backend/lang"
	"lianxin/backend/receipt/typeface"
)

// rareNames are made-up names with characters that systems fail at: beyond
// U+FFFF, in extension A, added late, or missing in common fonts.
var rareNames = []string{
	"王𬭎", "䶮", "𠮷", "淏", "喆", "垚", "镕", "㛃", "𫖯", "𫍯", "𪟝", "𬎆", "𨱏", "𬬻", "𬸣", "𫘝", "𬘭", "𬙋", "𬜬",
	"𬤊", "𬀩", "𬍛", "𬣙", "𫗧", "𫓧", "𬱖", "𫛭", "㑇", "㕮", "㵐", "䏝", "䴙䴘", "鿍", "鿎", "鿏", "鿔", "龘", "靐", "𪚥", "𠔻",
	"〇", "㐂", "﨎", "𮯠", "𬺰", "𫝀", "𪜀", "欧阳𬱟", "司马𬴂", "阿卜杜拉·买买提", "О'Нил", "Müller", "Nguyễn",
}

func TestRareNamesPrintAndCanBeFound(t *testing.T) {
	for _, bold := range []bool{true, false} {
		s := checkInSnapshot(lang.Chinese)
		s.CheckIn.Next = nil
		for _, name := range rareNames {
			if bold {
				s.CheckIn.Donor.Name = strings.Join(rareNames, " ")
				break
			}
			s.CheckIn.Next = append(s.CheckIn.Next, lang.Text{ZH: name})
		}
		words := strings.ReplaceAll(text(t, s, A5), "\n", "")
		for _, name := range rareNames {
			if !strings.Contains(words, name) {
				t.Errorf("%q is not in the text of the page (bold: %v)", name, bold)
			}
		}
	}
}

// mandatory are the blocks of Chinese characters that GB 18030-2022 asks of
// implementation levels 1 to 3, with the marks of its two-byte area that occur
// in names and addresses.
var mandatory = []struct {
	name        string
	first, last rune
}{
	{"CJK unified ideographs", 0x4E00, 0x9FEF},
	{"extension A", 0x3400, 0x4DB5},
	{"extension B", 0x20000, 0x2A6D6},
	{"extension C", 0x2A700, 0x2B734},
	{"extension D", 0x2B740, 0x2B81D},
	{"extension E", 0x2B820, 0x2CEA1},
	{"extension F", 0x2CEB0, 0x2EBE0},
	{"Kangxi radicals", 0x2F00, 0x2FD5},
	{"ASCII", 0x20, 0x7E},
	{"full-width forms", 0xFF01, 0xFF5E},
}

// compatibility are the ideographs of GBK that stand in the compatibility block.
const compatibility = "郎凉秊裏隣兀嗀﨎﨏﨑﨓﨔礼﨟蘒﨡﨣﨤﨧﨨﨩"

func TestEveryMandatoryCharacterPrints(t *testing.T) {
	total, missing := 0, 0
	look := func(block string, r rune) {
		total++
		for _, w := range []typeface.Weight{typeface.Regular, typeface.Bold} {
			o, ok, err := letterforms().Outline(w, r)
			if err != nil {
				t.Fatal(err)
			}
			if !ok || len(o.Contours) == 0 && r != ' ' {
				missing++
				t.Errorf("%s: %U cannot be printed", block, r)
				return
			}
		}
	}
	for _, b := range mandatory {
		for r := b.first; r <= b.last; r++ {
			look(b.name, r)
		}
	}
	for _, r := range compatibility {
		look("compatibility ideographs", r)
	}
	t.Logf("GB 18030-2022 levels 1 to 3: %d characters, %d cannot be printed", total, missing)
}

// TestWhatLiesOutside records how far we go beyond the standard's first
// edition, so that a change of fonts that loses characters is noticed.
func TestWhatLiesOutside(t *testing.T) {
	for _, c := range []struct {
		block       string
		first, last rune
		missing     int
	}{
		{"end of the unified ideographs", 0x9FF0, 0x9FFF, 16},
		{"end of extension A", 0x4DB6, 0x4DBF, 10},
		{"extension G", 0x30000, 0x3134A, 4936},
		{"extension H", 0x31350, 0x323AF, 4192},
		{"extension I", 0x2EBF0, 0x2EE5D, 622},
		{"compatibility supplement", 0x2F800, 0x2FA1D, 0},
		{"Latin Extended-A", 0x100, 0x17F, 0},
		{"Cyrillic", 0x400, 0x45F, 0},
		{"Tibetan", 0xF40, 0xF6C, 45},
		{"Arabic letters of Uyghur", 0x627, 0x64A, 36},
		{"private use", 0xE000, 0xF8FF, 6400},
	} {
		missing := 0
		for r := c.first; r <= c.last; r++ {
			if len(Unprintable(string(r))) > 0 {
				missing++
			}
		}
		if missing != c.missing {
			t.Errorf("%s: %d cannot be printed, %d when last looked at", c.block, missing, c.missing)
		}
	}
}

// TestSweepThroughPDF prints every eleventh mandatory character and reads all
// of them back with another program.
func TestSweepThroughPDF(t *testing.T) {
	var all []rune
	for _, b := range mandatory[:7] {
		for r := b.first; r <= b.last; r += 11 {
			all = append(all, r)
		}
	}
	s := deferralSnapshot(lang.Chinese)
	s.Deferral.Advice = nil
	for part := all; len(part) > 0; {
		n := min(500, len(part))
		s.Deferral.Advice = append(s.Deferral.Advice, lang.Text{ZH: string(part[:n])})
		part = part[n:]
	}
	words := text(t, s, A4)
	lost := 0
	for _, r := range all {
		if !strings.ContainsRune(words, r) {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d characters did not come back", lost, len(all))
	}
	t.Logf("%d characters printed and read back", len(all))
}
