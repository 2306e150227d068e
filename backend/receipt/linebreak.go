package receipt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Characters that may not begin or end a line of Chinese, beyond what the
// Unicode line breaking algorithm forbids by itself (GB/T 15834-2011 §5.1.10:
// marks of pause and closing marks never open a line, opening marks never
// close one; the connecting and middle dots stay with what they follow).
const (
	neverFirst = "。，、；：？！）》」』】〕〉〗’”…—·‧•～％‰℃°′″々,.;:?!)]}%"
	neverLast  = "（《「『【〔〈〖‘“([{￥¥$№#"
)

// breakLines splits text into lines that are at most limit wide. Words and
// numbers stay whole unless one alone is wider than a line; nothing gets a
// hyphen. A line feed in the text begins a new line. width measures a piece of
// text and must grow with it.
func breakLines(text string, limit float64, width func(string) float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = append(lines, breakParagraph(paragraph, limit, width)...)
	}
	return lines
}

func breakParagraph(text string, limit float64, width func(string) float64) []string {
	var lines [][]string // units of each line
	var line []string
	taken := ""
	begin := func(unit string) {
		if line != nil {
			lines = append(lines, line)
		}
		unit = strings.TrimLeft(unit, " ")
		for width(strings.TrimRight(unit, " ")) > limit {
			head, rest := cut(unit, limit, width)
			if rest == "" {
				break // one character wider than a line
			}
			lines = append(lines, []string{head})
			unit = strings.TrimLeft(rest, " ")
		}
		line, taken = []string{unit}, unit
	}
	for _, unit := range lineUnits(text) {
		if line == nil || width(taken+strings.TrimRight(unit, " ")) > limit {
			begin(unit)
			continue
		}
		line, taken = append(line, unit), taken+unit
	}
	if line != nil {
		lines = append(lines, line)
	}
	return joinLines(withoutOrphan(lines))
}

// withoutOrphan moves one more unit to a last line that holds a single Chinese
// character: 机采血小|板。becomes 机采血|小板。
func withoutOrphan(lines [][]string) [][]string {
	n := len(lines)
	if n < 2 || len(lines[n-1]) != 1 || len(lines[n-2]) < 4 || !isOneHan(lines[n-1][0]) {
		return lines
	}
	before := lines[n-2]
	moved := before[len(before)-1]
	if !isOneHan(moved) {
		return lines
	}
	lines[n-2] = before[:len(before)-1]
	lines[n-1] = []string{moved, lines[n-1][0]}
	return lines
}

// isOneHan tells whether a unit is one Chinese character and its punctuation.
func isOneHan(unit string) bool {
	han := 0
	for _, r := range unit {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
		case !wide(r):
			return false
		}
	}
	return han == 1
}

func joinLines(lines [][]string) []string {
	var joined []string
	for _, units := range lines {
		if l := strings.TrimRight(strings.Join(units, ""), " "); l != "" {
			joined = append(joined, l)
		}
	}
	return joined
}

// lineUnits returns the pieces of text between which a line may end.
func lineUnits(text string) []string {
	var units []string
	state := -1
	for text != "" {
		var piece string
		piece, text, _, state = uniseg.FirstLineSegmentInString(text, state)
		for _, p := range openQuotes(piece) {
			if n := len(units); n > 0 && joined(units[n-1], p) {
				units[n-1] += p
				continue
			}
			units = append(units, p)
		}
	}
	return units
}

// openQuotes splits a piece where Unicode sees no break because it cannot know
// which quotation mark opens: in Chinese “ opens and ” closes, always.
func openQuotes(piece string) []string {
	var pieces []string
	start := 0
	before := rune(0)
	for i, r := range piece {
		opens := (r == '“' || r == '‘') && wide(before)
		closed := (before == '”' || before == '’') && wide(r) && !strings.ContainsRune(neverFirst, r)
		if i > start && (opens || closed) {
			pieces = append(pieces, piece[start:i])
			start = i
		}
		before = r
	}
	return append(pieces, piece[start:])
}

// joined tells whether a break between two units is forbidden. A number stays
// with its unit and with the word that names it: 400 mL, 15 分钟, GB 18467.
func joined(a, b string) bool {
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if strings.ContainsRune(neverLast, last) || strings.ContainsRune(neverFirst, first) {
		return true
	}
	if last != ' ' {
		return false
	}
	word, _ := utf8.DecodeLastRuneInString(strings.TrimRight(a, " "))
	return isDigit(word) && unicode.IsLetter(first) || isLatin(word) && isDigit(first)
}

// cut takes as much of an over-long unit as fits, at least one character.
func cut(unit string, limit float64, width func(string) float64) (head, rest string) {
	end, legal := 0, 0
	state := -1
	for tail := unit; tail != ""; {
		_, tail, _, state = uniseg.FirstGraphemeClusterInString(tail, state)
		next := len(unit) - len(tail)
		if end > 0 && width(unit[:next]) > limit {
			break
		}
		end = next
		if tail != "" && !joined(unit[:end], tail) {
			legal = end
		}
	}
	if legal > 0 {
		end = legal
	}
	return unit[:end], unit[end:]
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// wide tells whether r is a Chinese character or Chinese punctuation.
func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF01 && r <= 0xFF60
}
