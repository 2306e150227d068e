package receipt

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

func TestUnprintable(t *testing.T) {
	for _, c := range []struct {
		text string
		want []rune
	}{
		{"", nil},
		{"王𬭎 䶮 𠮷 ☑", nil},
		{"两行\n文字", nil},
		{"王\uFE00\u200b\U000E0100", nil}, // forms without a shape of their own
		{"a\tb\x00c", []rune{'\t', 0}},
		{"王\uE863\uE863李\U00030000", []rune{0xE863, 0x30000}},
		{"\xff", []rune{0xFFFD}}, // not UTF-8
	} {
		if got := Unprintable(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q: %U, want %U", c.text, got, c.want)
		}
	}
	if got := Printable("王\uE863\U00030000\n𠮷"); got != "王〓〓\n𠮷" {
		t.Errorf("Printable: %q", got)
	}
}

func TestRenderNamesEveryFault(t *testing.T) {
	for _, c := range []struct {
		name   string
		spoil  func(*Snapshot)
		code   string
		places []string
	}{
		{"nothing", func(s *Snapshot) { *s = Snapshot{} }, "receipt.snapshot",
			[]string{"version", "language", "printed_at", "issued_at", "issuer.name.zh", ""}},
		{"two kinds", func(s *Snapshot) { s.Test = &PrinterTest{} }, "receipt.snapshot", []string{""}},
		{"newer version", func(s *Snapshot) { s.Version = 2 }, "receipt.snapshot", []string{"version"}},
		{"no ticket", func(s *Snapshot) { s.CheckIn.Ticket = " " }, "receipt.snapshot", []string{"check_in.ticket"}},
		{"negative reprint", func(s *Snapshot) { s.Reprint = -1 }, "receipt.snapshot", []string{"reprint"}},
		{"no dates", func(s *Snapshot) { s.CheckIn, s.Deferral = nil, &Deferral{} }, "receipt.snapshot", []string{"deferral.first"}},
		{"endless text", func(s *Snapshot) { s.CheckIn.Next[1].ZH = strings.Repeat("血", 601) }, "receipt.snapshot", []string{"check_in.next[1].zh"}},
		{"endless list", func(s *Snapshot) { s.CheckIn.Next = make([]lang.Text, 61) }, "receipt.snapshot", []string{"check_in.next"}},
		{"not UTF-8", func(s *Snapshot) { s.Number = "R\xff" }, "receipt.snapshot", []string{"number"}},
		{"unprintable", func(s *Snapshot) { s.CheckIn.Donor.Name = "王\uE863"; s.Site.EN = "\x07" }, "receipt.unprintable",
			[]string{"site.en", "check_in.donor.name"}},
		{"too much for a code", func(s *Snapshot) { s.CheckIn.Code.Payload = strings.Repeat("x", 4000) }, "receipt.qr_payload", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := checkInSnapshot(lang.Chinese)
			c.spoil(&s)
			pdf, err := Render(s, Roll80)
			if pdf != nil || fault.CodeOf(err) != c.code {
				t.Fatalf("%d bytes, %v; want %s", len(pdf), err, c.code)
			}
			var places []string
			for _, p := range fault.From(err).Places {
				places = append(places, p.Location)
			}
			if !slices.Equal(places, c.places) {
				t.Errorf("places %q, want %q", places, c.places)
			}
			if strings.Contains(err.Error(), "王") {
				t.Errorf("the error holds a name: %v", err)
			}
		})
	}
	if _, err := Render(checkInSnapshot(lang.Chinese), "letter"); fault.CodeOf(err) != "receipt.layout" {
		t.Errorf("layout letter: %v", err)
	}
}

func TestWhenPossible(t *testing.T) {
	s := deferralSnapshot(lang.Chinese)
	s.IssuedAt = time.Date(2026, 11, 29, 17, 0, 0, 0, time.UTC) // already the 30th in Beijing
	words := text(t, s, Roll80)
	for _, want := range []string{
		"全血 2027年2月28日 周日", "机采血小板 今天可以", "机采血浆 请咨询工作人员",
	} {
		if !strings.Contains(words, want) {
			t.Errorf("no %q in:\n%s", want, words)
		}
	}
}

// TestChineseAloneHasNoEnglish: what nobody asked for is not printed.
func TestChineseAloneHasNoEnglish(t *testing.T) {
	for _, s := range []Snapshot{checkInSnapshot(lang.Chinese), deferralSnapshot(lang.Chinese)} {
		words := text(t, s, A5)
		for _, word := range []string{"Whole", "Queue", "Name", "Staff", "Printed", "Beijing"} {
			if strings.Contains(words, word) {
				t.Errorf("%q on a Chinese page:\n%s", word, words)
			}
		}
	}
}

// TestLongNamesStayInTheirColumn prints the longest names that documents hold.
func TestLongNamesStayInTheirColumn(t *testing.T) {
	for _, name := range []string{
		"努尔艾力·阿卜杜热合曼·买买提艾力·吐尔逊", "Wolfeschlegelsteinhausenbergerdorff-Maximilian", strings.Repeat("𠮷", 60),
	} {
		for _, layout := range Layouts() {
			s := checkInSnapshot(lang.English)
			s.CheckIn.Donor.Name, s.CheckIn.Ticket = name, "VIP-00123456"
			words := strings.ReplaceAll(text(t, s, layout), "\n", "")
			if !strings.Contains(strings.ReplaceAll(words, "Name", ""), name) || !strings.Contains(words, s.CheckIn.Ticket) {
				t.Errorf("%s on %s:\n%s", name, layout, words)
			}
		}
	}
}

func FuzzName(f *testing.F) {
	for _, name := range rareNames {
		f.Add(name)
	}
	f.Add("")
	f.Add("a\x00b\xff\uE863\U0010FFFF")
	f.Fuzz(func(t *testing.T, name string) {
		s := checkInSnapshot(lang.Chinese)
		s.CheckIn.Donor.Name = name
		pdf, err := Render(s, Roll80)
		switch code := fault.CodeOf(err); code {
		case "":
			if len(Unprintable(name)) > 0 || len(pdf) == 0 {
				t.Fatalf("%q was rendered although %U cannot be printed", name, Unprintable(name))
			}
		case "receipt.unprintable":
			s.CheckIn.Donor.Name = Printable(name)
			if _, err := Render(s, Roll80); err != nil {
				t.Fatalf("%q: what Printable made of it was refused: %v", name, err)
			}
		case "receipt.snapshot": // too long or not UTF-8
		default:
			t.Fatalf("%q: %v", name, err)
		}
	})
}
