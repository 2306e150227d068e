package gift

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lianxin/backend/lang"
)

func every(Gift) bool { return true }

func TestWordsAreOfferedForLetters(t *testing.T) {
	ix := NewIndex(Sample())
	for _, c := range []struct {
		typed string
		first []string
	}{
		{"dyp", []string{"电影票"}},
		{"dianying", []string{"电影", "电影演出", "电影票"}},
		{"DianYingPiao", []string{"电影票"}},
		{"bwb", []string{"保温杯"}},
		{"baowenb", []string{"保温杯"}},
		{"cha", []string{"茶"}},          // one character, read in full
		{"gjk", []string{"公交卡"}},        // of the names with amounts behind it
		{"fanwan", []string{"饭碗"}},      // in the middle of one name only
		{"yinyueh", []string{"音乐会"}},    // 乐 as it is read more rarely
		{"lvluo", []string{"绿萝一盆"}},     // 绿 is lü
		{"upan", []string{"U盘"}},        // written with a letter
		{"电影", []string{"电影演出", "电影票"}}, // carried on
		{"电影p", []string{"电影票"}},
		{"xuedai", nil},
		{"", nil},
		{" '-", nil},
	} {
		got := ix.Words(c.typed, lang.Chinese, every)
		if len(got) < len(c.first) || !slices.Equal(got[:len(c.first)], c.first) || c.first == nil && len(got) > 0 {
			t.Errorf("%q offers %q, want %q first", c.typed, got, c.first)
		}
	}
}

func TestWordsAreFinishedInEnglish(t *testing.T) {
	ix := NewIndex(Sample())
	for typed, want := range map[string][]string{
		"teap": {"teapot"}, "glass te": {"glass teapot"}, "umbr": {"umbrella"}, "tw": nil, "teapot": nil, "": nil, "qq": nil,
	} {
		if got := ix.Words(typed, lang.English, every); !slices.Equal(got, want) {
			t.Errorf("%q offers %q, want %q", typed, got, want)
		}
	}
}

// Whatever is offered for any letter, pair of letters or initials of a gift finds one of the gifts that
// are looked for, is not what stands there already, and nothing is offered twice.
func TestEveryWordFindsSomething(t *testing.T) {
	ix := NewIndex(Sample())
	filters := map[string]Query{"all": {}, "cheap": {MaxPoints: 40}, "shelf": {Category: "cinema"}, "nothing": {MaxPoints: Nothing}}
	var texts []string
	for a := 'a'; a <= 'z'; a++ {
		texts = append(texts, string(a))
		for b := 'a'; b <= 'z'; b++ {
			texts = append(texts, string(a)+string(b))
		}
	}
	for _, g := range Sample().Gifts {
		texts = append(texts, string([]rune(g.Name.ZH)[:2]), strings.ToLower(g.Name.EN[:3]))
	}
	checked, finds := 0, map[string]bool{}
	for name, q := range filters {
		for _, text := range texts {
			for _, language := range []lang.Tag{lang.Chinese, lang.English} {
				offered := ix.Words(text, language, q.fits)
				for i, w := range offered {
					q.Text = w
					if _, known := finds[name+w]; !known {
						finds[name+w] = len(ix.Find(q)) > 0
					}
					if !finds[name+w] || w == text || slices.Contains(offered[:i], w) {
						t.Fatalf("%s: %q offers %q among %q", name, text, w, offered)
					}
					checked++
				}
				if len(offered) > MaxWords {
					t.Fatalf("%d words for %q", len(offered), text)
				}
			}
		}
	}
	if checked < 5_000 {
		t.Errorf("only %d words were looked at", checked)
	}
}

// What every gift's own initials find is offered as a word as well: nobody has to know how names are cut.
func TestEveryNameIsOfferedForItsInitials(t *testing.T) {
	ix := NewIndex(Sample())
	for i, e := range ix.entries {
		var initials strings.Builder
		for _, l := range e.parts[0] {
			if len(l.readings) == 0 {
				initials.WriteRune(l.char)
			} else {
				initials.WriteByte(l.readings[0][0])
			}
		}
		offered := ix.Words(initials.String(), lang.Chinese, every)
		if want := textOf(e.parts[0]); !slices.Contains(offered, want) && len(e.parts[0]) > 1 {
			t.Errorf("%s: %q offers %q", ix.gifts[i].ID, initials.String(), offered)
		}
	}
}

func TestWordsAtAKiosk(t *testing.T) {
	all := listed(Sample())
	at := slices.IndexFunc(all, func(g Listed) bool { return g.ID == "thermos-350" })
	b := browser(t, &shelfStore{gifts: all, stocks: []Stock{{GiftID: "thermos-350", SiteID: "here", Left: 3}}})
	wish := Wish{Query: Query{Text: "b"}, Words: lang.Chinese, Here: true, Limit: 3}
	if found := b.Find(wish, "here", monday); !slices.Contains(found.Words, "保温杯") || slices.Contains(found.Words, "便携砚台") {
		t.Errorf("%q is offered where there is only %s", found.Words, all[at].Name.ZH)
	}
	wish.Words = ""
	if found := b.Find(wish, "here", monday); found.Words == nil || len(found.Words) > 0 {
		t.Errorf("%q, and nobody asked", found.Words)
	}
}

func BenchmarkWords(b *testing.B) {
	var many Catalogue
	many.Categories = Sample().Categories
	for n := range 5000 {
		g := Sample().Gifts[n%len(Sample().Gifts)]
		g.ID = fmt.Sprintf("%s-%d", g.ID, n)
		// Other names, as five thousand different gifts have.
		g.Name.ZH = strings.Map(func(r rune) rune { return r + rune(n/len(Sample().Gifts)*7) }, g.Name.ZH)
		many.Gifts = append(many.Gifts, g)
	}
	ix := NewIndex(many)
	b.Logf("%d words", len(ix.words))
	for _, typed := range []string{"d", "dyp", "dianyingpiao", "s", "zzzz"} {
		b.Run(typed, func(b *testing.B) {
			for b.Loop() {
				ix.Words(typed, lang.Chinese, every)
			}
		})
	}
}
