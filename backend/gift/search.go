package gift

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Index finds gifts. It is made once for a catalogue, is never changed and may
// be asked by many at once.
type Index struct {
	gifts   []Gift
	entries []entry
	words   []word         // what may be offered to somebody who types letters
	begin   map[rune][]int // places in words by the first character that is typed
}

// entry is what a gift is found by.
type entry struct {
	zh       []letter   // name and category, Chinese, letter by letter
	parts    [][]letter // of zh, what stands between spaces
	plain    [][]letter // those, each letter as it is mostly read
	en       []string   // words of name and category, English, lower case
	category int        // where the category begins in zh
}

// letter is one character of a Chinese name with the ways it is read: without
// tones, the commonest first, as 乐 is le and yue.
type letter struct {
	char     rune // in lower case
	written  rune // as the name has it
	readings []string
}

// Query says what somebody looks for. The zero value finds everything.
type Query struct {
	Text      string // Chinese, pinyin, initials, or a mixture; or English
	Category  string
	MaxPoints int64 // 0 for any
}

// fits tells whether a gift is one of those looked for, whatever its name.
func (q Query) fits(g Gift) bool {
	return (q.Category == "" || g.Category == q.Category) && (q.MaxPoints == 0 || g.Points <= q.MaxPoints)
}

// Nothing as MaxPoints finds no gift: somebody has no points.
const Nothing int64 = -1

// MaxQueryRunes bounds what is searched for; what follows is left out.
const MaxQueryRunes = 40

// NewIndex reads the pinyin of a catalogue.
func NewIndex(c Catalogue) *Index {
	args := pinyin.NewArgs()
	args.Heteronym = true
	category := map[string]Category{}
	for _, k := range c.Categories {
		category[k.ID] = k
	}
	ix := &Index{gifts: c.Gifts}
	for _, g := range c.Gifts {
		shelf := category[g.Category].Name
		name, of := spell(g.Name.ZH, args), spell(shelf.ZH, args)
		e := entry{zh: slices.Concat(name, of), category: len(name), en: words(g.Name.EN + " " + shelf.EN),
			parts: slices.Concat(partsOf(g.Name.ZH, name), partsOf(shelf.ZH, of))}
		for _, part := range e.parts {
			e.plain = append(e.plain, plain(part))
		}
		ix.entries = append(ix.entries, e)
	}
	ix.words = wordsOf(ix.entries)
	ix.begin = byBeginning(ix.words)
	return ix
}

func spell(name string, args pinyin.Args) []letter {
	var letters []letter
	for _, r := range name {
		if unicode.IsSpace(r) {
			continue
		}
		l := letter{char: unicode.ToLower(r), written: r}
		for _, reading := range pinyin.SinglePinyin(r, args) {
			if reading = strings.ReplaceAll(reading, "ü", "v"); !slices.Contains(l.readings, reading) {
				l.readings = append(l.readings, reading)
			}
		}
		letters = append(letters, l)
	}
	return letters
}

func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Find returns what fits, best first: names that begin with the text, then names
// that have it inside, then what is only in a category of that name. Among equals
// the order is the catalogue's.
func (ix *Index) Find(q Query) []Gift {
	type hit struct {
		rank, at int
	}
	typed := typedText(q.Text)
	asked := words(q.Text)
	hits := make([]hit, 0, len(ix.gifts))
	for i, g := range ix.gifts {
		if !q.fits(g) {
			continue
		}
		if rank, ok := ix.entries[i].rank(typed, asked); ok {
			hits = append(hits, hit{rank, i})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	found := make([]Gift, 0, len(hits))
	for _, h := range hits {
		found = append(found, ix.gifts[h.at])
	}
	return found
}

// typedText is the text as the matcher wants it: no spaces, no apostrophes
// between syllables, lower case.
func typedText(s string) []rune {
	var out []rune
	for _, r := range strings.ToLower(s) {
		if r == 'ü' {
			r = 'v'
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			out = append(out, r)
		}
		if len(out) == MaxQueryRunes {
			break
		}
	}
	return out
}

const (
	begins = iota
	inside
	english
	ofCategory
)

func (e entry) rank(typed []rune, asked []string) (int, bool) {
	if len(typed) == 0 {
		return begins, true
	}
	for start := range e.zh {
		field := e.zh[start:] // of one field only: a name's end and a category's beginning are no word together
		if start < e.category {
			field = e.zh[start:e.category]
		}
		if readAs(field, typed) == 0 {
			continue
		}
		switch {
		case start == 0:
			return begins, true
		case start < e.category:
			return inside, true
		}
		if e.hasWords(asked) {
			return english, true
		}
		return ofCategory, true
	}
	return english, e.hasWords(asked)
}

// hasWords tells whether each word that was asked for begins one of the entry's.
func (e entry) hasWords(asked []string) bool {
	for _, w := range asked {
		if !slices.ContainsFunc(e.en, func(own string) bool { return strings.HasPrefix(own, w) }) {
			return false
		}
	}
	return len(asked) > 0
}

// readAs is how many letters can be read as the whole of typed, 0 for none: each letter
// is its character, a whole reading, or the beginning of one – an initial, or the
// last syllable while it is still being typed.
func readAs(letters []letter, typed []rune) int {
	if len(letters) == 0 || len(typed) == 0 {
		return 0
	}
	l := letters[0]
	// after is how many letters it takes when this one is the first n characters.
	after := func(n int) int {
		if n == len(typed) {
			return 1
		}
		if rest := readAs(letters[1:], typed[n:]); rest > 0 {
			return 1 + rest
		}
		return 0
	}
	if l.char == typed[0] {
		if n := after(1); n > 0 {
			return n
		}
	}
	for _, reading := range l.readings {
		// The longest reading first: "xian" is 先 before it is 西安.
		for n := commonPrefix(reading, typed); n > 0; n-- {
			if n == 1 || n == 2 && reading[1] == 'h' || n == len(reading) || n == len(typed) {
				if took := after(n); took > 0 {
					return took
				}
			}
		}
	}
	return 0
}

// commonPrefix is how many letters typed shares with a reading from the beginning.
func commonPrefix(reading string, typed []rune) int {
	n := 0
	for n < len(reading) && n < len(typed) && rune(reading[n]) == typed[n] {
		n++
	}
	return n
}
