package paper

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lianxin/backend/calendar"
	"lianxin/backend/demand"
	"lianxin/backend/gift"
	"lianxin/backend/lang"
)

// report has the sample catalogue at two places, asked for at different rates.
func report() demand.Report {
	random := rand.New(rand.NewPCG(39, 1))
	f := demand.Facts{Today: calendar.MustParse("2026-11-29"), Shelves: map[demand.Place]demand.Shelf{},
		Sites: []demand.Site{{ID: "a", Name: lang.Text{ZH: "海淀献血屋（示例）", EN: "Haidian house (sample)"}}, {ID: "b", Name: lang.Text{ZH: "密云献血屋（示例）", EN: "Miyun house (sample)"}}},
		Taste: demand.Taste{People: 812, HitRate: 0.31, HitRatePopular: 0.14, Coverage: 0.7, CoveragePopularity: 0.05, SwitchedOff: 3}}
	for _, g := range gift.Sample().Gifts[:80] {
		f.Gifts = append(f.Gifts, demand.Gift{ID: g.ID, Name: g.Name, Points: g.Points})
		rate, slope := random.ExpFloat64()*2, random.Float64()*2-1
		for _, at := range f.Sites {
			shelf := demand.Shelf{Stock: random.IntN(60), Series: make([]int, demand.PastWeeks)}
			for w := range shelf.Series {
				now := rate * max(0, 1+slope*float64(w-26)/26)
				shelf.Series[w] = int(now + random.Float64())
			}
			f.Shelves[demand.Place{GiftID: g.ID, SiteID: at.ID}] = shelf
		}
	}
	return demand.BuiltIn().Report(f)
}

// Every number of the tables that are printed stands on the paper.
func TestThePaperSaysWhatTheTablesSay(t *testing.T) {
	r := report()
	for _, tag := range []lang.Tag{lang.Chinese, lang.English} {
		file, err := Render(r, tag, time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "report.pdf")
		if dir := os.Getenv("LIANXIN_LOOK"); dir != "" {
			name = filepath.Join(dir, fmt.Sprintf("report-%s.pdf", tag))
		}
		if err := os.WriteFile(name, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("pdftotext", "-layout", name, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(strings.Fields(string(out)), "")
		for _, table := range r.Tables(tag) {
			if table.ID == "weeks" || table.ID == "gifts" {
				continue
			}
			for _, row := range table.Rows[:min(len(table.Rows), printed)] {
				for i, c := range row {
					if want := strings.Join(strings.Fields(c.Text(table.Columns[i].Kind)), ""); !strings.Contains(said, want) && len(want) < 12 {
						t.Errorf("%s %s: %q is missing", tag, table.ID, want)
					}
				}
			}
		}
	}
}
