package receipt

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// columns measures like a typewriter: two columns for a Chinese character.
func columns(s string) float64 {
	n := 0
	for _, r := range s {
		n++
		if wide(r) || strings.ContainsRune("“”‘’—…", r) {
			n++
		}
	}
	return float64(n)
}

func TestBreakLines(t *testing.T) {
	for _, c := range []struct {
		why   string
		text  string
		limit float64
		want  []string
	}{
		{"fits", "献血光荣", 8, []string{"献血光荣"}},
		{"anywhere between characters", "一二三四五六", 6, []string{"一二三", "四五六"}},
		{"a stop does not begin a line", "一二三。四五", 6, []string{"一二", "三。四", "五"}},
		{"two marks do not begin a line", "一二三四）。五", 8, []string{"一二三", "四）。五"}},
		{"an opening mark does not end a line", "一二（三四）", 6, []string{"一二", "（三", "四）"}},
		{"a quotation opens on the next line", "他说说：“好的”。", 10, []string{"他说说：", "“好的”。"}},
		{"words stay whole", "请看 questionnaire 吧", 14, []string{"请看", "questionnaire", "吧"}},
		{"telephone numbers stay whole", "电话010-0000-0000谢谢", 14, []string{"电话", "010-0000-0000", "谢谢"}},
		{"a number keeps its unit", "全血 400 mL，好", 8, []string{"全血", "400 mL，", "好"}},
		{"a number keeps its counter", "休息至少 15 分钟", 11, []string{"休息至少", "15 分钟"}},
		{"a standard keeps its number", "依据 GB 18467 的", 9, []string{"依据", "GB 18467", "的"}},
		{"no hyphen in what is too long", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"a rare character counts once", "𠮷𠮷𠮷𠮷", 4, []string{"𠮷𠮷", "𠮷𠮷"}},
		{"no single character alone", "一二三四五六七八九", 8, []string{"一二三四", "五六七", "八九"}},
		{"line feeds", "一\n二\n\n三", 8, []string{"一", "二", "三"}},
		{"a middle dot stays with its name", "买买提·艾力", 6, []string{"买买", "提·艾", "力"}},
		{"nothing", "", 8, nil},
		{"narrower than a character", "一二", 1, []string{"一", "二"}},
	} {
		if got := breakLines(c.text, c.limit, columns); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q to %v: %q, want %q", c.why, c.text, c.limit, got, c.want)
		}
	}
}

func FuzzBreakLines(f *testing.F) {
	f.Add(breakingSample, uint8(20))
	f.Add("“（一）”，《二》；abc def 12 mL。。。", uint8(7))
	f.Add(" a  b ", uint8(1))
	f.Fuzz(func(t *testing.T, text string, limit uint8) {
		if !utf8.ValidString(text) || len(text) > 2000 {
			return
		}
		lines := breakLines(text, float64(limit), columns)
		if got, want := withoutSpace(strings.Join(lines, "")), withoutSpace(text); got != want {
			t.Fatalf("%q became %q", want, got)
		}
		for i, l := range lines {
			if columns(l) > float64(limit) && limit > 8 && hasShortClusters(l) {
				t.Fatalf("line %q is wider than %d", l, limit)
			}
			first, _ := utf8.DecodeRuneInString(l)
			if i > 0 && limit > 12 && strings.ContainsRune("。，、；：？！）》」』”", first) && ordinary(text) {
				t.Fatalf("line %q of %q begins with %c", l, text, first)
			}
		}
	})
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' {
			return -1
		}
		return r
	}, s)
}

// hasShortClusters tells whether s holds no combining marks, of which one
// character may carry any number.
func hasShortClusters(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.In(r, unicode.Han, unicode.Latin, unicode.Nd) }) < 0
}

// ordinary tells whether marks stand singly, each after a Chinese character:
// a row of marks longer than a line must begin one with a mark.
func ordinary(text string) bool {
	before := rune('\n')
	for _, r := range text {
		if strings.ContainsRune(neverFirst+neverLast, r) && !unicode.Is(unicode.Han, before) {
			return false
		}
		before = r
	}
	return !strings.Contains(text, "\n")
}
