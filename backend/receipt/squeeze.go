package receipt

import "strings"

// A Chinese punctuation mark fills half of its square. Where two meet, as in
// ），or ：“, the empty halves together make a hole of a whole character;
// printers close half of it up (CLREQ, W3C: adjustment of adjacent marks).
const (
	emptyAfter  = "。，、；：）》」』】〕〉〗”’" // the left half is inked
	emptyBefore = "（《「『【〔〈〖“‘"      // the right half is inked
)

// squeezable tells whether half a character is taken out between a and b.
func squeezable(a, b rune) bool {
	marks := strings.ContainsRune(emptyAfter+emptyBefore, b)
	return marks && strings.ContainsRune(emptyAfter, a) ||
		strings.ContainsRune(emptyBefore, a) && strings.ContainsRune(emptyBefore, b)
}

// squeezed splits text where half a character is taken out.
func squeezed(text string) []string {
	var pieces []string
	start := 0
	before := rune(0)
	for i, r := range text {
		if squeezable(before, r) {
			pieces = append(pieces, text[start:i])
			start = i
		}
		before = r
	}
	return append(pieces, text[start:])
}

// squeezes counts the places squeezed splits at.
func squeezes(text string) int {
	n := 0
	before := rune(0)
	for _, r := range text {
		if squeezable(before, r) {
			n++
		}
		before = r
	}
	return n
}
