package gift

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/fault"
	"lianxin/backend/lang"
)

func TestTheSampleCatalogueIsLarge(t *testing.T) {
	c := Sample()
	if len(c.Gifts) < 300 || len(c.Categories) < 10 {
		t.Errorf("%d gifts in %d categories", len(c.Gifts), len(c.Categories))
	}
	names := map[string]string{}
	for _, g := range c.Gifts {
		for _, name := range []string{g.Name.ZH, g.Name.EN} {
			if other, twice := names[name]; twice {
				t.Errorf("%s and %s are both called %s", other, g.ID, name)
			}
			names[name] = g.ID
		}
	}
}

// Each row breaks one line of a small catalogue.
func TestABrokenCatalogueNamesItsLines(t *testing.T) {
	const small = `categories:
  - id: home
    name: {zh: 家居, en: Home}
    gifts:
      - {id: mug, zh: 杯, en: Mug, points: 40, picture: mug, colour: red}
`
	for _, c := range []struct{ old, new, want string }{
		{"", "", ""},
		{"id: mug", "id: home", "c.yaml:5: id"},
		{"id: mug", "id: Mug", "c.yaml:5: id"},
		{"en: Home", "en: ''", "c.yaml:3: missing_translation"},
		{"zh: 杯", "zh: ''", "c.yaml:5: gift"},
		{"points: 40", "points: 0", "c.yaml:5: gift"},
		{"points: 40", "points: 40, limit: -1", "c.yaml:5: gift"},
		{"colour: red", "colour: mauve", "c.yaml:5: gift"},
		{"picture: mug", "picture: ../mug", "c.yaml:5: gift"},
		{"points: 40", "price: 40", "c.yaml:5: yaml"},
	} {
		_, err := Load("c.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
		if c.want == "" && err != nil {
			t.Error(err)
		}
		if c.want != "" && (fault.CodeOf(err) != "gift.catalogue_invalid" || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q for %q: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func TestAGiftIsFoundAsPeopleType(t *testing.T) {
	ix := NewIndex(Sample())
	for _, c := range []struct{ typed, first string }{
		{"电影票", "film-ticket"},
		{"dianyingpiao", "film-ticket"},
		{"dian ying piao", "film-ticket"},
		{"dyp", "film-ticket"},
		{"dianyp", "film-ticket"},
		{"电ying票", "film-ticket"},
		{"dianyingpi", "film-ticket"}, // not typed to the end yet
		{"yinyuehuimen", "concert"},   // 乐 read yue; without the last letter it is 音乐会员 as well
		{"yinlehuimen", "concert"},    // and as people may read it
		{"chongdianbao", "power-bank"},
		{"CDB", "power-bank"},
		{"zhongguojie", "knot"},
		{"zgj", "knot"},
		{"lvluo", "pothos"}, // 绿 is lü
		{"lüluo", "pothos"},
		{"film ticket", "film-ticket"},
		{"umbr", "umbrella"},
		{"teapot glass", "glass-teapot"},
		{"shanzhazhi", "juice"},
		{"xuedai", ""},
		{"qqqq", ""},
		{"汉堡包", ""},
	} {
		found := ix.Find(Query{Text: c.typed})
		got := ""
		if len(found) > 0 {
			got = found[0].ID
		}
		if got != c.first {
			t.Errorf("%q finds %q first of %d, want %q", c.typed, got, len(found), c.first)
		}
	}
}

// What is typed is looked for in the name or in the category; the end of one and the beginning of the other are no word.
func TestAMatchLiesWithinOneField(t *testing.T) {
	ix := NewIndex(Catalogue{Categories: []Category{{ID: "drinks", Name: lang.Text{ZH: "饮品", EN: "Drinks"}}},
		Gifts: []Gift{{ID: "pastries", Category: "drinks", Name: lang.Text{ZH: "糕点", EN: "Pastries"}}}})
	for typed, want := range map[string]int{"gd": 1, "gaodian": 1, "d": 1, "点": 1, "yp": 1, "yinpin": 1, "饮品": 1,
		"dyp": 0, "dy": 0, "dianyin": 0, "点饮": 0, "gdyp": 0, "糕点饮品": 0} {
		if got := len(ix.Find(Query{Text: typed})); got != want {
			t.Errorf("%q finds %d, want %d", typed, got, want)
		}
	}
	if found := NewIndex(Sample()).Find(Query{Text: "dyp"}); slices.ContainsFunc(found, func(g Gift) bool { return g.ID == "moon-cakes" }) {
		t.Error("dyp finds 自来红糕点")
	}
}

func TestFilters(t *testing.T) {
	ix := NewIndex(Sample())
	if got := len(ix.Find(Query{})); got != len(Sample().Gifts) {
		t.Errorf("nothing asked for finds %d", got)
	}
	for _, g := range ix.Find(Query{Category: "cinema", MaxPoints: 60}) {
		if g.Category != "cinema" || g.Points > 60 {
			t.Errorf("%+v", g)
		}
	}
	named := ix.Find(Query{Text: "diying"})
	whole := ix.Find(Query{Text: "电影演出"})
	if len(whole) < 15 || slices.ContainsFunc(whole, func(g Gift) bool { return g.Category != "cinema" }) {
		t.Errorf("the name of a category finds %d gifts", len(whole))
	}
	if len(named) > 0 {
		t.Errorf("%d gifts are called diying", len(named))
	}
	long := strings.Repeat("a", 100_000)
	if got := ix.Find(Query{Text: long}); len(got) != 0 {
		t.Errorf("%d gifts", len(got))
	}
}

func FuzzFind(f *testing.F) {
	ix := NewIndex(Sample())
	for _, s := range []string{"dyp", "绿lv", "", "a b", "𠮷", strings.Repeat("zh", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, g := range ix.Find(Query{Text: s}) {
			if g.ID == "" {
				t.Fatal("an empty gift")
			}
		}
		for _, w := range ix.Words(s, lang.Chinese, every) {
			if len(ix.Find(Query{Text: w})) == 0 {
				t.Fatalf("%q offers %q, which finds nothing", s, w)
			}
		}
	})
}

// Five thousand gifts, as a large center may have.
func BenchmarkFind(b *testing.B) {
	var many Catalogue
	many.Categories = Sample().Categories
	for n := range 5000 {
		g := Sample().Gifts[n%len(Sample().Gifts)]
		g.ID = fmt.Sprintf("%s-%d", g.ID, n)
		many.Gifts = append(many.Gifts, g)
	}
	ix := NewIndex(many)
	for _, typed := range []string{"dyp", "dianyingpiao", "电影票", "ticket", "zzzz", ""} {
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				ix.Find(Query{Text: typed})
			}
		})
	}
}
