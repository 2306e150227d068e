package staff

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lianxin/backend/fault"
)

const (
	// MinPassword and MaxPassword bound a password in characters. Length is what
	// counts; no kinds of characters are demanded (NIST SP 800-63B §5.1.1.2).
	MinPassword = 12
	MaxPassword = 128

	minDistinct = 5
	minOwn      = 6 // characters left when everything everyone uses is taken away
)

//go:embed common.txt
var commonText string

// common holds the words and rows of keys people build passwords of, longest
// first, so that "password" is taken away before "pass".
var common = func() []string {
	var words []string
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}()

// normal makes a password the same however it was typed: full-width letters of a
// Chinese input method, composed or decomposed accents.
func normal(password string) string { return norm.NFKC.String(password) }

// CheckPassword tells whether a password may be used. It fails with
// "staff.password_rejected" and every rule broken as a place: "too_short",
// "too_long", "is_login" and "common".
func CheckPassword(password, login string) error {
	f := fault.New(fault.Invalid, "staff.password_rejected")
	text := strings.ToLower(normal(password))
	length := utf8.RuneCountInString(text)
	if length < MinPassword {
		f.At("password", "too_short", "").With("min", MinPassword)
	}
	if length > MaxPassword {
		f.At("password", "too_long", "").With("max", MaxPassword)
		return f // the rules below need not look at a book
	}
	if login != "" && strings.Contains(text, strings.ToLower(login)) && length-len(login) < minOwn {
		f.At("password", "is_login", "")
	}
	if isCommon(text) {
		f.At("password", "common", "")
	}
	if len(f.Places) > 0 {
		return f
	}
	return nil
}

// isCommon takes away what everyone uses and looks at what is left.
func isCommon(text string) bool {
	distinct := map[rune]bool{}
	for _, r := range text {
		distinct[r] = true
	}
	if len(distinct) < minDistinct {
		return true
	}
	// Both ways of reading it: 0 and 3 may stand for o and e, or belong to 12345.
	return own(text) < minOwn || own(undoSubstitutions.Replace(text)) < minOwn
}

// own counts the characters left when common words, rows and decoration are taken away.
func own(text string) int {
	for _, word := range common {
		text = strings.ReplaceAll(text, word, "")
	}
	return utf8.RuneCountInString(strings.Trim(withoutRuns(text), decoration))
}

// decoration is what people put around a word to make it long enough.
const decoration = "0123456789!@#$%^&*()-_=+.,?~ 年月日"

// undoSubstitutions turns p@ssw0rd back into password.
var undoSubstitutions = strings.NewReplacer("@", "a", "0", "o", "3", "e", "$", "s")

// withoutRuns takes away rows of neighbours of three and more: 1234, abc, 9876, aaaa.
func withoutRuns(text string) string {
	runes := []rune(text)
	var kept []rune
	for at := 0; at < len(runes); {
		end := runEnd(runes, at)
		if end-at < 3 {
			end = at + 1
			kept = append(kept, runes[at])
		}
		at = end
	}
	return string(kept)
}

// runEnd returns where the row of equal steps (0, +1 or −1) that begins at at ends.
func runEnd(runes []rune, at int) int {
	if at+1 >= len(runes) {
		return at + 1
	}
	step := runes[at+1] - runes[at]
	if step < -1 || step > 1 {
		return at + 1
	}
	end := at + 2
	for end < len(runes) && runes[end]-runes[end-1] == step {
		end++
	}
	return end
}
