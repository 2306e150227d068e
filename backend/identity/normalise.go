package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normalise turns what a person typed, or an input method or scanner sent, into
// plain upper-case text: full-width forms become ASCII (Unicode NFKC, which also
// turns the Roman numeral Ⅹ into X), spaces, dashes and invisible characters go.
func normalise(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), r == '−':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, norm.NFKC.String(text))
}
