package gift

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode"

	"lianxin/backend/lang"
)

// MaxWords bounds how many words are offered for what is typed.
const MaxWords = 24

// longestWord is how many characters are still one word to touch; what is longer is offered in parts.
const longestWord = 8

// word is a Chinese word of the catalogue.
type word struct {
	text    string
	letters []letter
	plain   []letter // each as it is mostly read
	gifts   []int    // in whose name or category it is, as places in Index.gifts
}

// amounts begin no word that several names have in common: 十二, 两条, ten, two.
const amounts = "一二三四五六七八九十百千两"

var amountsEnglish = strings.Fields("two three four five six eight ten twelve twenty thirty forty hundred of for and with the")

// Words returns what somebody may be typing, the likeliest first: words of the
// catalogue itself, so that each of them, searched for in place of the text, finds
// one of the gifts that are allowed. It needs no dictionary, and nothing of what is
// typed leaves the machine. In Chinese, letters are read as pinyin or initials, and
// characters that are there already are carried on; in English, the last word is finished.
func (ix *Index) Words(text string, language lang.Tag, allowed func(Gift) bool) []string {
	if language == lang.English {
		return ix.englishWords(text, allowed)
	}
	typed := typedText(text)
	if len(typed) == 0 {
		return nil
	}
	offered := newOffers(string(typed))
	for _, n := range ix.begin[typed[0]] {
		w := ix.words[n]
		if likely, ok := w.likely(typed); ok {
			offered.add(w.text, likely, len(w.letters), ix.countOf(w.gifts, allowed))
		}
	}
	for i, e := range ix.entries {
		if len(offered.all) >= MaxWords {
			break
		}
		// What stands in the middle of one name only is no word of the catalogue, but may be what was meant.
		if piece := e.pieceReadAs(typed); piece != "" && allowed(ix.gifts[i]) {
			offered.add(piece, inName, len([]rune(piece)), 1)
		}
	}
	return offered.best()
}

// likely says how likely somebody means the word by what they have typed. A single
// character has to be typed in full: a first letter may be any of hundreds.
func (w word) likely(typed []rune) (int, bool) {
	for rare, letters := range [][]letter{w.plain, w.letters} {
		n := readAs(letters, typed)
		switch {
		case n == 0 || len(letters) == 1 && !slices.Contains(letters[0].readings, string(typed)):
			continue
		case rare == 1:
			return rarely, true
		case n == len(letters):
			return whole, true
		}
		return begun, true
	}
	return 0, false
}

func (ix *Index) countOf(gifts []int, allowed func(Gift) bool) int {
	n := 0
	for _, i := range gifts {
		if allowed(ix.gifts[i]) {
			n++
		}
	}
	return n
}

func (ix *Index) englishWords(text string, allowed func(Gift) bool) []string {
	asked := words(text)
	if len(asked) == 0 {
		return nil
	}
	last := asked[len(asked)-1]
	before := strings.Join(append(asked[:len(asked)-1:len(asked)-1], ""), " ")
	finds := map[string]int{}
	for i, e := range ix.entries {
		if !e.hasWords(asked) || !allowed(ix.gifts[i]) {
			continue
		}
		for n, own := range e.en {
			if strings.HasPrefix(own, last) && slices.Index(e.en, own) == n && !slices.Contains(amountsEnglish, own) {
				finds[own]++
			}
		}
	}
	offered := newOffers(before + last)
	for own, n := range finds {
		offered.add(before+own, begun, len(own), n)
	}
	return offered.best()
}

// How likely a word is meant.
const (
	whole  = iota // every character of it was typed
	begun         // it begins so
	inName        // so it stands inside a name
	rarely        // it can be read so, but mostly is not
)

// offers are words with what puts them in their order.
type offers struct {
	typed string
	all   []offer
	seen  map[string]bool
}

type offer struct {
	text                  string
	likely, length, gifts int
}

func newOffers(typed string) *offers { return &offers{typed: typed, seen: map[string]bool{}} }

// add offers a word that finds some gifts and is not what stands there already.
func (o *offers) add(text string, likely, length, gifts int) {
	if gifts == 0 || o.seen[text] || strings.EqualFold(text, o.typed) {
		return
	}
	o.seen[text] = true
	o.all = append(o.all, offer{text, likely, length, gifts})
}

func (o *offers) best() []string {
	slices.SortStableFunc(o.all, func(a, b offer) int {
		return cmp.Or(cmp.Compare(a.likely, b.likely), cmp.Compare(b.gifts, a.gifts), cmp.Compare(a.length, b.length), cmp.Compare(a.text, b.text))
	})
	texts := make([]string, 0, MaxWords)
	for _, one := range o.all[:min(len(o.all), MaxWords)] {
		texts = append(texts, one.text)
	}
	return texts
}

// wordsOf finds the words of a catalogue without a dictionary. A word is a part of a
// name or shelf between spaces, and whatever several of them have in common without
// always having the same character beside it: 电影 and 电影票, but not 影票.
func wordsOf(entries []entry) []word {
	parts := map[string][]letter{}
	owners := map[string][]int{}
	var order []string // as the catalogue has them
	for i, e := range entries {
		for _, part := range e.parts {
			text := textOf(part)
			if parts[text] == nil {
				parts[text] = part
				order = append(order, text)
			}
			owners[text] = append(owners[text], i)
		}
	}
	found := map[string]*word{}
	in := map[string]int{} // in how many different parts
	var texts []string
	for _, part := range order {
		for text, letters := range within(parts[part]) {
			if found[text] == nil {
				found[text] = &word{text: text, letters: letters}
				texts = append(texts, text)
			}
			in[text]++
			found[text].gifts = append(found[text].gifts, owners[part]...)
		}
	}
	return closed(texts, found, in, parts)
}

// within yields every different run of a part's letters.
func within(part []letter) iter.Seq2[string, []letter] {
	return func(yield func(string, []letter) bool) {
		once := map[string]bool{}
		for from := range part {
			for to := from + 1; to <= min(len(part), from+longestWord); to++ {
				text := textOf(part[from:to])
				if !once[text] && !yield(text, part[from:to]) {
					return
				}
				once[text] = true
			}
		}
	}
}

// closed keeps parts, and of what else they have in common whatever is not only ever inside the same longer word.
func closed(texts []string, found map[string]*word, in map[string]int, parts map[string][]letter) []word {
	inside := map[string]bool{}
	for _, longer := range texts {
		runes := []rune(longer)
		for _, shorter := range []string{string(runes[1:]), string(runes[:len(runes)-1])} {
			inside[shorter] = inside[shorter] || in[shorter] == in[longer]
		}
	}
	var all []word
	for _, text := range texts {
		isAmount := strings.ContainsRune(amounts, []rune(text)[0])
		if len(parts[text]) > 1 || in[text] > 1 && !inside[text] && !isAmount {
			w := *found[text]
			w.plain = plain(w.letters)
			slices.Sort(w.gifts)
			w.gifts = slices.Compact(w.gifts)
			all = append(all, w)
		}
	}
	return all
}

// partsOf are the parts of a name between spaces, without amounts.
func partsOf(name string, spelt []letter) [][]letter {
	var parts [][]letter
	for _, field := range strings.Fields(name) {
		n := len([]rune(field))
		if !unicode.IsDigit([]rune(field)[0]) {
			parts = append(parts, spelt[:n])
		}
		spelt = spelt[n:]
	}
	return parts
}

func textOf(letters []letter) string {
	var b strings.Builder
	for _, l := range letters {
		b.WriteRune(l.written)
	}
	return b.String()
}

// byBeginning finds words by what their first character may be typed as.
func byBeginning(all []word) map[rune][]int {
	found := map[rune][]int{}
	for i, w := range all {
		first := w.letters[0]
		begins := []rune{first.char}
		for _, reading := range first.readings {
			if r := rune(reading[0]); !slices.Contains(begins, r) {
				begins = append(begins, r)
			}
		}
		for _, r := range begins {
			found[r] = append(found[r], i)
		}
	}
	return found
}

// pieceReadAs is what of a name can be read as the whole of typed, from somewhere inside; "" for nothing.
func (e entry) pieceReadAs(typed []rune) string {
	for _, part := range e.plain {
		for from := range part {
			if n := readAs(part[from:], typed); n > 1 {
				return textOf(part[from : from+n])
			}
		}
	}
	return ""
}

// plain are letters with only their commonest reading.
func plain(letters []letter) []letter {
	all := slices.Clone(letters)
	for i, l := range all {
		all[i].readings = l.readings[:min(len(l.readings), 1)]
	}
	return all
}
