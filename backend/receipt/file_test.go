package receipt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/lang"
)

func TestFilesAreSound(t *testing.T) {
	for name, s := range samples() {
		for _, layout := range Layouts() {
			t.Run(name+"-"+string(layout), func(t *testing.T) {
				file := written(t, s, layout)
				if out := tool(t, "qpdf", "--check", file); strings.Contains(out, "WARNING") {
					t.Error(out)
				}
				checkFonts(t, tool(t, "pdffonts", file))
				checkInfo(t, s, layout, tool(t, "pdfinfo", "-isodates", file))
			})
		}
	}
}

// checkFonts wants two fonts, each embedded, a subset, and with the way back
// to characters.
func checkFonts(t *testing.T, out string) {
	t.Helper()
	rows := strings.Split(strings.TrimSpace(out), "\n")[2:]
	if len(rows) != 2 {
		t.Errorf("%d fonts, want 2:\n%s", len(rows), out)
	}
	for _, row := range rows {
		if !regexp.MustCompile(`^[A-Z]{6}\+NotoSansSC-(Regular|Bold) +CID TrueType +Identity-H +yes yes yes `).MatchString(row) {
			t.Errorf("font: %s", row)
		}
	}
}

func checkInfo(t *testing.T, s Snapshot, layout Layout, out string) {
	t.Helper()
	size := map[Layout]string{Roll80: "226.77 x ", A5: "419.53 x 595.28 pts", A4: "595.28 x 841.89 pts (A4)"}
	want := []string{s.title().ZH, size[layout], "CreationDate:    2026-11-23T09:41:10+08", "ModDate:         2026-11-23T09:41:10+08"}
	if layout == Roll80 {
		want = append(want, "Pages:           1\n")
	}
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("pdfinfo does not say %q:\n%s", w, out)
		}
	}
}

func TestOrdinaryPagesNeedOneSheet(t *testing.T) {
	for name, layouts := range map[string][]Layout{
		"check-in-zh-CN": {A5, A4}, "check-in-en": {A5, A4}, "deferral-zh-CN": {A5, A4}, "deferral-en": {A4}, "test-zh-CN": {A5, A4},
		"result-zh-CN": {A5, A4}, "result-en": {A5, A4}, "certificate-zh-CN": {A5, A4}, "certificate-en": {A5, A4},
		"year-card-zh-CN": {A5, A4}, "year-card-en": {A5, A4}, "voucher-zh-CN": {A5, A4}, "voucher-en": {A5, A4},
		"claim-decision-zh-CN": {A4}, "claim-decision-en": {A4},
	} {
		for _, layout := range layouts {
			if out := tool(t, "pdfinfo", written(t, samples()[name], layout)); !strings.Contains(out, "Pages:           1\n") {
				t.Errorf("%s on %s:\n%s", name, layout, out)
			}
		}
	}
}

func TestLongSlipsGoOnOverPages(t *testing.T) {
	s := deferralSnapshot(lang.English)
	for range 7 {
		s.Deferral.Reasons = append(s.Deferral.Reasons, s.Deferral.Reasons[:2]...)
	}
	words := text(t, s, A5)
	pages := strings.Split(strings.TrimSuffix(words, "\f"), "\f")
	if len(pages) < 3 {
		t.Fatalf("%d pages for %d reasons", len(pages), len(s.Deferral.Reasons))
	}
	for i, p := range pages {
		if !strings.Contains(p, fmt.Sprintf("%d / %d", i+1, len(pages))) || !strings.Contains(p, s.Number) {
			t.Errorf("page %d does not say which it is:\n%s", i+1, p)
		}
	}
	if n := strings.Count(words, "GB 18467-2011"); n != len(s.Deferral.Reasons) {
		t.Errorf("%d of %d reasons printed", n, len(s.Deferral.Reasons))
	}
}

// picture returns the first page at 150 dpi.
func pictureOf(t *testing.T, file string) image.Image {
	t.Helper()
	base := filepath.Join(t.TempDir(), "page")
	tool(t, "pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", file, base)
	data, err := os.ReadFile(base + ".png")
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// TestNothingLeavesTheMargins looks at the pictures: ink, and none of it
// outside the margins, a tenth of a millimetre allowed.
func TestNothingLeavesTheMargins(t *testing.T) {
	for name, s := range samples() {
		for _, layout := range Layouts() {
			img := pictureOf(t, written(t, s, layout))
			dots := func(mm float64) int { return int(mm / 25.4 * 150) }
			_, g, err := compose(s, layout, geometries[layout], newTypesetter(letterforms())) // a page that says much has margins of its own
			if err != nil {
				t.Fatal(err)
			}
			bounds, inked := img.Bounds(), 0
			for y := range bounds.Dy() {
				for x := range bounds.Dx() {
					if grey, _, _, _ := img.At(x, y).RGBA(); grey > 0x8000 {
						continue
					}
					inked++
					if x < dots(g.left-0.3) || x > dots(g.paperWidth-g.right+0.3) || y < dots(g.top-0.3) || y > bounds.Dy()-dots(g.bottom-0.3) {
						t.Fatalf("%s on %s: ink at %d, %d", name, layout, x, y)
					}
				}
			}
			if share := float64(inked) / float64(bounds.Dx()*bounds.Dy()); share < 0.01 || share > 0.25 {
				t.Errorf("%s on %s: %.1f %% of the paper is inked", name, layout, share*100)
			}
		}
	}
}

func TestHeightOfARoll(t *testing.T) {
	short, long := checkInSnapshot(lang.Chinese), checkInSnapshot(lang.English)
	var heights []int
	for _, s := range []Snapshot{short, long} {
		pdf, err := Render(s, Roll80)
		if err != nil {
			t.Fatal(err)
		}
		h, err := HeightMM(pdf)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(pdf, fmt.Appendf(nil, "/MediaBox [0 0 226.77 %.2f]", float64(h)/25.4*72)) {
			t.Errorf("the page is not %d mm high", h)
		}
		heights = append(heights, h)
	}
	if heights[0] < 100 || heights[1] <= heights[0] {
		t.Errorf("heights %v", heights)
	}
	if _, err := HeightMM([]byte("%PDF-1.7")); err == nil {
		t.Error("a file without pages has a height")
	}
}

// TestStoredSnapshotGivesTheSamePage sends snapshots through JSON, as storing does.
func TestStoredSnapshotGivesTheSamePage(t *testing.T) {
	for name, s := range samples() {
		stored, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back Snapshot
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		a, errA := Render(s, A5)
		b, errB := Render(back, A5)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the stored snapshot gives another file (%v, %v)", name, errA, errB)
		}
	}
}

// TestZoneDoesNotMatter prints Beijing time whatever zone a time was kept in.
func TestZoneDoesNotMatter(t *testing.T) {
	s := checkInSnapshot(lang.Chinese)
	s.IssuedAt, s.PrintedAt = s.IssuedAt.UTC(), s.PrintedAt.In(time.FixedZone("", -7*3600))
	words := text(t, s, Roll80)
	for _, w := range []string{"周一 09:41", "2026-11-23 09:41:10"} {
		if !strings.Contains(words, w) {
			t.Errorf("no %q in:\n%s", w, words)
		}
	}
	if got := momentText(time.Date(2026, 1, 3, 23, 5, 0, 0, calendar.Beijing)); got != (lang.Text{ZH: "2026年1月3日 周六 23:05", EN: "Sat 3 Jan 2026, 23:05"}) {
		t.Errorf("%+v", got)
	}
}

func TestCodeShowsItsModules(t *testing.T) {
	data, err := qrPNG("LIANXIN")
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	side := img.Bounds().Dx() / moduleDots
	if side != 21 {
		t.Fatalf("%d modules, want the smallest code, 21", side)
	}
	// The finder pattern of the upper left corner.
	for i, want := range []bool{true, true, true, true, true, true, true, false} {
		grey, _, _, _ := img.At(i*moduleDots+moduleDots/2, moduleDots/2).RGBA()
		if (grey == 0) != want {
			t.Errorf("module %d of the finder is black: %v", i, grey == 0)
		}
	}
	if _, err := qrPNG(strings.Repeat("x", 4000)); err == nil {
		t.Error("4,000 characters fit into a code")
	}
}
