package identity

import (
	"slices"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"

	"lianxin/backend/calendar"
)

// Masked is the number as a screen may show it: 110105********002X. Enough for
// its owner to recognise, not enough for somebody behind them.
func (d Document) Masked() string {
	first, last := 1, 3
	switch {
	case d.Kind.isCitizenNumber():
		first, last = 6, 4
	case d.Kind == ForeignPR2017:
		first, last = 3, 4
	}
	return MaskMiddle(d.Number, first, last)
}

// MaskMiddle keeps the first and last characters of a number and stars the
// rest. Where that would star fewer than four, only the last quarter is kept.
func MaskMiddle(text string, first, last int) string {
	c := []rune(text)
	if len(c)-first-last < 4 {
		first, last = 0, len(c)/4
	}
	for i := first; i < len(c)-last; i++ {
		c[i] = '*'
	}
	return string(c)
}

// MaskName is a name as a screen may show it.
//
// Chinese names show the surname, compound ones whole, and the last character
// of a given name that has two or more: 王*, 王*𬭎, 欧阳*, 欧阳*明, 王**明.
// Names with a dot show their first and last character: 买**·***江. Other names
// show the first letter of every word: J*** S****. Rare characters beyond
// U+FFFF and characters with variation selectors count as one.
func MaskName(name string) string {
	c := characters(strings.TrimSpace(name))
	switch {
	case !slices.ContainsFunc(c, isHan):
		return maskWords(c)
	case slices.ContainsFunc(c, isDot):
		return maskDotted(c)
	}
	shown := 1
	if len(c) >= 3 && compoundSurnames[c[0]+c[1]] {
		shown = 2
	}
	if len(c) == 1 {
		shown = 0
	}
	keepLast := len(c)-shown >= 2
	for i := shown; i < len(c); i++ {
		if i < len(c)-1 || !keepLast {
			c[i] = "*"
		}
	}
	return strings.Join(c, "")
}

// MaskDate shows the year of a birth date: 1949-**-**.
func MaskDate(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()[:4] + "-**-**"
}

func maskDotted(c []string) string {
	for i := 1; i < len(c); i++ {
		if last := i == len(c)-1; !isDot(c[i]) && (!last || isDot(c[i-1])) {
			c[i] = "*"
		}
	}
	return strings.Join(c, "")
}

func maskWords(c []string) string {
	starts := func(i int) bool { return i == 0 || isGap(c[i-1]) }
	out := slices.Clone(c)
	for i := range c {
		oneLetter := starts(i) && (i == len(c)-1 || isGap(c[i+1]))
		if !isGap(c[i]) && (!starts(i) || oneLetter) {
			out[i] = "*"
		}
	}
	return strings.Join(out, "")
}

// characters splits a name into what people see as characters.
func characters(s string) []string {
	var out []string
	for g := uniseg.NewGraphemes(s); g.Next(); {
		out = append(out, g.Str())
	}
	return out
}

// isHan also takes planes 2 and 3, which grow faster than the tables built into
// a program, and the private use area, where older cards keep rare characters.
func isHan(c string) bool {
	r := []rune(c)[0]
	return unicode.Is(unicode.Han, r) || r >= 0x20000 && r < 0x40000 || r >= 0xE000 && r <= 0xF8FF
}

func isDot(c string) bool {
	return c == "·" || c == "•" || c == "・" || c == "‧" || c == "．" || c == "."
}

func isGap(c string) bool {
	return c == " " || c == "-" || c == "'" || c == "," || isDot(c) || unicode.IsSpace([]rune(c)[0])
}
